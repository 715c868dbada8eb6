/** Text as the workspace shows it: what counts as text, and a stretch of it by lines. Pure. */

/** The text of a file, or null when it is none: UTF-8 without a NUL. */
export function asText(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Lines count from 1; `last` is included. */
export interface Stretch {
  text: string;
  first: number;
  last: number;
  total: number;
  /** Whether the limit on characters ended it: behind a line, or inside the first. */
  cut: boolean;
}

/** At most `lines` lines from line `first` on, and at most `limit` characters, whole lines where the first of them fits. */
export function stretchOf(text: string, first: number, lines: number, limit: number): Stretch {
  const all = text.split('\n');
  // What ends the last line starts no new one.
  if (all.length > 1 && all.at(-1) === '') all.pop();
  const wanted = all.slice(first - 1, first - 1 + lines);
  let length = 0;
  const fitting = wanted.findIndex((line) => (length += line.length + 1) > limit + 1);
  const cut = fitting !== -1;
  const shown = cut ? wanted.slice(0, Math.max(fitting, 1)) : wanted;
  const whole = shown.join('\n');
  return {
    text: whole.length > limit ? whole.slice(0, limit).toWellFormed() : whole,
    first,
    last: first - 1 + shown.length,
    total: all.length,
    cut,
  };
}

/** `1.2 kB`. */
export function sizeOf(bytes: number): string {
  if (bytes < 1_000) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  const [unit, size] = bytes < 999_500 ? ['kB', bytes / 1e3] : ['MB', bytes / 1e6];
  return `${size < 9.95 ? Number(size.toFixed(1)) : Math.round(size)} ${unit}`;
}
