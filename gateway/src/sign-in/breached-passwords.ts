/** A file of stolen passwords, SHA-1 and sorted, searched where it lies: it has tens of gigabytes, and a lookup reads few of them. */
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';

/** Longer than any line: a hash, a colon, a count. */
const LINE = 64;
const HASH = 40;

export async function isBreached(path: string, password: string): Promise<boolean> {
  const wanted = createHash('sha1').update(password).digest('hex').toUpperCase();
  const file = await open(path);
  try {
    // The line that is wanted begins in [low, high).
    let low = 0;
    let high = (await file.stat()).size;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const { start, next, hash } = await lineAt(file, middle, low);
      if (hash === wanted) return true;
      if (hash < wanted) low = next;
      else high = start;
    }
    return false;
  } finally {
    await file.close();
  }
}

/** The line that the byte at `position` is in, not looking before `low`, which is the start of one. */
async function lineAt(file: FileHandle, position: number, low: number) {
  const from = Math.max(position - LINE, low);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2 * LINE), 0, 2 * LINE, from);
  const text = buffer.toString('latin1', 0, bytesRead);
  const start = text.lastIndexOf('\n', position - from - 1) + 1;
  const end = text.indexOf('\n', position - from);
  return {
    start: from + (position === from ? 0 : start),
    next: from + (end < 0 ? bytesRead : end + 1),
    hash: text.slice(position === from ? 0 : start, (position === from ? 0 : start) + HASH).toUpperCase(),
  };
}
