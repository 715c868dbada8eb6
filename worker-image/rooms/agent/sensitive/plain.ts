/** A text with its typographic characters written as on a typewriter, unit for unit, so that every place in it stays where it was. */

const QUOTES = '„“”‟«»「」『』″';
const APOSTROPHES = '‘’‚‛′´';
const DASHES = '‐‑‒–—−';
const BLANKS = '\u00a0\u2002\u2003\u2007\u2009\u202f\u3000';
const plainOf = new Map<string, string>([
  ...Array.from(QUOTES).map((sign): [string, string] => [sign, '"']),
  ...Array.from(APOSTROPHES).map((sign): [string, string] => [sign, "'"]),
  ...Array.from(DASHES).map((sign): [string, string] => [sign, '-']),
  ...Array.from(BLANKS).map((sign): [string, string] => [sign, ' ']),
]);
const TYPOGRAPHIC = new RegExp(
  `[${[...plainOf.keys()].join('')}\uff01-\uff5e\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]`,
  'g',
);
/** Where the digits of other scripts begin: Arabic, Persian, Devanagari. */
const ZEROS = [0x660, 0x6f0, 0x966];

export function plain(text: string): string {
  return text.replace(TYPOGRAPHIC, (sign) => plainOf.get(sign) ?? plainDigitOrWide(sign.charCodeAt(0)));
}

function plainDigitOrWide(code: number): string {
  const zero = ZEROS.find((first) => code >= first && code < first + 10);
  return zero === undefined ? String.fromCharCode(code - 0xfee0) : String(code - zero);
}
