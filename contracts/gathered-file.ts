/** Writes a file of many small pieces as few large ones: for its owner alone, and on the disk when it is done. */
import { open } from 'node:fs/promises';

/** Written to the disk when so much has come together, in bytes. */
const PIECE = 1_000_000;

/** @throws Error when there is such a file, and what the source throws */
export async function writeGathered(path: string, source: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    let held: Uint8Array[] = [];
    let length = 0;
    const flush = async (): Promise<void> => {
      await file.writev(held);
      held = [];
      length = 0;
    };
    for await (const piece of source) {
      held.push(piece);
      length += piece.length;
      if (length >= PIECE) await flush();
    }
    if (held.length > 0) await flush();
    await file.sync();
  } finally {
    await file.close();
  }
}
