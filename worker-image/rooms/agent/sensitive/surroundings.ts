/** The words around a place in a text. */

export interface Span {
  from: number;
  to: number;
}

/** So many characters before and after it. */
export function around(text: string, { from, to }: Span, before: number, after: number): string {
  // What is in between is left out, so that no word can be read across the place.
  return `${text.slice(Math.max(0, from - before), from)}\n${text.slice(to, to + after)}`;
}
