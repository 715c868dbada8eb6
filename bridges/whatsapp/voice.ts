/** Finds how long a voice note is: WhatsApp shows what the message says. */
import { open } from 'node:fs/promises';

/** Opus counts in these, whatever it was recorded with. */
const RATE = 48_000;
/** A page of Ogg is no longer than this. */
const PAGE = 65_307;

/** Whole seconds of an Ogg file; null when it is none. */
export async function secondsOf(path: string, size: number): Promise<number | null> {
  const file = await open(path);
  try {
    const end = Buffer.alloc(Math.min(PAGE, size));
    await file.read(end, 0, end.length, size - end.length);
    const page = end.lastIndexOf('OggS');
    if (page < 0 || page + 14 > end.length) return null;
    const samples = Number(end.readBigInt64LE(page + 6));
    return samples > 0 ? Math.max(1, Math.round(samples / RATE)) : null;
  } finally {
    await file.close();
  }
}
