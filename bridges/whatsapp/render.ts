/** Turns a model's Markdown into messages of WhatsApp, with its own marks. Pure. */
import type { Part } from '../bridge.js';
import { asWritten, toRuns, type Mark, type Run } from './markdown.js';
import { splitRuns } from './split.js';

/** At least one part unless the text is blank. */
export function render(markdown: string, limit: number): Part[] {
  if (isBlank(markdown)) return [];
  const parts = partsOf(toRuns(markdown), limit);
  // Marks around nothing are shown as they were written.
  return parts.length > 0 ? parts : partsOf(asWritten(markdown), limit);
}

const partsOf = (runs: Run[], limit: number): Part[] =>
  splitRuns(runs, limit)
    .map((part) => ({ body: write(part), plain: part.map(({ text }) => text).join('') }))
    .filter(({ plain }) => !isBlank(plain));

const isBlank = (text: string): boolean => !/[^\s\p{Cc}\p{Cf}\u115f\u1160\u2800\u3164\uffa0]/u.test(text);

const signs: Partial<Record<Mark, string>> = { bold: '*', italic: '_', strike: '~', code: '`' };

/** Line by line: WhatsApp ends every mark but the fence at the end of a line. */
function write(part: readonly Run[]): string {
  let body = '';
  for (const [index, { text, marks }] of part.entries()) {
    if (marks.includes('block')) {
      body += `\`\`\`\n${text}\n\`\`\``;
      continue;
    }
    const next = part[index + 1];
    const lines = text.split('\n').map((line, number, all) => {
      const before = number === 0 ? body : '\n';
      const after = number === all.length - 1 ? (next?.marks.length === 0 ? next.text : '') : '\n';
      const quoted = marks.includes('quote') && (number > 0 || body === '' || body.endsWith('\n'));
      return (quoted ? '> ' : '') + marked(line, marks, before, after);
    });
    body += lines.join('\n');
  }
  return body;
}

/** A mark shows only where it hugs a word and no letter stands on its other side. */
function marked(line: string, marks: readonly Mark[], before: string, after: string): string {
  const [, lead = '', core = '', trail = ''] = /^(\s*)(.*?)(\s*)$/s.exec(line) ?? [];
  const open = marks.flatMap((mark) => signs[mark] ?? []);
  if (core === '' || open.length === 0) return line;
  const joinsBefore = lead === '' && /[\p{L}\p{N}]$/u.test(before);
  const joinsAfter = trail === '' && /^[\p{L}\p{N}]/u.test(after);
  if (joinsBefore || joinsAfter) return line;
  return lead + open.join('') + core + open.toReversed().join('') + trail;
}
