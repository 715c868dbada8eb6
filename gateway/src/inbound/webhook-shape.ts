/** Looks at a webhook body's brackets only: an object, closed, not nested too deeply. What is inside is not read. */
import { AraError } from '../../../contracts/errors.js';

/** Telegram's deepest update is at about 12. */
const MAX_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = '{'.charCodeAt(0);
const CLOSE = '}'.charCodeAt(0);
/** Makes `[` and `]` of `{` and `}` alike: they differ in this bit. */
const CURLY = 0x20;
const BLANK = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** @throws AraError `bad-request` when it is not one closed JSON object, `too-deep` past 64 levels */
export function checkShape(body: Buffer): void {
  if (body.toString('latin1', 0, 64).trimStart()[0] !== '{')
    throw new AraError('bad-request', 'not a JSON object');
  const rest = body.subarray(endOfObject(body));
  if (rest.some((byte) => !BLANK.has(byte))) throw new AraError('bad-request', 'not JSON');
}

/** Where the bracket that was opened first is closed. */
function endOfObject(body: Buffer): number {
  let depth = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] ?? 0;
    if (byte === QUOTE) at = endOfString(body, at);
    else if ((byte | CURLY) === OPEN) {
      if (++depth > MAX_DEPTH) throw new AraError('too-deep');
    } else if ((byte | CURLY) === CLOSE && --depth === 0) return at + 1;
  }
  throw new AraError('bad-request', 'not JSON');
}

/** Where the quote that closes the one at `from` is. */
function endOfString(body: Buffer, from: number): number {
  let at = from + 1;
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return at;
}
