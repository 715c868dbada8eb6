/** Groups of digits as people write long numbers, and the numbers that neighbouring groups make up together. */
import type { Span } from './surroundings.js';

export interface WrittenNumber extends Span {
  digits: string;
  /** How many digits each group has. */
  shape: readonly number[];
  /** What stands between the groups, without repetition. */
  separators: ReadonlySet<string>;
  /** The groups next to it that are joined to it in the same way; '' where there is none. */
  before: string;
  after: string;
}

interface Group extends Span {
  digits: string;
  /** What joins it to the group before it; null where that is not a part of the same number. */
  joint: string | null;
}

/** Blanks, one sign with or without blanks around it, or the end of a line. */
const JOINT = /^(?: {1,3}| ?[-./·|_,] ?|[ \t]*\r?\n[ \t>]*)$/;

/** Every number of `fewest` to `most` digits that whole groups make up and that `mayBe` one; a group has few neighbours to try, so this is linear. */
export function* writtenNumbers(
  text: string,
  [fewest, most]: readonly [number, number],
  mayBe: (digits: string) => boolean,
): Generator<WrittenNumber> {
  const groups = groupsOf(text, most);
  for (let first = 0; first < groups.length; first += 1) {
    let digits = '';
    for (let last = first; last < groups.length; last += 1) {
      const group = groups[last];
      if (!group || (last > first && group.joint === null)) break;
      digits += group.digits;
      if (digits.length > most) break;
      if (digits.length >= fewest && mayBe(digits)) yield written(groups, first, last, digits);
    }
  }
}

function written(groups: readonly Group[], first: number, last: number, digits: string): WrittenNumber {
  const own = groups.slice(first, last + 1);
  const separators = new Set(own.slice(1).map(({ joint }) => (joint?.includes('\n') ? '\n' : (joint ?? ''))));
  const [start, end, next] = [own[0], own.at(-1), groups[last + 1]];
  const isJoined = (joint: string | null | undefined): boolean => joint != null && separators.has(joint);
  return {
    from: start?.from ?? 0,
    to: end?.to ?? 0,
    digits,
    shape: own.map((group) => group.digits.length),
    separators,
    before: isJoined(start?.joint) ? (groups[first - 1]?.digits ?? '') : '',
    after: isJoined(next?.joint) ? (next?.digits ?? '') : '',
  };
}

function groupsOf(text: string, longest: number): Group[] {
  const groups: Group[] = [];
  for (const { 0: digits, index: from } of text.matchAll(/(?<![\p{L}\d_])\d+(?![\p{L}\d_])/gu)) {
    if (digits.length > longest) continue;
    const previous = groups.at(-1);
    const gap = previous && from - previous.to <= 12 ? text.slice(previous.to, from) : '';
    groups.push({ from, to: from + digits.length, digits, joint: JOINT.test(gap) ? gap : null });
  }
  return groups;
}
