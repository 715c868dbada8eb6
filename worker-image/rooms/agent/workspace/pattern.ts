/** Names by pattern: `*` for any characters, `?` for one, capitals as small letters; without either, any part of the name. Pure. */

/** What two texts are compared by. */
export const folded = (text: string): string => text.normalize('NFC').toLowerCase();

/** A pattern with a slash is held against the whole path, any other against the name alone. */
export function matchesPattern(path: string, pattern: string): boolean {
  const wanted = folded(pattern);
  const found = folded(wanted.includes('/') ? path : path.slice(path.lastIndexOf('/') + 1));
  return /[*?]/.test(wanted) ? matches(found, wanted) : found.includes(wanted);
}

/**
 * Goes back to the last star only: what an earlier one took can stay as it is. A regular expression would try them all, and a
 * pattern of many stars could take for ever.
 */
function matches(text: string, pattern: string): boolean {
  let at = 0;
  let next = 0;
  let afterStar = -1;
  let retryAt = 0;
  while (at < text.length) {
    if (pattern[next] === '*') {
      afterStar = next += 1;
      retryAt = at;
    } else if (pattern[next] === '?' || pattern[next] === text[at]) {
      at += 1;
      next += 1;
    } else if (afterStar !== -1) {
      at = retryAt += 1;
      next = afterStar;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(next));
}
