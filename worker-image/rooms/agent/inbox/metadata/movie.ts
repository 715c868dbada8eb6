/** An MP4 or QuickTime film whose notes (place, camera, title) are overwritten with zeros. Pure. */
import { boxesIn, type Box } from './boxes.js';

/** Where notes lie: of the film, and of each track. */
const NOTES = new Set(['udta', 'meta', 'uuid']);

/** Null for what is no whole structure. */
export function movieWithoutMetadata(file: Buffer): Buffer | null {
  const boxes = boxesIn(file);
  if (!boxes) return null;
  const notes = boxes.filter(({ type }) => NOTES.has(type));
  for (const movie of boxes.filter(({ type }) => type === 'moov')) {
    const inner = boxesIn(file, movie.from, movie.to);
    const tracks = inner
      ?.filter(({ type }) => type === 'trak')
      .map(({ from, to }) => boxesIn(file, from, to));
    if (!inner || !tracks || tracks.includes(null)) return null;
    notes.push(
      ...[...inner, ...tracks.flatMap((track) => track ?? [])].filter(({ type }) => NOTES.has(type)),
    );
  }
  const without = Buffer.from(file);
  for (const note of notes) blank(without, note);
  return without;
}

/** The box stays, as one that readers pass over, so that nothing else moves. */
function blank(file: Buffer, { at, from, to }: Box): void {
  file.write('free', at + 4, 'latin1');
  file.fill(0, from, to);
}
