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
  rarr: '→',
  larr: '←',
};

/** One that we do not know stays as it was written. */
export const decodeEntities = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return named[name] ?? whole;
    const point = typeof hex === 'string' ? parseInt(hex, 16) : Number(decimal);
    const isVisible =
      point >= 0x20 && point <= 0x10ffff && point !== 0x7f && (point < 0xd800 || point > 0xdfff);
    return isVisible ? String.fromCodePoint(point) : whole;
  });
