/** What the hunt looks for and where it was found; searches streams of any length with little memory. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Scanner } from '../scan/scanner.js';

/** Longer than the longest form of anything looked for. */
const OVERLAP = 1_024;
const CHUNK = 1_048_576;
const ZEROS = Buffer.alloc(CHUNK + OVERLAP);

export interface Find {
  name: string;
  form: string;
  where: string;
}

export class Loot {
  readonly finds: Find[] = [];
  private readonly buffer = Buffer.allocUnsafe(CHUNK + OVERLAP);

  constructor(private readonly scanner: Scanner) {}

  get bytes(): number {
    return this.scanner.bytes;
  }

  look(where: string, bytes: Buffer): void {
    for (const { name, form } of this.scanner.scan(bytes)) {
      if (!this.finds.some((each) => each.name === name && each.where === where))
        this.finds.push({ name, form, where });
    }
  }

  /** A file from its beginning. @throws as `open` and `read` do */
  file(path: string): void {
    const file = openSync(path, 'r');
    try {
      for (let kept = 0; ;) {
        const read = readSync(file, this.buffer, kept, CHUNK, null);
        if (read === 0) return;
        this.look(path, this.buffer.subarray(0, kept + read));
        kept = this.keep(kept + read);
      }
    } finally {
      closeSync(file);
    }
  }

  /** A stretch of an open file, such as of a process's memory; what cannot be read of it is passed over. */
  stretch(where: string, file: number, from: number, to: number): void {
    let kept = 0;
    for (let at = from; at < to;) {
      let read = 0;
      try {
        read = readSync(file, this.buffer, kept, Math.min(CHUNK, to - at), at);
      } catch {
        // A page that is not there, or the kernel's own.
      }
      if (read === 0) return;
      at += read;
      // Most of an address space was never written.
      if (isZero(this.buffer, kept + read)) {
        kept = 0;
        continue;
      }
      this.look(where, this.buffer.subarray(0, kept + read));
      kept = this.keep(kept + read);
    }
  }

  /** What stretches over two reads is found in the second. */
  private keep(filled: number): number {
    const kept = Math.min(OVERLAP, filled);
    this.buffer.copyWithin(0, filled - kept, filled);
    return kept;
  }
}

const isZero = (buffer: Buffer, length: number): boolean => buffer.compare(ZEROS, 0, length, 0, length) === 0;
