/**
 * Tar, as much of it as archives of ours need: plain files with a path, in the form that every `tar` reads (ustar, with pax
 * headers for long or foreign names). Written and read bit by bit. Nothing is compressed, so nothing can swell when it is read.
 */
import { AraError } from './errors.js';

const BLOCK = 512;
/** What ends an archive: two empty blocks. */
export const TAR_END = Buffer.alloc(2 * BLOCK);
const LONGEST_NAME = 100;
const LARGEST = 0o77777777777;
/** A pax header holds a name and little else. */
const MOST_PAX = 16_384;
const FILE = '0';
const PAX = 'x';

export interface TarFile {
  name: string;
  /** In bytes; `bytes` gives exactly so many. */
  size: number;
  /** Milliseconds since 1970. */
  modified: number;
}

/** The header of a file, after which come its bytes and the padding. */
function tarHeader({ name, size, modified }: TarFile): Buffer {
  if (size > LARGEST) throw new AraError('too-large');
  const plain = /^[\x20-\x7e]*$/.test(name) && name.length <= LONGEST_NAME;
  if (plain) return header(name, size, modified, FILE);
  const record = paxRecord('path', name);
  return Buffer.concat([
    header('PaxHeaders/name', record.length, modified, PAX),
    record,
    tarPadding(record.length),
    header('name', size, modified, FILE),
  ]);
}

const tarPadding = (size: number): Buffer => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);

export interface TarSource extends TarFile {
  bytes: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** One whole file of an archive. @throws Error when it is not as long as was said: it changed while it was read */
export async function* tarPieces(
  file: TarSource,
  onPiece: (piece: Uint8Array) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  yield tarHeader(file);
  let length = 0;
  for await (const piece of file.bytes) {
    length += piece.length;
    if (length > file.size) throw new Error('a file grew while it was read');
    onPiece(piece);
    yield piece;
  }
  if (length !== file.size) throw new Error('a file shrank while it was read');
  yield tarPadding(file.size);
}

export interface TarEntry extends TarFile {
  /** To be read to its end before the next entry is asked for. */
  bytes: AsyncIterable<Buffer>;
}

export interface TarLimits {
  /** Most files. */
  files: number;
  /** Most bytes of all of them. */
  bytes: number;
}

/** @throws AraError `bad-archive` for what is cut short, is no tar, or holds anything but plain files; `too-large` */
export async function* readTar(
  source: AsyncIterable<Uint8Array>,
  limits: TarLimits,
): AsyncGenerator<TarEntry> {
  const input = new Input(source);
  try {
    yield* entriesIn(input, limits);
  } finally {
    await input.close();
  }
}

async function* entriesIn(input: Input, limits: TarLimits): AsyncGenerator<TarEntry> {
  let name: string | null = null;
  let total = 0;
  for (let count = 0; ;) {
    const head = await input.take(BLOCK);
    if (head.every((byte) => byte === 0)) {
      if (!(await input.take(BLOCK)).every((byte) => byte === 0)) throw bad('it does not end as it should');
      await input.end();
      return;
    }
    const { size, type, ...plain } = parse(head);
    if (type === PAX) {
      if (size > MOST_PAX) throw bad('it has too long a name');
      name = pathIn(await input.take(size));
      await input.take(tarPadding(size).length);
      continue;
    }
    if (type !== FILE && type !== '\0') throw bad('it holds something that is no plain file');
    count += 1;
    total += size;
    if (count > limits.files || total > limits.bytes) throw new AraError('too-large');
    let read = false;
    const bytes = (async function* () {
      yield* input.pieces(size);
      await input.take(tarPadding(size).length);
      read = true;
    })();
    yield { name: name ?? plain.name, size, modified: plain.modified, bytes };
    if (!read) for await (const _piece of bytes);
    name = null;
  }
}

function header(name: string, size: number, modified: number, type: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, digits: number): void => {
    block.write(`${value.toString(8).padStart(digits, '0')}\0`, at, 'latin1');
  };
  block.write(name, 0, 'latin1');
  octal(0o600, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(Math.max(0, Math.floor(modified / 1_000)), 136, 11);
  block.write(type, 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  octal(checksum(block), 148, 6);
  block.write(' ', 155, 'latin1');
  return block;
}

/** Its own field counts as blanks. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (const [at, byte] of block.entries()) if (at < 148 || at >= 156) sum += byte;
  return sum;
}

/** `LENGTH key=value\n`, where the length counts itself. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function parse(block: Buffer): { name: string; size: number; modified: number; type: string } {
  const text = (from: number, to: number): string => {
    const field = block.subarray(from, to);
    const end = field.indexOf(0);
    return field.toString('utf8', 0, end < 0 ? field.length : end);
  };
  const number = (from: number, to: number): number => {
    const written = text(from, to).trim();
    if (!/^[0-7]+$/.test(written)) throw bad('it is no tar');
    return parseInt(written, 8);
  };
  if (number(148, 156) !== checksum(block)) throw bad('it is no tar');
  const prefix = text(345, 500);
  const name = text(0, 100);
  return {
    name: prefix ? `${prefix}/${name}` : name,
    size: number(124, 136),
    modified: number(136, 148) * 1_000,
    type: block.toString('latin1', 156, 157),
  };
}

/** The name in a pax header; null when it says something else only. */
function pathIn(records: Buffer): string | null {
  for (let at = 0; at < records.length;) {
    const blank = records.indexOf(0x20, at);
    const length = Number(records.toString('latin1', at, blank < 0 ? at : blank));
    if (!(length > 0) || at + length > records.length) throw bad('it has a broken name');
    const [key, ...value] = records.toString('utf8', blank + 1, at + length - 1).split('=');
    if (key === 'path') return value.join('=');
    at += length;
  }
  return null;
}

/** Bytes as they come, taken in the sizes that are needed. */
class Input {
  private readonly source: AsyncIterator<Uint8Array>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]();
  }

  async take(size: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.pieces(size)) pieces.push(piece);
    const [first, ...more] = pieces;
    return first && more.length === 0 ? first : Buffer.concat(pieces);
  }

  async *pieces(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0;) {
      if (this.rest.length === 0) {
        const next = await this.source.next();
        if (next.done) throw bad('it is cut short');
        this.rest = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
        continue;
      }
      const piece = this.rest.subarray(0, left);
      this.rest = this.rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** Lets the source go, read to its end or not. */
  async close(): Promise<void> {
    await this.source.return?.();
  }

  /** What `tar` puts behind the end to fill a record is nothing. */
  async end(): Promise<void> {
    for (let bytes = this.rest; ;) {
      if (bytes.some((byte) => byte !== 0)) throw bad('something follows its end');
      const next = await this.source.next();
      if (next.done) return;
      bytes = Buffer.from(next.value);
    }
  }
}

const bad = (why: string): AraError => new AraError('bad-archive', why);
