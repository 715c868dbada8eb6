/** Decodes the HTML entities that models write in Markdown. Pure. */

const named: Partial<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  middot: '·',
  bull: '•',
  times: '×',
  deg: '°',
  euro: '€',
  copy: '©',
  reg: '®',
  trade: '™',
  larr: '←',
  rarr: '→',
};

/** An entity we do not know stays as it was written. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return named[name] ?? whole;
    const point = typeof hex === 'string' ? parseInt(hex, 16) : Number(decimal);
    return isVisible(point) ? String.fromCodePoint(point) : whole;
  });
}

/** No control character and no half of a surrogate pair may come in by this door. */
const isVisible = (point: number): boolean =>
  point >= 0x20 && point <= 0x10ffff && point !== 0x7f && !(point >= 0xd800 && point <= 0xdfff);
