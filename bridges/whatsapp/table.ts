/** Lays a table out as text of fixed width. Pure. */

type Align = 'center' | 'left' | 'right' | null;

/** A wider cell stands out of its column. A phone shows about this many in a line. */
const WIDEST_COLUMN = 30;

/** The first row is the header. */
export function layOut(rows: string[][], align: Align[]): string {
  const widths = align.map((_, column) =>
    Math.min(WIDEST_COLUMN, Math.max(1, ...rows.map((row) => lengthOf(row[column] ?? '')))),
  );
  const lines = rows.map((row) =>
    widths
      .map((width, column) => pad(row[column] ?? '', width, align[column] ?? null))
      .join(' | ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('-+-');
  return [lines[0] ?? '', rule, ...lines.slice(1)].join('\n');
}

function pad(text: string, width: number, align: Align): string {
  const missing = Math.max(0, width - lengthOf(text));
  const before = align === 'right' ? missing : align === 'center' ? missing >> 1 : 0;
  return ' '.repeat(before) + text + ' '.repeat(missing - before);
}

/** In characters, as a fixed-width font shows most of them. */
const lengthOf = (text: string): number => Array.from(text).length;
