/** Finds where to cut a long text, so that what has been sent stays as it is when more is appended. Pure. */

/** A stretch of text, end excluded. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The ranges of `text` to send one by one, each at most `limit` long; blanks at the cuts are left out. */
export function* cutText(text: string, codeBlocks: readonly Range[], limit: number): Generator<Range> {
  const end = trimEnd(text, 0, text.length, codeBlocks);
  let start = skipBlanks(text, 0, codeBlocks);
  while (end - start > limit) {
    const at = cutAt(text, start, codeBlocks, limit);
    yield { start, end: trimEnd(text, start, at, codeBlocks) };
    start = skipBlanks(text, at, codeBlocks);
  }
  if (end > start) yield { start, end };
}

/**
 * Looks only at what lies within the limit, and one character further: text appended later cannot move the cut.
 * For the same reason a code block that has to move moves whole, however short the part before it becomes.
 */
function cutAt(text: string, start: number, codeBlocks: readonly Range[], limit: number): number {
  const end = start + limit;
  const across = codeBlocks.find((block) => block.start < end && block.end > end);
  if (across && across.start > start) return across.start;
  if (across) return lineEnd(text, start + 1, end) ?? insideWord(text, start, end);
  const floor = codeBlocks.findLast((block) => block.end <= end)?.end ?? 0;
  return proseCut(text, start, end, Math.max(start, floor));
}

function proseCut(text: string, start: number, end: number, floor: number): number {
  const limit = end - start;
  return (
    blockEnd(text, Math.max(floor, start + limit / 4), end) ??
    lineEnd(text, Math.max(floor, start + limit / 2), end) ??
    sentenceEnd(text, Math.max(floor, start + limit / 2), end) ??
    wordEnd(text, Math.max(floor, start + 1), end) ??
    // A cut at the floor is one right behind a code block.
    (floor > start ? floor : insideWord(text, start, end))
  );
}

function blockEnd(text: string, from: number, to: number): number | null {
  const at = text.lastIndexOf('\n\n', to);
  return at >= from ? at : null;
}

function lineEnd(text: string, from: number, to: number): number | null {
  const at = text.lastIndexOf('\n', to);
  return at >= from ? at : null;
}

function sentenceEnd(text: string, from: number, to: number): number | null {
  for (let at = to; at >= from && at > 0; at--) {
    const before = text.charAt(at - 1);
    if ('。！？'.includes(before)) return at;
    if ('.!?…'.includes(before) && isWordEnd(text, at)) return at;
  }
  return null;
}

function wordEnd(text: string, from: number, to: number): number | null {
  for (let at = to; at >= from; at--) if (isWordEnd(text, at)) return at;
  return null;
}

/** A blank that a combining mark follows is part of that character. */
const isWordEnd = (text: string, at: number): boolean =>
  isBlank(text, at) && !/^[\p{M}\u200d]/u.test(text.slice(at + 1, at + 3));

/** Made on first use: few texts need it, and it is large. */
let segmenter: Intl.Segmenter | undefined;

/** For a word longer than a whole part: between two characters as a reader sees them. */
function insideWord(text: string, start: number, end: number): number {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  const window = text.slice(start, end + 64);
  const before = segmenter.segment(window).containing(end - start)?.index ?? 0;
  if (before > 0) return start + before;
  const splitsPair = /[\ud800-\udbff]/.test(text.charAt(end - 1));
  return splitsPair ? end - 1 : end;
}

const isBlank = (text: string, at: number): boolean => ' \n\t'.includes(text.charAt(at) || 'x');

/** Inside a code block only the line end at the cut goes: indentation is part of the code. */
function skipBlanks(text: string, from: number, codeBlocks: readonly Range[]): number {
  if (codeBlocks.some((block) => block.start < from && from < block.end)) {
    return text.charAt(from) === '\n' ? from + 1 : from;
  }
  const stop = codeBlocks.find((block) => block.start >= from)?.start ?? text.length;
  let at = from;
  while (at < stop && isBlank(text, at)) at++;
  return at;
}

function trimEnd(text: string, start: number, from: number, codeBlocks: readonly Range[]): number {
  const floor = codeBlocks.findLast((block) => block.start < from)?.end ?? 0;
  let at = from;
  while (at > Math.max(start, floor) && isBlank(text, at - 1)) at--;
  return at;
}
