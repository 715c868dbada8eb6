/** The parts of a new content as they arrive, in the staging folder: files with checked names, databases, preferences. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AraError } from '../../../../contracts/errors.js';
import type { Assistant } from '../assistant.js';
import { WorkspaceError } from '../workspace/workspace-error.js';
import { Workspace } from '../workspace/workspace.js';
import { beginStaging, commitStaging, dropStaging, PARTS } from './staging.js';

const NOTE = /^notes\/(\d{4}-\d{2}-\d{2})\.md$/;
/** As large as the memory reads one. */
const MOST_MEMORY = 1_048_576;

export class Arrival {
  readonly folder: string;
  memoryFiles = 0;
  files = 0;
  private readonly workspace: Workspace;

  private constructor(assistant: Assistant) {
    this.folder = beginStaging(assistant.folder);
    for (const part of [PARTS.memory, PARTS.workspace]) mkdirSync(this.at(part), { mode: 0o700 });
    this.workspace = new Workspace(this.at(PARTS.workspace));
  }

  /**
   * Runs `work`, which puts everything into the staging folder, and makes it count; when it fails nothing has changed.
   * @throws AraError `not-empty` when this room holds something already, `conflict` while another one arrives
   */
  static async take<T>(assistant: Assistant, work: (arrival: Arrival) => Promise<T>): Promise<T> {
    if (arriving.has(assistant)) throw new AraError('conflict', 'something is arriving already');
    arriving.add(assistant);
    try {
      await needEmpty(assistant);
      const arrival = new Arrival(assistant);
      const result = await work(arrival);
      // Somebody may have written meanwhile; from here to the rename nobody gets a turn.
      await needEmpty(assistant);
      commitStaging(assistant.folder);
      return result;
    } finally {
      dropStaging(assistant.folder);
      arriving.delete(assistant);
    }
  }

  at(part: string): string {
    return join(this.folder, part);
  }

  /** @param path below `memory/`. @throws AraError `bad-archive`, `too-large` */
  async takeMemory(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const day = NOTE.exec(path)?.[1];
    if (path !== 'MEMORY.md' && (!day || Number.isNaN(Date.parse(day)))) throw unknown();
    await writeFile(join(this.at(PARTS.memory), path), bytes, MOST_MEMORY);
    this.memoryFiles += 1;
  }

  /** @param path below `files/`. @throws AraError `bad-archive`, `too-large` */
  async takeFile(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      const { replaced } = await this.workspace.receive(path, bytes);
      if (replaced) throw new AraError('bad-archive', 'a file comes twice');
    } catch (error) {
      if (!(error instanceof WorkspaceError)) throw error;
      const isSize = ['too-large', 'full', 'disk-full'].includes(error.refusal);
      throw new AraError(isSize ? 'too-large' : 'bad-archive', error.refusal);
    }
    this.files += 1;
  }

  /** A part that is one file. */
  async takeWhole(part: string, bytes: AsyncIterable<Uint8Array>, limit: number): Promise<void> {
    await writeFile(this.at(part), bytes, limit);
  }
}

const arriving = new WeakSet<Assistant>();

async function needEmpty(assistant: Assistant): Promise<void> {
  const [memory, workspace, agenda] = await Promise.all([
    assistant.memory(),
    assistant.workspace(),
    assistant.agenda(),
  ]);
  const { turns } = assistant.database.get<{ turns: number }>('SELECT count(*) AS turns FROM turns') ?? {};
  const { n } = agenda.reminders.database.get<{ n: number }>('SELECT count(*) AS n FROM reminders') ?? {};
  if (turns || n || memory.list().length > 0 || workspace.usage().files > 0) throw new AraError('not-empty');
}

/** @throws AraError `too-large`, and what came of it is for the caller to take away */
async function writeFile(path: string, bytes: AsyncIterable<Uint8Array>, limit: number): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = openSync(path, 'wx', 0o600);
  try {
    let length = 0;
    for await (const piece of bytes) {
      length += piece.length;
      if (length > limit) throw new AraError('too-large');
      for (let at = 0; at < piece.length;) at += writeSync(file, piece, at);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The whole of something small. @throws AraError `too-large` */
export async function wholeText(bytes: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of bytes) {
    length += piece.length;
    if (length > limit) throw new AraError('too-large');
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Hashes what passes. */
export function hashed(bytes: AsyncIterable<Buffer>): { bytes: AsyncIterable<Buffer>; sum: () => string } {
  const hash = createHash('sha256');
  return {
    bytes: (async function* () {
      for await (const piece of bytes) {
        hash.update(piece);
        yield piece;
      }
    })(),
    sum: () => hash.digest('hex'),
  };
}

export const unknown = (): AraError => new AraError('bad-archive', 'it holds a file that has no place here');
