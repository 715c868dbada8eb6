/** A place where something of a user could lie in the centre, and how it is read. */
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Piece {
  /** Where in the place, for whoever must look there. */
  where: string;
  bytes: Buffer;
}

export interface Place {
  name: string;
  read(): Promise<Piece[]> | Piece[];
  /** A text that lies there by the place's own way of writing: a place in which it is not found was not searched. */
  control: string;
  /** What may lie here although it may not lie elsewhere, by name: what we put there ourselves, or what lives there. */
  allowed?: (name: string) => boolean;
}

export const piece = (where: string, content: string | Buffer): Piece => ({
  where,
  bytes: typeof content === 'string' ? Buffer.from(content) : content,
});

/** All files below a folder, and all names; sockets and devices have a name only. */
export function tree(folder: string, leaveOut: readonly string[] = []): Piece[] {
  const pieces: Piece[] = [];
  const visit = (path: string): void => {
    for (const name of readdirSync(path)) {
      const below = join(path, name);
      if (leaveOut.includes(below)) continue;
      pieces.push(piece(`the name ${below}`, below));
      const status = lstatSync(below, { throwIfNoEntry: false });
      if (status?.isDirectory()) visit(below);
      else if (status?.isFile()) pieces.push(...file(below));
    }
  };
  if (existsSync(folder)) visit(folder);
  return pieces;
}

/** A database moves its files while it works: one that has just gone is none. */
function file(path: string): Piece[] {
  try {
    return [piece(path, readFileSync(path))];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
