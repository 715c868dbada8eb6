/**
 * The files that go out behind an answer: their bytes in a folder beside the journal, their states in it. The agent room
 * that brings them is not trusted, so all of it is bounded.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { OutgoingFile } from '../../../../bridges/bridge.js';
import { AraError } from '../../../../contracts/errors.js';
import { isOpus, mediaTypeOf, TELLING_BYTES } from '../../media/media-type.js';
import type { Journal } from '../journal/journal.js';
import { newKey } from '../journal/outbox.js';

const MAX_FILES = 10;
/** Most that lies here at once, of all turns. */
const MAX_TOTAL = 200_000_000;
const MAX_NAME = 120;
/** Longest ending of a name that a cut leaves alone. */
const MAX_ENDING = 16;

/** What every chat shows as a picture. */
const SHOWN = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

export interface PlannedFile extends OutgoingFile {
  number: number;
  state: 'planned' | 'sending' | 'sent';
  /** What the platform knows it by, see `OutboxPart.key`. */
  key: string;
}

/** What is said of a file that is brought. */
export interface NamedFile {
  name: string;
  /** Where it lies in the workspace; null when it lies nowhere there. */
  workspacePath: string | null;
}

export class OutgoingFiles {
  /** Each turn's bytes that lie here; every turn that has a folder is in it. */
  private readonly sizes = new Map<number, number>();
  /** Each turn's files that are on their way in. */
  private readonly incoming = new Map<number, Set<number>>();
  /** Bytes that lie here or are on their way in. */
  private total = 0;

  /** `folder` is this class's own: what an end of the process left there without a row in the journal is removed. */
  constructor(
    private readonly journal: Journal,
    private readonly folder: string,
  ) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) this.takeStock(name);
  }

  /**
   * Takes a file in; when it resolves, the file is on the disk and part of the turn's answer. `isWanted` is asked at the
   * end: the turn may have been taken from the agent meanwhile.
   * @throws AraError `too-large`, `too-many`, `bad-request`, `conflict`
   */
  async add(
    turn: number,
    { name, workspacePath }: NamedFile,
    limit: number,
    bytes: AsyncIterable<Buffer>,
    isWanted: () => boolean,
  ): Promise<void> {
    const number = this.reserve(turn);
    const path = this.path(turn, number);
    let size = 0;
    let beginning = Buffer.alloc(0);
    const count = (chunk: Buffer): void => {
      if (size < TELLING_BYTES)
        beginning = Buffer.concat([beginning, chunk.subarray(0, TELLING_BYTES - size)]);
      size += chunk.length;
      this.total += chunk.length;
      if (size > limit) throw new AraError('too-large');
      if (this.total > MAX_TOTAL) throw new AraError('too-many', 'earlier files have to leave first');
    };
    try {
      mkdirSync(join(this.folder, String(turn)), { recursive: true, mode: 0o700 });
      this.sizes.set(turn, this.sizes.get(turn) ?? 0);
      await writeDown(path, counted(bytes, count));
      if (size === 0) throw new AraError('bad-request', 'the file is empty');
      const { kind, type } = contentOf(beginning);
      if (!isWanted()) throw new AraError('conflict', 'this turn is not open');
      const insert = `INSERT INTO outgoing_files
        (seq, number, name, size, kind, type, state, key, workspace_path) VALUES (?, ?, ?, ?, ?, ?, 'planned', ?, ?)`;
      this.journal.run(insert, turn, number, cleanName(name), size, kind, type, newKey(), workspacePath);
      this.sizes.set(turn, (this.sizes.get(turn) ?? 0) + size);
    } catch (error) {
      this.total -= size;
      rmSync(path, { force: true });
      throw error;
    } finally {
      const incoming = this.incoming.get(turn);
      incoming?.delete(number);
      if (incoming?.size === 0) this.incoming.delete(turn);
    }
  }

  /** In the order in which they came. */
  of(turn: number): PlannedFile[] {
    return this.journal
      .all<
        Omit<PlannedFile, 'path' | 'key' | 'workspacePath'> & Record<'key' | 'workspacePath', string | null>
      >(
        `SELECT number, name, size, kind, type, state, key, workspace_path AS workspacePath
         FROM outgoing_files WHERE seq = ? ORDER BY number`,
        turn,
      )
      .map(({ workspacePath, key, ...file }) => ({
        ...file,
        key: key ?? newKey(),
        path: this.path(turn, file.number),
        ...(workspacePath === null ? {} : { workspacePath }),
      }));
  }

  /** `sending` is known even after a power cut, since what was sent cannot be taken back. */
  mark(turn: number, number: number, state: PlannedFile['state']): void {
    const update = 'UPDATE outgoing_files SET state = ? WHERE seq = ? AND number = ?';
    const mark = (): number => this.journal.run(update, state, turn, number);
    if (state === 'sending') this.journal.durably(mark);
    else mark();
  }

  /** The turn is over, or begins anew. */
  remove(turn: number): void {
    if (!this.sizes.has(turn)) return;
    this.journal.run('DELETE FROM outgoing_files WHERE seq = ?', turn);
    rmSync(join(this.folder, String(turn)), { recursive: true, force: true });
    this.total -= this.sizes.get(turn) ?? 0;
    this.sizes.delete(turn);
  }

  private takeStock(folderName: string): void {
    const turn = Number(folderName);
    const files = this.of(turn);
    const kept = new Set(files.map(({ number }) => String(number)));
    for (const name of readdirSync(join(this.folder, folderName)))
      if (!kept.has(name)) rmSync(join(this.folder, folderName, name));
    if (files.length === 0) return rmSync(join(this.folder, folderName), { recursive: true });
    const size = files.reduce((sum, file) => sum + file.size, 0);
    this.sizes.set(turn, size);
    this.total += size;
  }

  /** A number for one more file of the turn. */
  private reserve(turn: number): number {
    const incoming = this.incoming.get(turn) ?? new Set();
    const taken = [...incoming, ...this.of(turn).map(({ number }) => number)];
    if (taken.length >= MAX_FILES) throw new AraError('too-many', `one answer takes ${MAX_FILES} files`);
    const number = Math.max(0, ...taken) + 1;
    this.incoming.set(turn, incoming.add(number));
    return number;
  }

  private path(turn: number, number: number): string {
    return join(this.folder, String(turn), String(number));
  }
}

/** When it resolves, a power cut no longer takes the bytes. The file is closed either way. */
async function writeDown(path: string, bytes: AsyncIterable<Buffer>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** How a chat shows a file that begins so. */
function contentOf(beginning: Buffer): Pick<OutgoingFile, 'kind' | 'type'> {
  const type = mediaTypeOf(beginning);
  if (isOpus(beginning)) return { kind: 'voice', type };
  return { kind: SHOWN.has(type) ? 'image' : 'file', type };
}

async function* counted(
  bytes: AsyncIterable<Buffer>,
  count: (chunk: Buffer) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    count(chunk);
    yield chunk;
  }
}

/** A name that is one line, stands for no folder and is not too long; its ending is kept. */
function cleanName(raw: string): string {
  const name = raw.replace(/[/\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '_').trim();
  if (/^[.\s]*$/.test(name)) return 'file';
  const letters = Array.from(name);
  if (letters.length <= MAX_NAME) return name;
  const ending = Array.from(extname(name));
  const kept = ending.length <= MAX_ENDING ? ending : [];
  return [...letters.slice(0, MAX_NAME - kept.length), ...kept].join('');
}
