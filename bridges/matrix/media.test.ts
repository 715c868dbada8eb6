import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { PlatformError } from '../bridge.js';
import { openStream, sealStream } from './media.js';

const content = randomBytes(200_000);
const pieces = (bytes: Buffer): Readable =>
  Readable.from([bytes.subarray(0, 70_001), bytes.subarray(70_001)]);

async function sealed(): Promise<{
  bytes: Buffer;
  file: ReturnType<ReturnType<typeof sealStream>['fileAt']>;
}> {
  const sealing = sealStream(pieces(content));
  const bytes = await buffer(sealing.content);
  return { bytes, file: sealing.fileAt('mxc://x/y') };
}

it('seals a file so that it opens whole, and never twice with one key', async () => {
  const [first, second] = [await sealed(), await sealed()];
  expect(first.bytes).toHaveLength(content.length);
  expect(first.bytes.equals(second.bytes)).toBe(false);
  expect(first.file.key).not.toEqual(second.file.key);
  expect((await buffer(openStream(pieces(first.bytes), first.file))).equals(content)).toBe(true);
});

it('fails at the end of a file of which one bit is another', async () => {
  const { bytes, file } = await sealed();
  bytes[100_000]! ^= 1;
  await expect(buffer(openStream(pieces(bytes), file))).rejects.toThrow(PlatformError);
  await expect(buffer(openStream(pieces(bytes.subarray(0, 50)), file))).rejects.toThrow(PlatformError);
});

it('refuses keys that are none', async () => {
  const { file } = await sealed();
  expect(() => openStream(pieces(content), { ...file, key: { k: 'x' } })).toThrow(PlatformError);
});

it('ends when what it reads ends in error', async () => {
  const broken = new Readable({ read: () => undefined });
  const sealing = sealStream(broken);
  broken.destroy(new Error('gone'));
  await expect(buffer(sealing.content)).rejects.toThrow('gone');
});
