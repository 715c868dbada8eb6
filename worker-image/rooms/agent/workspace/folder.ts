/**
 * A folder held open by its descriptor: names are looked up in it and nowhere else, whatever becomes of the path that led to it.
 * Node has no `openat`, but on Linux `/proc/self/fd/N/name` means the same: the kernel goes to the open folder itself, not to
 * a path. No link is ever followed. Everything is synchronous: a call on a local disk takes microseconds, and between two of
 * them nobody else of this room gets a turn.
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
  type Dirent,
  type Stats,
} from 'node:fs';
import { sizeOf } from './text.js';
import { isCode, refusalOf, WorkspaceError } from './workspace-error.js';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

const AS_FOLDER = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
/** A pipe would make a plain open wait for its other end. */
const TO_READ = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
const TO_CREATE = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;

/** What a new file is called until it is whole. */
const UNFINISHED = '.new-';

export const isUnfinished = (name: string): boolean => name.startsWith(UNFINISHED);

export interface Draft {
  /** Adds to what is there. */
  write(bytes: Uint8Array): void;
  /** In the place of what had this name, on the disk before it counts. */
  putInPlace(name: string): void;
  /** Leaves nothing of one that was not put in place. */
  close(): void;
}

export class Folder {
  private constructor(
    private readonly descriptor: number,
    /** Where names are looked up. */
    private readonly place: string,
    /** `/proc/self/fd`, or null where the system has none: then names are looked up by the folder's path. */
    private readonly descriptors: string | null,
  ) {}

  /** The folder at a path whose last part is no link. `descriptors` is where the system shows this process its open files. */
  static open(path: string, descriptors = '/proc/self/fd'): Folder {
    const descriptor = attempt(() => openSync(path, AS_FOLDER));
    const place = `${descriptors}/${descriptor}`;
    return leadsTo(place, descriptor)
      ? new Folder(descriptor, place, descriptors)
      : new Folder(descriptor, path, null);
  }

  /** Whether it stays this folder while another program swaps the path that led to it. */
  get holdsAgainstRaces(): boolean {
    return this.descriptors !== null;
  }

  close(): void {
    closeSync(this.descriptor);
  }

  /** None of a folder that was removed meanwhile. */
  entries(): Dirent[] {
    try {
      return readdirSync(this.place, { withFileTypes: true });
    } catch (error) {
      if (isCode(error, 'ENOENT')) return [];
      throw refusalOf(error);
    }
  }

  folder(name: string): Folder {
    try {
      const descriptor = openSync(this.at(name), AS_FOLDER);
      const place = this.descriptors === null ? this.at(name) : `${this.descriptors}/${descriptor}`;
      return new Folder(descriptor, place, this.descriptors);
    } catch (error) {
      // Linux says of a link and of a file alike that they are no folder.
      if (this.stat(name)?.isSymbolicLink()) throw new WorkspaceError('link');
      throw refusalOf(error);
    }
  }

  /** Null when there is none of this name any more, or something else. */
  folderOrNull(name: string): Folder | null {
    try {
      return this.folder(name);
    } catch (error) {
      if (error instanceof WorkspaceError) return null;
      throw error;
    }
  }

  /** Makes the folder first if there is none. */
  ensureFolder(name: string): Folder {
    attempt(() => {
      try {
        mkdirSync(this.at(name), 0o700);
      } catch (error) {
        if (!isCode(error, 'EEXIST')) throw error;
      }
    });
    return this.folder(name);
  }

  /** Of the entry itself, or null when there is none. */
  stat(name: string): Stats | null {
    return attempt(() => lstatSync(this.at(name), { throwIfNoEntry: false })) ?? null;
  }

  /** @throws WorkspaceError `too-large` above `limit` bytes, `special` for what is no file, and as the path demands */
  readFile(name: string, limit: number): Buffer {
    const { descriptor, size } = this.openFile(name, limit);
    try {
      return readUpTo(descriptor, size);
    } finally {
      closeSync(descriptor);
    }
  }

  /** As `readFile`, for who reads it bit by bit and closes it. */
  openFile(name: string, limit: number): { descriptor: number; size: number } {
    const descriptor = attempt(() => openSync(this.at(name), TO_READ));
    try {
      const stats = fstatSync(descriptor);
      requireFile(stats);
      if (stats.size > limit) {
        throw new WorkspaceError(
          'too-large',
          `It has ${sizeOf(stats.size)}; the most here is ${sizeOf(limit)}.`,
        );
      }
      return { descriptor, size: stats.size };
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  /** Puts a whole file in the place of what had this name, on the disk before it counts. */
  replaceFile(name: string, bytes: Uint8Array): void {
    const draft = this.draft();
    try {
      draft.write(bytes);
      draft.putInPlace(name);
    } finally {
      draft.close();
    }
  }

  /** A file that has no name yet. To be closed before this folder is. */
  draft(): Draft {
    const unfinished = this.at(`${UNFINISHED}${randomUUID()}`);
    const descriptor = attempt(() => openSync(unfinished, TO_CREATE, 0o600));
    let inPlace = false;
    return {
      write: (bytes) => attempt(() => writeFileSync(descriptor, bytes)),
      putInPlace: (name) => {
        attempt(() => {
          fsyncSync(descriptor);
          renameSync(unfinished, this.at(name));
        });
        inPlace = true;
      },
      close: () => {
        closeSync(descriptor);
        if (!inPlace) rmSync(unfinished, { force: true });
      },
    };
  }

  removeFile(name: string): void {
    attempt(() => unlinkSync(this.at(name)));
  }

  /** False when it stays, mostly because it is not empty. */
  removeFolder(name: string): boolean {
    try {
      rmdirSync(this.at(name));
      return true;
    } catch {
      return false;
    }
  }

  private at(name: string): string {
    return `${this.place}/${name}`;
  }
}

/** @throws WorkspaceError unless it is an ordinary file */
export function requireFile(stats: Stats): void {
  if (stats.isSymbolicLink()) throw new WorkspaceError('link');
  if (stats.isDirectory()) throw new WorkspaceError('not-a-file');
  if (!stats.isFile()) throw new WorkspaceError('special');
}

function leadsTo(place: string, descriptor: number): boolean {
  const found = statSync(place, { throwIfNoEntry: false });
  const held = fstatSync(descriptor);
  return found?.ino === held.ino && found.dev === held.dev;
}

function readUpTo(descriptor: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const read = readSync(descriptor, bytes, length, size - length, null);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw refusalOf(error);
  }
}
