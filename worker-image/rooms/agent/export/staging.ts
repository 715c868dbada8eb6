/**
 * A whole new content of this room, put together beside the old one. It counts from one rename on: then the next start puts
 * it in place before anything is opened, and goes on with that after a crash. Before the rename nothing has changed.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const BEGUN = 'arriving';
const READY = 'arrived';

/** What a new content consists of, each part there even when it is empty: nothing else is put in place. */
export const PARTS = {
  conversations: 'conversation.sqlite',
  reminders: 'reminders.sqlite',
  preferences: 'preferences.json',
  memory: 'memory',
  workspace: 'workspace',
} as const;
/** What SQLite keeps beside a file of its own. Those of a database that is replaced must not be taken for the new one's. */
const BESIDE = ['-wal', '-shm', '-journal'];

/** An empty folder for it. */
export function beginStaging(folder: string): string {
  const staging = join(folder, BEGUN);
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true, mode: 0o700 });
  return staging;
}

export const dropStaging = (folder: string): void =>
  rmSync(join(folder, BEGUN), { recursive: true, force: true });

/** From here on it counts. Every file of it is closed. */
export function commitStaging(folder: string): void {
  renameSync(join(folder, BEGUN), join(folder, READY));
}

/** At the start, before anything of the folder is opened: puts a new content in place, or takes an unfinished one away. */
export function settleStaging(folder: string): void {
  dropStaging(folder);
  const ready = join(folder, READY);
  if (!existsSync(ready)) return;
  for (const database of [PARTS.conversations, PARTS.reminders])
    for (const suffix of BESIDE) rmSync(join(folder, database + suffix), { force: true });
  const there = readdirSync(ready);
  for (const name of Object.values(PARTS)) {
    // What is not there any more was put in place before a crash.
    if (!there.includes(name)) continue;
    rmSync(join(folder, name), { recursive: true, force: true });
    renameSync(join(ready, name), join(folder, name));
  }
  rmSync(ready, { recursive: true, force: true });
}
