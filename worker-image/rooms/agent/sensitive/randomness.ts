/** What a machine made up, told from what a person wrote: by the mixture of its characters. */

/** Letters and digits, or capitals and small letters, in an order that no word and no name has. */
export function looksRandom(value: string): boolean {
  const signs = value.replace(/[^A-Za-z\d]/g, '');
  if (signs.length < 12 || entropy(signs) < 2.8 || /(.{3,}?)\1\1/.test(signs.slice(0, 40))) return false;
  return isHexadecimal(signs) || isMixedCase(signs) || changesKind(signs);
}

/** Less than that: what a name for a secret may hold, though a person could have written it. */
export function mayBeMade(value: string): boolean {
  const signs = value.replace(/[^A-Za-z\d]/g, '');
  if (signs.length < 12 || entropy(signs) < 3) return false;
  const isCounted = /\d/.test(signs) && /[A-Za-z]/.test(signs) && !/[A-Za-z]{9}/.test(signs);
  return isCounted || hasTurns(signs);
}

/** Sixteen digits of a hash or an id, or more. */
export function isHexadecimal(value: string): boolean {
  return (
    /^(?:[\da-f]{16,}|[\dA-F]{16,})$/.test(value) && count(value, /\d/g) >= 3 && count(value, /[a-f]/gi) >= 2
  );
}

export function isUuid(value: string): boolean {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?::fx)?$/i.test(value);
}

/** Names of programmers have a capital for each word, chance has more. */
function isMixedCase(signs: string): boolean {
  const capitals = count(signs, /[A-Z]/g);
  const letters = count(signs, /[A-Za-z]/g);
  const share = capitals / letters;
  const turns = count(signs, /[a-z](?=[A-Z])/g);
  const hasDigits = count(signs, /\d/g) >= 2;
  return (
    share > (hasDigits ? 0.12 : 0.25) &&
    share < 0.88 &&
    (hasDigits ? turns >= 1 : turns >= 3 && (turns >= signs.length / 5 || share > 0.38)) &&
    entropy(signs) >= 3.2
  );
}

/** Letters and digits in turn. */
function changesKind(signs: string): boolean {
  const turns = count(signs, /[A-Za-z](?=\d)|\d(?=[A-Za-z])/g);
  return turns >= 4 && turns >= signs.length / 12;
}

/** Capitals side by side as well as between small letters. */
export function hasTurns(signs: string): boolean {
  return (
    /[a-z][A-Z]/.test(signs) &&
    /[A-Z]{2}/.test(signs) &&
    /[A-Z][a-z]{1,2}[A-Z]/.test(signs) &&
    entropy(signs) >= 3.2
  );
}

/** Bits a character. */
export function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const times of counts.values()) bits -= (times / value.length) * Math.log2(times / value.length);
  return bits;
}

function count(value: string, pattern: RegExp): number {
  return value.match(pattern)?.length ?? 0;
}
