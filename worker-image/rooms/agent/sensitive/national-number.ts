/** How a country's number for its people is told: its form, its check, and the words for it where those say too little. */

export interface NationalNumber {
  /** Ways to write it; whatever stands between the parts does not count. */
  form: RegExp;
  /** Of digits and capitals only. */
  valid: (written: string) => boolean;
  /** Words of which one must be near, before or after. */
  words?: RegExp;
}

/** `digits('3 2 4', '9')`: groups of so many digits with a blank, a dot, a dash or a slash between them, or with nothing. */
export function digits(...shapes: readonly string[]): RegExp {
  const ways = shapes.map((shape) =>
    shape
      .split(' ')
      .map((count) => `\\d{${count}}`)
      .join('(?: ?[./-]? ?)'),
  );
  return alone(ways.join('|'));
}

/** With no letter, digit or decimal around. */
export function alone(form: string, flags = ''): RegExp {
  return new RegExp(`(?<![\\p{L}\\d_+]|\\d[.,-])(?:${form})(?![\\p{L}\\d_]|[.,-]\\d)`, `gu${flags}`);
}
