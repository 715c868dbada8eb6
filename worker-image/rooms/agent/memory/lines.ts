/** The lines of MEMORY.md and of a note: what is said in each, and how one is written, found and taken away. */
import { MemoryError } from './memory-error.js';
import { words } from './words.js';

const LONGEST_LINE = 1_000;
const BULLET = /^\s*(?:[-*+]\s+)?/;

/** What each line says, without its bullet; blank lines say nothing. */
export function linesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => said(line) || []);
}

/** What one line says. */
export const said = (line: string): string => line.replace(BULLET, '').trim();

/** One line of whatever was given. @throws MemoryError `empty`, `too-long` */
export function oneLine(given: string): string {
  const line = said(given.toWellFormed().replace(/[\s\p{Cc}]+/gu, ' '));
  if (words(line).length === 0)
    throw new MemoryError('empty', 'There is nothing to write down: give a sentence.');
  if (line.length > LONGEST_LINE)
    throw new MemoryError(
      'too-long',
      `That is too long for one line (${line.length} characters, at most ${LONGEST_LINE}). Shorten or split it.`,
    );
  return line;
}

/** Whether two lines say the same but for case, diacritics, punctuation and spaces. */
export const sameWords = (one: string, other: string): boolean =>
  words(one).join(' ') === words(other).join(' ');

export function withLine(text: string, line: string): string {
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  return `${text}${gap}- ${line}\n`;
}

/** All other lines stay as they are, to the byte. */
export function withoutLines(text: string, go: (line: string) => boolean): string {
  return text
    .split('\n')
    .filter((line) => !go(line))
    .join('\n');
}

export function replacingLine(text: string, isIt: (line: string) => boolean, line: string): string {
  return text
    .split('\n')
    .map((each) =>
      isIt(each) ? `${BULLET.exec(each)?.[0] ?? ''}${line}${each.endsWith('\r') ? '\r' : ''}` : each,
    )
    .join('\n');
}
