/**
 * Seals a stream of any length under a key, bit by bit, with AES-256-GCM as Node has it: 1 GB takes seconds, where age in
 * JavaScript takes half a minute. Only what nobody but Ara opens is in this form: backups.
 *
 * `ARA1`, 32 random bytes, then pieces of 64 kB with a tag of 16 bytes each. The key of a stream is HKDF-SHA-256 of the key,
 * the random bytes, and what the stream is bound to. A piece's nonce is its number and whether it is the last (the STREAM
 * construction, as in age): what is cut, repeated, moved or put together from two streams does not open.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { AraError } from './errors.js';

const MAGIC = Buffer.from('ARA1');
const SALT = 32;
const PIECE = 65_536;
const TAG = 16;

/** @param boundTo names what it is, and must be given again to open it */
export async function* sealStream(
  key: Uint8Array,
  boundTo: string,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  const salt = randomBytes(SALT);
  const streamKey = keyOf(key, salt, boundTo);
  yield Buffer.concat([MAGIC, salt]);
  for await (const { number, last, piece } of cut(source, PIECE)) {
    const cipher = createCipheriv('aes-256-gcm', streamKey, nonce(number, last));
    yield Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
  }
}

/** @throws AraError `forged` when it is not whole, or was not sealed with this key for this */
export async function* openStream(
  key: Uint8Array,
  boundTo: string,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  const input = source[Symbol.asyncIterator]();
  try {
    yield* openPieces(key, boundTo, input);
  } finally {
    // Read to its end or not, the source is let go.
    await input.return?.();
  }
}

async function* openPieces(
  key: Uint8Array,
  boundTo: string,
  input: AsyncIterator<Uint8Array>,
): AsyncGenerator<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < MAGIC.length + SALT) {
    const next = await input.next();
    if (next.done) throw forged();
    head = Buffer.concat([head, next.value]);
  }
  if (!head.subarray(0, MAGIC.length).equals(MAGIC)) throw forged();
  const streamKey = keyOf(key, head.subarray(MAGIC.length, MAGIC.length + SALT), boundTo);
  const rest = (async function* () {
    yield head.subarray(MAGIC.length + SALT);
    for (let next = await input.next(); !next.done; next = await input.next()) yield next.value;
  })();
  for await (const { number, last, piece } of cut(rest, PIECE + TAG)) {
    yield opened(streamKey, nonce(number, last), piece);
  }
}

function opened(key: Buffer, iv: Buffer, piece: Buffer): Buffer {
  if (piece.length < TAG) throw forged();
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG });
    decipher.setAuthTag(piece.subarray(piece.length - TAG));
    return Buffer.concat([decipher.update(piece.subarray(0, piece.length - TAG)), decipher.final()]);
  } catch {
    throw forged();
  }
}

/** Pieces of one size, the last of which may be shorter, or empty when there is nothing at all. */
async function* cut(
  source: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<{ number: number; last: boolean; piece: Buffer }> {
  let number = 0;
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    if (chunk.length === 0) continue;
    held.push(chunk);
    length += chunk.length;
    // One that is full is not sent before something follows it, since it may be the last.
    if (length <= size) continue;
    let all = Buffer.concat(held);
    for (; all.length > size; all = all.subarray(size))
      yield { number: number++, last: false, piece: all.subarray(0, size) };
    held = [all];
    length = all.length;
  }
  yield { number, last: true, piece: Buffer.concat(held) };
}

function keyOf(key: Uint8Array, salt: Uint8Array, boundTo: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, `ara sealed stream|${boundTo}`, 32));
}

function nonce(number: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(number, 7);
  bytes[11] = last ? 1 : 0;
  return bytes;
}

const forged = (): AraError => new AraError('forged', 'it is not whole, or belongs to another key');
