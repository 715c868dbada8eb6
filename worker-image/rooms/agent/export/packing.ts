/** Files into a tar, each hashed on its way; what names them all comes last. */
import { createHash } from 'node:crypto';
import { TAR_END, tarPieces } from '../../../../contracts/tar.js';
import type { Entry } from './entries.js';

export interface Packed {
  path: string;
  bytes: number;
  sha256: string;
}

/**
 * @param last makes the last file of what was packed
 * @param onBytes told of each piece
 * @throws Error when a file is not as long as was said: it changed meanwhile
 */
export async function* pack(
  entries: AsyncIterable<Entry>,
  last: (packed: Packed[]) => Entry,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const packed: Packed[] = [];
  for await (const entry of entries) {
    const hash = createHash('sha256');
    yield* packOne(entry, (piece) => {
      hash.update(piece);
      onBytes(piece.length);
    });
    packed.push({ path: entry.path, bytes: entry.size, sha256: hash.digest('hex') });
  }
  yield* packOne(last(packed));
  yield TAR_END;
}

/** @throws Error as `pack` */
export const packOne = (
  { path, ...rest }: Entry,
  onPiece?: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array> => tarPieces({ name: path, ...rest }, onPiece);
