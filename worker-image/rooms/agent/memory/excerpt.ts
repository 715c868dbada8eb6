/** MEMORY.md and the newest notes as text, cut to a size between two lines. */
import { MemoryError } from './memory-error.js';
import type { MemoryFiles, Place } from './memory-files.js';

export interface Part {
  place: Place;
  /** Stands above the lines; absent for the lines alone. */
  title?: string;
  /** Of a list that grows at its end the last lines are the news; of facts the first come first. */
  keep: 'first' | 'last';
}

/**
 * The lines of a file, at most `limit` bytes with their title; when lines are left out, the last line says how many, and that
 * `finder` finds them. Empty when there is nothing to show or no room.
 */
export function excerpt(
  files: MemoryFiles,
  { place, title, keep }: Part,
  limit: number,
  finder: string,
): string {
  const head = title === undefined ? [] : [title];
  const lines = visibleLines(files, place);
  if (lines.length === 0) return '';
  if (sizeOf([...head, ...lines]) <= limit) return [...head, ...lines].join('\n');
  const closing = (left: number): string =>
    `(${left} ${keep === 'first' ? 'more' : 'earlier'} ${left === 1 ? 'line' : 'lines'}; ${finder} finds them)`;
  let room = limit - sizeOf([...head, closing(lines.length)]);
  if (room < 0) return '';
  const inOrder = keep === 'first' ? lines : lines.toReversed();
  const cut = inOrder.findIndex((line) => (room -= Buffer.byteLength(line) + 1) < 0);
  const kept = keep === 'first' ? lines.slice(0, cut) : lines.slice(lines.length - cut);
  return [...head, ...kept, closing(lines.length - cut)].join('\n');
}

const sizeOf = (lines: readonly string[]): number => Buffer.byteLength(lines.join('\n'));

/** A file that cannot be used shows why, so that somebody mends it. */
function visibleLines(files: MemoryFiles, place: Place): string[] {
  try {
    const text = files.read(place)?.text ?? '';
    return text
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== '');
  } catch (error) {
    if (error instanceof MemoryError) return [`(${error.message})`];
    throw error;
  }
}
