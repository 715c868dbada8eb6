/**
 * The user's files: a folder in the container that no path leads out of, with a quota. A path is checked name by name and
 * then walked folder by folder, each held open, so that neither a clever name nor a link, even one that is put in place
 * meanwhile, leads anywhere else.
 */
import { closeSync, createReadStream, mkdirSync, type Stats } from 'node:fs';
import { Readable } from 'node:stream';
import { applyEdit, type Edit } from './edit.js';
import { Folder, requireFile } from './folder.js';
import { DEEPEST, parseFolder, parsePath } from './path.js';
import { asText, sizeOf } from './text.js';
import { measure, removeAll, removeOne, type Usage } from './usage.js';
import { walk, type Step } from './walk.js';
import { WorkspaceError } from './workspace-error.js';

/** In bytes. A file of this size can still be sent to a chat. */
export const MAX_FILE_BYTES = 50_000_000;
/** Text is taken apart in memory, of which this room has little. */
export const MAX_TEXT_BYTES = 5_000_000;
const MAX_FILES = 20_000;
const QUOTA_BYTES = 512_000_000;

export interface WorkspaceOptions {
  /** Most files in all. */
  files?: number;
  /** Where the system shows a process its open files. */
  descriptors?: string;
}

export interface Entry {
  /** In NFC, as it is stored. */
  path: string;
  /** The last part of the path. */
  name: string;
  isFolder: boolean;
  /** 0 for a folder. */
  bytes: number;
  /** Milliseconds since 1970. */
  changedAt: number;
}

export interface Listing {
  entries: Entry[];
  /** How many more there are. */
  more: number;
}

/** Every method throws `WorkspaceError` for what it refuses. */
export class Workspace {
  /** Measured once, then kept up to date: nobody else writes here. */
  private used: Usage | null = null;
  /** Bytes of files that are on their way in. */
  private coming = 0;

  constructor(
    private readonly root: string,
    readonly quotaBytes = QUOTA_BYTES,
    private readonly options: WorkspaceOptions = {},
  ) {}

  /** What the user must know about the safety of this place, or null. */
  caution(): string | null {
    const holds = this.inFolder([], (folder) => folder.holdsAgainstRaces);
    return holds
      ? null
      : 'This system has no /proc. A program that puts a link in the place of a folder just while I work in it could lead me out of the workspace.';
  }

  read(path: string): Buffer {
    return this.atName(path, (folder, name) => folder.readFile(name, MAX_FILE_BYTES));
  }

  readText(path: string): string {
    return this.atName(path, (folder, name) => textIn(folder, name));
  }

  /** Puts a whole file in place, and the folders that lead to it. Tells whether there was one. */
  write(path: string, bytes: Uint8Array): { replaced: boolean } {
    try {
      return this.atName(path, (folder, name) => this.replace(folder, name, bytes), ensured);
    } catch (error) {
      this.removeEmpty(parsePath(path).slice(0, -1));
      throw error;
    }
  }

  /** As `write`, bit by bit: what came is on the disk, and not in memory, until all of it has. */
  async receive(path: string, bytes: AsyncIterable<Uint8Array>): Promise<{ replaced: boolean }> {
    const names = parsePath(path);
    const name = names.pop() ?? '';
    try {
      const folder = this.open(names, ensured);
      try {
        return await this.receiveIn(folder, name, bytes);
      } finally {
        folder.close();
      }
    } finally {
      this.removeEmpty(names);
    }
  }

  /** A file, to be read bit by bit. */
  stream(path: string): { size: number; bytes: Readable } {
    return this.atName(path, (folder, name) => {
      const { descriptor, size } = folder.openFile(name, MAX_FILE_BYTES);
      return { size, bytes: size === 0 ? nothing(descriptor) : upTo(descriptor, size) };
    });
  }

  /** Tells how many times the text was replaced. */
  edit(path: string, edit: Edit): number {
    return this.atName(path, (folder, name) => {
      const { text, replaced } = applyEdit(textIn(folder, name), edit);
      this.replace(folder, name, Buffer.from(text));
      return replaced;
    });
  }

  /** A file, or a folder with all in it. Tells what is gone. Folders that are empty then go as well. */
  delete(path: string): Usage {
    const used = this.usage();
    const removed = this.atName(path, (folder, name) => {
      const stats = folder.stat(name);
      if (!stats) throw new WorkspaceError('not-found');
      if (stats.isDirectory()) return removeAll(folder, name);
      requireFile(stats);
      return removeOne(folder, name);
    });
    this.used = { files: used.files - removed.files, bytes: used.bytes - removed.bytes };
    this.removeEmpty(parsePath(path).slice(0, -1));
    return removed;
  }

  entry(path: string): Entry {
    return this.atName(path, (folder, name) => {
      const stats = folder.stat(name);
      if (!stats) throw new WorkspaceError('not-found');
      if (!stats.isDirectory()) requireFile(stats);
      return entryOf(parsePath(path).join('/'), stats);
    });
  }

  /** By name, down to `depth` levels of folders, at most `limit` of them. Folders are told only where it goes no deeper. */
  list(folder: string, depth: number, limit: number): Listing {
    const names = parseFolder(folder);
    return this.inFolder(names, (opened) => {
      const listing: Listing = { entries: [], more: 0 };
      for (const step of walk(opened, depth, prefixOf(names))) {
        if (step.isFolder && step.depth > 1) continue;
        const stats = listing.entries.length < limit && step.parent.stat(step.name);
        if (stats) listing.entries.push(entryOf(step.path, stats));
        else listing.more += 1;
      }
      return listing;
    });
  }

  /** Every file and folder, one by one; the folders on the way stay open until the last is asked for. */
  *steps(folder: string): Generator<Step> {
    const names = parseFolder(folder);
    const opened = this.open(names);
    try {
      yield* walk(opened, DEEPEST, prefixOf(names));
    } finally {
      opened.close();
    }
  }

  usage(): Usage {
    this.used ??= this.inFolder([], measure);
    return this.used;
  }

  /** The quota is checked and the file written without a pause between, so that two calls cannot both take the last of it. */
  private replace(folder: Folder, name: string, bytes: Uint8Array): { replaced: boolean } {
    const { before, after } = this.admitted(folder, name, bytes.length, this.coming);
    folder.replaceFile(name, bytes);
    this.used = after;
    return { replaced: before !== null };
  }

  /** The quota is looked at with each piece, and again when the file counts: others may have taken of it meanwhile. */
  private async receiveIn(
    folder: Folder,
    name: string,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<{ replaced: boolean }> {
    this.admitted(folder, name, 0);
    const draft = folder.draft();
    let size = 0;
    try {
      for await (const piece of bytes) {
        size += piece.length;
        this.coming += piece.length;
        this.admitted(folder, name, size, this.coming - size);
        draft.write(piece);
      }
      const { before, after } = this.admitted(folder, name, size, this.coming - size);
      draft.putInPlace(name);
      this.used = after;
      return { replaced: before !== null };
    } finally {
      this.coming -= size;
      draft.close();
    }
  }

  /** What is in use once a file of this size has this name; `others` are the bytes of files that are on their way in. */
  private admitted(
    folder: Folder,
    name: string,
    size: number,
    others = 0,
  ): { before: Stats | null; after: Usage } {
    const used = this.usage();
    const before = folder.stat(name);
    if (before) requireFile(before);
    if (before && before.nlink > 1) throw new WorkspaceError('hard-link');
    if (size > MAX_FILE_BYTES) {
      throw new WorkspaceError('too-large', `A file has at most ${sizeOf(MAX_FILE_BYTES)}.`);
    }
    const after = {
      files: used.files + (before ? 0 : 1),
      bytes: used.bytes - (before?.size ?? 0) + size,
    };
    if (after.bytes + others > this.quotaBytes && after.bytes > used.bytes) {
      throw new WorkspaceError('full', `It holds ${sizeOf(used.bytes)} of ${sizeOf(this.quotaBytes)}.`);
    }
    if (after.files > (this.options.files ?? MAX_FILES))
      throw new WorkspaceError('full', `It holds ${used.files} files, which is the most.`);
    return { before, after };
  }

  /** Goes up from the given folder and removes what is empty, as far as it gets. */
  private removeEmpty(names: readonly string[]): void {
    const above = names.slice(0, -1);
    const name = names.at(-1);
    if (name !== undefined && this.removeFolder(above, name)) this.removeEmpty(above);
  }

  private removeFolder(above: readonly string[], name: string): boolean {
    try {
      return this.inFolder(above, (folder) => folder.removeFolder(name));
    } catch (error) {
      if (error instanceof WorkspaceError) return false;
      throw error;
    }
  }

  private atName<T>(path: string, work: (folder: Folder, name: string) => T, next = existing): T {
    const names = parsePath(path);
    const name = names.pop() ?? '';
    return this.inFolder(names, (folder) => work(folder, name), next);
  }

  private inFolder<T>(names: readonly string[], work: (folder: Folder) => T, next = existing): T {
    const folder = this.open(names, next);
    try {
      return work(folder);
    } finally {
      folder.close();
    }
  }

  private open(names: readonly string[], next = existing): Folder {
    mkdirSync(this.root, { recursive: true, mode: 0o700 });
    let folder = Folder.open(this.root, this.options.descriptors);
    for (const name of names) {
      const above = folder;
      try {
        folder = next(above, name);
      } finally {
        above.close();
      }
    }
    return folder;
  }
}

const existing = (above: Folder, name: string): Folder => above.folder(name);
const ensured = (above: Folder, name: string): Folder => above.ensureFolder(name);

/** A file that grows meanwhile is still as long as was said. */
const upTo = (descriptor: number, size: number): Readable =>
  createReadStream('', { fd: descriptor, start: 0, end: size - 1 });

function nothing(descriptor: number): Readable {
  closeSync(descriptor);
  return Readable.from([]);
}

const prefixOf = (names: readonly string[]): string => names.map((name) => `${name}/`).join('');

function textIn(folder: Folder, name: string): string {
  const text = asText(folder.readFile(name, MAX_TEXT_BYTES));
  if (text === null) throw new WorkspaceError('not-text');
  return text;
}

function entryOf(path: string, stats: Stats): Entry {
  const isFolder = stats.isDirectory();
  return {
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    isFolder,
    bytes: isFolder ? 0 : stats.size,
    changedAt: Math.round(stats.mtimeMs),
  };
}
