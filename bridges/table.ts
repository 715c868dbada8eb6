/** Lays a table out as text of fixed width, for channels that know no tables. Pure. */

type Align = 'center' | 'left' | 'right' | null;

/**
 * The first row is the header. A cell of more columns than `widest` stands out of its own: padding every row to it would
 * cost more than it shows.
 */
export function layOut(rows: string[][], align: Align[], widest: number): string {
  const widths = align.map((_, column) =>
    Math.min(
      widest,
      rows.reduce((most, row) => Math.max(most, width(row[column] ?? '')), 1),
    ),
  );
  const lines = rows.map((row) =>
    widths
      .map((size, column) => pad(row[column] ?? '', size, align[column] ?? null))
      .join(' | ')
      .trimEnd(),
  );
  const rule = widths.map((size) => '-'.repeat(size)).join('-+-');
  return [lines[0] ?? '', rule, ...lines.slice(1)].join('\n');
}

function pad(text: string, size: number, align: Align): string {
  const missing = Math.max(0, size - width(text));
  const before = align === 'right' ? missing : align === 'center' ? missing >> 1 : 0;
  return ' '.repeat(before) + text + ' '.repeat(missing - before);
}

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);
const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const without = /[\p{M}\p{Cf}]/u;

/** How many columns a text takes in a fixed-width font, as nearly as can be told without the font. */
function width(text: string): number {
  if (isAscii(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += wide.test(character) ? 2 : without.test(character) ? 0 : 1;
  return columns;
}
