/**
 * MEMORY.md and the daily notes on disk: plain files that the user may edit at any time. A file is replaced whole, so a crash
 * leaves the old or the new, and only while it is still what was read, so an edit by hand is not lost.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { MemoryError } from './memory-error.js';

export const MEMORY_FILE = 'MEMORY.md';

/** Largest file that we write, in bytes. */
const WRITE_LIMIT = 64 * 1024;
/** Largest file that we read: the user's own hand is not held to the limit above. */
const READ_LIMIT = 1024 * 1024;
const TRIES = 5;
const NOTE = /^(\d{4}-\d{2}-\d{2})\.md$/;
const DRAFT = '.new';
const ANY_DRAFT = /^(MEMORY|\d{4}-\d{2}-\d{2})\.md\.new$/;
// A named pipe in the file's place would otherwise hold us for good.
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const DRAFT_FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** `MEMORY.md`, or the day of a note. */
export type Place = string;

export interface Version {
  text: string;
  /** Differs when the file does, unless it was written twice in the same few milliseconds. */
  stamp: string;
  /** Milliseconds since 1970. */
  modified: number;
}

export interface Listed extends Pick<Version, 'stamp' | 'modified'> {
  place: Place;
  bytes: number;
}

export class MemoryFiles {
  private readonly notes: string;

  constructor(private readonly folder: string) {
    this.notes = join(folder, 'notes');
  }

  /** MEMORY.md and then the notes, newest first. What has another name is not ours. */
  list(): Listed[] {
    const days = this.isThere(this.notes) ? readdirSync(this.notes).map((name) => NOTE.exec(name)?.[1]) : [];
    const places = days.filter((day) => day !== undefined && !Number.isNaN(Date.parse(day))) as Place[];
    return [MEMORY_FILE, ...places.sort().reverse()].flatMap((place) => {
      const stats = lstatSync(this.pathOf(place), { throwIfNoEntry: false });
      return stats
        ? [{ place, stamp: stampOf(stats), bytes: stats.size, modified: Math.round(stats.mtimeMs) }]
        : [];
    });
  }

  /** Null when there is no such file. @throws MemoryError `unusable` */
  read(place: Place): Version | null {
    const path = this.pathOf(place);
    if (!this.isThere(dirname(path))) return null;
    const descriptor = openForReading(path, place);
    if (descriptor === null) return null;
    try {
      const stats = fstatSync(descriptor);
      if (!stats.isFile()) throw unusable(place, 'it is not a plain file');
      if (stats.size > READ_LIMIT) throw unusable(place, 'it is larger than 1 MB; split it');
      return {
        text: decode(readFileSync(descriptor), place),
        stamp: stampOf(stats),
        modified: stats.mtimeMs,
      };
    } finally {
      closeSync(descriptor);
    }
  }

  /** As `read`; a file that we cannot use counts as none. */
  readIfUsable(place: Place): Version | null {
    try {
      return this.read(place);
    } catch (error) {
      if (error instanceof MemoryError) return null;
      throw error;
    }
  }

  /**
   * Replaces the text by what `change` makes of it; called again when somebody else wrote meanwhile. A text that may only
   * shrink is not held to the limit.
   * @throws MemoryError `full`, `unusable`, `busy`
   */
  edit(place: Place, change: (text: string) => string): void {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const before = this.read(place)?.text ?? '';
      const after = change(before);
      if (after === before) return;
      try {
        if (this.replace(place, before, after)) return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === undefined) throw error;
        throw unusable(place, systemWords(error));
      }
    }
    throw new MemoryError(
      'busy',
      `${nameOf(place)} is being changed by something else. Try again in a moment.`,
    );
  }

  /** Nothing stays of it, nor of a write that a crash cut short. */
  remove(place: Place): void {
    if (!this.isThere(dirname(this.pathOf(place)))) return;
    for (const path of [this.pathOf(place), this.pathOf(place) + DRAFT]) rmSync(path, { force: true });
    syncFolder(dirname(this.pathOf(place)));
  }

  /** Removes what writes that a crash cut short have left behind. */
  removeDrafts(): void {
    for (const folder of [this.folder, this.notes].filter((each) => this.isThere(each)))
      for (const name of readdirSync(folder)) if (ANY_DRAFT.test(name)) rmSync(join(folder, name));
  }

  /** False when the file is no longer what it was. */
  private replace(place: Place, before: string, after: string): boolean {
    const bytes = Buffer.from(after);
    if (bytes.length > WRITE_LIMIT && after.length > before.length) throw full(place);
    const path = this.pathOf(place);
    const created = mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (created) syncFolder(dirname(created));
    const draft = path + DRAFT;
    rmSync(draft, { force: true });
    try {
      writeDraft(draft, bytes, lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0o600);
      if ((this.read(place)?.text ?? '') !== before) return false;
      renameSync(draft, path);
    } finally {
      rmSync(draft, { force: true });
    }
    syncFolder(dirname(path));
    return true;
  }

  private pathOf(place: Place): string {
    return place === MEMORY_FILE ? join(this.folder, MEMORY_FILE) : join(this.notes, `${place}.md`);
  }

  /** @throws MemoryError when a folder of ours is a link or something else, and may lead out of the memory */
  private isThere(folder: string): boolean {
    const stats = lstatSync(folder, { throwIfNoEntry: false });
    if (stats && !stats.isDirectory())
      throw new MemoryError('unusable', 'The memory folder is not a plain folder, so I leave it alone.');
    return stats !== undefined;
  }
}

/** What the user calls a file of theirs. */
export const nameOf = (place: Place): string => (place === MEMORY_FILE ? place : `the note of ${place}`);

function openForReading(path: string, place: Place): number | null {
  try {
    return openSync(path, READ_FLAGS);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw unusable(place, code === 'ELOOP' ? 'it is a link' : systemWords(error));
  }
}

function writeDraft(path: string, bytes: Uint8Array, mode: number): void {
  const descriptor = openSync(path, DRAFT_FLAGS, 0o600);
  try {
    fchmodSync(descriptor, mode & 0o777);
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Strict, because what cannot be read could not be written back as it was. */
function decode(bytes: Uint8Array, place: Place): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw unusable(place, 'it is not UTF-8 text; save it as UTF-8');
  }
}

const stampOf = ({ size, mtimeMs, ino }: Stats): string => `${size} ${mtimeMs} ${ino}`;

const systemWords = (error: unknown): string =>
  `the system says ${(error as NodeJS.ErrnoException).code ?? 'no'}`;

const unusable = (place: Place, why: string): MemoryError =>
  new MemoryError('unusable', `I cannot use ${nameOf(place)}: ${why}.`);

const full = (place: Place): MemoryError =>
  new MemoryError(
    'full',
    place === MEMORY_FILE
      ? 'MEMORY.md is full (64 kB). Forget or shorten some lines first, or write this as a note of today.'
      : `The note of ${place} is full (64 kB). Shorten it first, or write this to MEMORY.md if it matters for long.`,
  );
