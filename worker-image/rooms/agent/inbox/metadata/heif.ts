/** A HEIC or AVIF whose Exif and XMP are overwritten with zeros: everything else stays in its place. Pure. */
import { boxesIn } from './boxes.js';

/** Most items and extents that are looked at: a photo of a phone has about a hundred. */
const MOST = 10_000;

/** Null for what cannot be read so far that its Exif could be found. */
export function heifWithoutMetadata(file: Buffer): Buffer | null {
  try {
    const extents = metadataIn(file);
    if (!extents) return null;
    const without = Buffer.from(file);
    for (const { from, length } of extents) {
      // Of no given length: to the end of the file, which nobody makes and which would take the picture.
      if (length === 0 || from + length > file.length) return null;
      without.fill(0, from, from + length);
    }
    return without;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** @throws RangeError for a list that ends early */
function metadataIn(file: Buffer): Extent[] | null {
  const meta = boxesIn(file)?.find(({ type }) => type === 'meta');
  // A box with version and flags before its own boxes.
  const boxes = meta && boxesIn(file, meta.from + 4, meta.to);
  const [information, places, data] = ['iinf', 'iloc', 'idat'].map((name) =>
    boxes?.find(({ type }) => type === name),
  );
  if (!information || !places) return null;
  const hidden = metadataItems(file, information.from, information.to);
  return hidden && extentsOf(new Reader(file, places.from, places.to), hidden, data?.from ?? null);
}

/** The numbers of the items that hold Exif or XMP. */
function metadataItems(file: Buffer, from: number, to: number): Set<number> | null {
  const head = new Reader(file, from, to);
  const version = head.number(1);
  head.number(3);
  head.number(version === 0 ? 2 : 4);
  const entries = boxesIn(file, head.at, to);
  if (!entries || entries.length > MOST) return null;
  const found = new Set<number>();
  for (const { from: begin, to: end } of entries) {
    const entry = new Reader(file, begin, end);
    const form = entry.number(1);
    entry.number(3);
    // Older forms name no type, and no camera writes them.
    if (form < 2) return null;
    const id = entry.number(form === 2 ? 2 : 4);
    entry.number(2);
    const type = entry.letters(4);
    if (type === 'Exif' || type === 'mime' || type === 'uri ') found.add(id);
  }
  return found;
}

interface Extent {
  from: number;
  length: number;
}

function extentsOf(reader: Reader, wanted: ReadonlySet<number>, data: number | null): Extent[] | null {
  const version = reader.number(1);
  reader.number(3);
  const sizes = reader.number(2);
  const [offsetSize, lengthSize, baseSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexSize = version === 0 ? 0 : sizes & 15;
  const count = reader.number(version < 2 ? 2 : 4);
  if (version > 2 || count > MOST) return null;
  const found: Extent[] = [];
  for (let item = 0; item < count; item++) {
    const id = reader.number(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : reader.number(2) & 15;
    reader.number(2);
    const base = reader.number(baseSize);
    const extents = reader.number(2);
    for (let extent = 0; extent < extents; extent++) {
      reader.number(indexSize);
      const offset = reader.number(offsetSize);
      const length = reader.number(lengthSize);
      if (!wanted.has(id)) continue;
      const begin = method === 0 ? 0 : method === 1 ? data : null;
      if (begin === null || found.length >= MOST) return null;
      found.push({ from: begin + base + offset, length });
    }
  }
  return found;
}

/** Reads numbers one after the other. @throws RangeError past the end */
class Reader {
  constructor(
    private readonly file: Buffer,
    public at: number,
    private readonly end: number,
  ) {}

  /** Of so many bytes, none for 0. */
  number(bytes: number): number {
    if (this.at + bytes > this.end) throw new RangeError('past the end');
    let value = 0;
    for (let count = 0; count < bytes; count++) value = value * 256 + (this.file[this.at++] ?? 0);
    return value;
  }

  letters(count: number): string {
    if (this.at + count > this.end) throw new RangeError('past the end');
    this.at += count;
    return this.file.toString('latin1', this.at - count, this.at);
  }
}
