/**
 * This room's part of a backup: its databases as they were in one moment, its files. `VACUUM INTO` reads a database in one
 * transaction and writes only what is in it, so that what was deleted is not in the copy; a copy of the file itself could be
 * of two moments and lack what lies in the log.
 */
import { createReadStream, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SNAPSHOT_LIMITS } from '../../../../contracts/snapshot.js';
import { readTar, TAR_END } from '../../../../contracts/tar.js';
import type { SqliteFile } from '../../sqlite-file.js';
import type { Assistant } from '../assistant.js';
import { Arrival, unknown } from './arrival.js';
import { memoryFiles, textEntry, workspaceFiles, type Entry } from './entries.js';
import { packOne } from './packing.js';
import { PARTS } from './staging.js';

/** As a tar. One at a time: the copies lie beside the originals meanwhile. */
export async function* snapshotOf(assistant: Assistant): AsyncGenerator<Uint8Array> {
  const copies = join(assistant.folder, 'snapshot');
  rmSync(copies, { recursive: true, force: true });
  mkdirSync(copies, { mode: 0o700 });
  try {
    for await (const entry of entries(assistant, copies)) yield* packOne(entry);
    yield TAR_END;
  } finally {
    rmSync(copies, { recursive: true, force: true });
  }
}

/** In the place of a room that holds nothing yet. @throws AraError `not-empty`, `bad-archive`, `too-large` */
export const takeSnapshot = (assistant: Assistant, tar: AsyncIterable<Uint8Array>): Promise<void> =>
  Arrival.take(assistant, async (arrival) => {
    for await (const { name, bytes } of readTar(tar, SNAPSHOT_LIMITS)) {
      const [part = '', ...rest] = name.split('/');
      const below = rest.join('/');
      if (part === PARTS.memory) await arrival.takeMemory(below, bytes);
      else if (part === PARTS.workspace) await arrival.takeFile(below, bytes);
      else if (isFile(part) && below === '') await arrival.takeWhole(part, bytes, SNAPSHOT_LIMITS.bytes);
      else throw unknown();
    }
  });

const isFile = (part: string): boolean =>
  part === PARTS.conversations || part === PARTS.reminders || part === PARTS.preferences;

async function* entries(assistant: Assistant, copies: string): AsyncGenerator<Entry> {
  yield copyOf(assistant.database, join(copies, PARTS.conversations), PARTS.conversations);
  yield copyOf((await assistant.agenda()).reminders.database, join(copies, PARTS.reminders), PARTS.reminders);
  const settings = `${JSON.stringify(assistant.preferences.current, null, 2)}\n`;
  yield textEntry(PARTS.preferences, settings, assistant.now());
  // What cannot be read is no plain file of ours, and is left where it is.
  yield* memoryFiles(assistant, []);
  yield* workspaceFiles(await assistant.workspace(), [], PARTS.workspace);
}

function copyOf({ database }: SqliteFile, path: string, name: string): Entry {
  database.prepare('VACUUM INTO ?').run(path);
  const { size, mtimeMs } = statSync(path);
  return { path: name, size, modified: Math.round(mtimeMs), bytes: createReadStream(path) };
}
