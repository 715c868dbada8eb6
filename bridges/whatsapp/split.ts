/** Cuts runs into parts of a length that WhatsApp shows whole. What was cut stays as it is when more is appended. Pure. */
import type { Run } from './markdown.js';

export function splitRuns(runs: readonly Run[], limit: number): Run[][] {
  const text = runs.map((run) => run.text).join('');
  const parts: Run[][] = [];
  for (const { start, end } of cuts(text, limit)) {
    const part = slice(runs, start, end);
    if (part.length > 0) parts.push(part);
  }
  return parts;
}

interface Range {
  start: number;
  end: number;
}

/** Each looks only at what lies within the limit and one character further. Blanks at the cuts are left out. */
function* cuts(text: string, limit: number): Generator<Range> {
  let start = skip(text, 0);
  const last = text.trimEnd().length;
  while (last - start > limit) {
    const at = cutIn(text, start, limit);
    yield { start, end: start + text.slice(start, at).trimEnd().length };
    start = skip(text, at);
  }
  if (last > start) yield { start, end: last };
}

/** The last of the best places to cut: between blocks, lines, sentences, words. */
function cutIn(text: string, start: number, limit: number): number {
  const window = text.slice(start, start + limit + 1);
  const places: [place: RegExp, least: number][] = [
    [/\n\n/g, limit / 4],
    [/\n/g, limit / 2],
    [/(?<=[.!?…])\s|(?<=[。！？])/g, limit / 2],
    [/\s/g, 1],
  ];
  for (const [place, least] of places) {
    const found = [...window.matchAll(place)].findLast(({ index }) => index >= least && index <= limit);
    if (found) return start + found.index;
  }
  const splitsPair = /[\ud800-\udbff]/.test(text.charAt(start + limit - 1));
  return start + limit - (splitsPair && limit > 1 ? 1 : 0);
}

function skip(text: string, from: number): number {
  // A line's indentation is kept: it may be code.
  const blank = /^(?:[^\S\n]*\n)*/.exec(text.slice(from, from + 4_096))?.[0].length ?? 0;
  return from + blank + (text.charAt(from + blank) === ' ' && from > 0 && blank === 0 ? 1 : 0);
}

function slice(runs: readonly Run[], start: number, end: number): Run[] {
  const found: Run[] = [];
  let at = 0;
  for (const { text, marks } of runs) {
    const piece = text.slice(Math.max(0, start - at), Math.max(0, end - at));
    if (piece !== '') found.push({ text: piece, marks });
    at += text.length;
  }
  return found;
}
