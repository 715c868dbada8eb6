/** The sealed stream: whole or nothing, for one key and one purpose. */
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { openStream, sealStream } from './sealed-stream.js';

const key = randomBytes(32);
const PIECE = 65_536;
const SEALED = PIECE + 16;
const HEAD = 36;

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function all(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const held: Uint8Array[] = [];
  for await (const piece of pieces) held.push(piece);
  return Buffer.concat(held);
}
const seal = (plain: Buffer, boundTo = 'a', size = 10_000) => all(sealStream(key, boundTo, cut(plain, size)));
const open = (sealed: Buffer, boundTo = 'a', by = key) => all(openStream(by, boundTo, cut(sealed, 7_777)));

it.each([0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 5])(
  'opens %d bytes as they were',
  async (size) => {
    const plain = randomBytes(size);
    for (const step of [1_000, 65_536, 1_000_000]) {
      const sealed = await seal(plain, 'a', step);
      expect(sealed).toHaveLength(HEAD + size + 16 * Math.max(1, Math.ceil(size / PIECE)));
      expect((await open(sealed)).equals(plain)).toBe(true);
    }
  },
);

it('shows nothing of what is in it, and is another each time', async () => {
  const plain = Buffer.from('canary-77'.repeat(10_000));
  const [one, other] = await Promise.all([seal(plain), seal(plain)]);
  expect(one.includes('canary-77')).toBe(false);
  expect(one.equals(other)).toBe(false);
});

it('opens with its key for its purpose only', async () => {
  const sealed = await seal(randomBytes(100));
  await expect(open(sealed, 'b')).rejects.toMatchObject({ code: 'forged' });
  await expect(open(sealed, 'a', randomBytes(32))).rejects.toMatchObject({ code: 'forged' });
});

it('refuses what was cut, changed, moved, repeated or put together', async () => {
  const sealed = await seal(randomBytes(4 * PIECE));
  const other = await seal(randomBytes(4 * PIECE));
  const piece = (n: number, of = sealed) => of.subarray(HEAD + n * SEALED, HEAD + (n + 1) * SEALED);
  const head = sealed.subarray(0, HEAD);
  const flipped = Buffer.from(sealed);
  flipped[HEAD + 5_000]! ^= 1;
  const wrong = {
    nothing: Buffer.alloc(0),
    'half a head': sealed.subarray(0, 20),
    'the head alone': head,
    'cut in a piece': sealed.subarray(0, -1),
    'cut between pieces': sealed.subarray(0, HEAD + 3 * SEALED),
    'more at the end': Buffer.concat([sealed, Buffer.alloc(1)]),
    'one bit': flipped,
    'two changed places': Buffer.concat([head, piece(1), piece(0), piece(2), piece(3)]),
    'one came twice': Buffer.concat([head, piece(0), piece(0), piece(2), piece(3)]),
    'one is missing': Buffer.concat([head, piece(0), piece(2), piece(3)]),
    'the last comes early': Buffer.concat([head, piece(0), piece(1), piece(3)]),
    'of another stream': Buffer.concat([head, piece(0), piece(1, other), piece(2), piece(3)]),
    'no such form': Buffer.concat([Buffer.from('ARA2'), sealed.subarray(4)]),
  };
  for (const [how, bytes] of Object.entries(wrong))
    await expect(open(bytes), how).rejects.toMatchObject({ code: 'forged' });
});
