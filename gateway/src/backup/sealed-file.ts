/** Files of a backup: written once, for their owner alone, on the disk before they count; read bit by bit. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeGathered } from '../../../contracts/gathered-file.js';
import { openStream, sealStream } from '../../../contracts/sealed-stream.js';

export interface FileFacts {
  /** As it lies there, sealed. */
  bytes: number;
  sha256: string;
}

/** What is sealed already is written as it comes. @throws Error when there is such a file */
export async function writeFile(path: string, source: AsyncIterable<Uint8Array>): Promise<FileFacts> {
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
  };
  await writeGathered(path, counted());
  return { bytes, sha256: hash.digest('hex') };
}

/** @param boundTo what it is, and whose */
export const writeSealed = (
  path: string,
  key: Buffer,
  boundTo: string,
  lines: Iterable<string>,
): Promise<FileFacts> => writeFile(path, sealStream(key, boundTo, bytesOf(lines)));

/** The lines of a sealed file, once all of it has opened. @throws AraError `forged`; Error when there is none */
export async function readSealed(path: string, key: Buffer, boundTo: string): Promise<string[]> {
  const pieces: Buffer[] = [];
  for await (const piece of openStream(key, boundTo, createReadStream(path))) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8').split('\n').filter(Boolean);
}

export async function factsOf(path: string): Promise<FileFacts> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of createReadStream(path)) {
    hash.update(piece as Buffer);
    bytes += (piece as Buffer).length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function* bytesOf(lines: Iterable<string>): AsyncGenerator<Buffer> {
  for (const line of lines) yield await Promise.resolve(Buffer.from(`${line}\n`));
}
