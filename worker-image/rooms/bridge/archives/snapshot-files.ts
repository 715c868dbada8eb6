/**
 * This room's files in a snapshot, and where they go when one is taken in. Only what is named here is in it: the session keys
 * of encrypted channels are not, since a copy of a ratchet breaks the channel once the original has gone on.
 */
import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { leftOut } from '../../../../contracts/snapshot.js';
import type { TarSource } from '../../../../contracts/tar.js';
import type * as z from 'zod';
import type { Journal } from '../journal/journal.js';

type LeftOut = z.infer<typeof leftOut>;

export const JOURNAL = 'journal.sqlite';
const CREDENTIALS = 'credentials';
const OUTGOING = 'outgoing';
/** The records of bridges, session keys above all: named by the credential that they belong to. */
const STORES = 'stores';
const COPIES = 'snapshot';
const BEGUN = 'arriving';
const READY = 'arrived';
const BESIDE = ['-wal', '-shm', '-journal'];

/** Credentials that work again wherever they are, as they are. A bot token is one, a session of WhatsApp is none. */
const PORTABLE = ['container-key', 'telegram', 'google'];
const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/;

/** Whether a path below `bridge/` is one that a snapshot has. */
export function hasPlace(path: string): boolean {
  const [folder = '', name, ...rest] = path.split('/');
  if (name === undefined) return folder === JOURNAL;
  if (rest.length > 0 || !PLAIN_NAME.test(name)) return false;
  return folder === CREDENTIALS ? PORTABLE.includes(name.replace(/\.sealed$/, '')) : folder === OUTGOING;
}

/** `VACUUM INTO` reads the journal in one transaction and leaves what was deleted behind. */
export function* bridgeFiles(folder: string, journal: Journal): Generator<TarSource> {
  const copies = join(folder, COPIES);
  rmSync(copies, { recursive: true, force: true });
  mkdirSync(copies, { mode: 0o700 });
  try {
    const copy = join(copies, JOURNAL);
    journal.database.prepare('VACUUM INTO ?').run(copy);
    yield fileAt(copy, `bridge/${JOURNAL}`);
    for (const name of [CREDENTIALS, OUTGOING])
      for (const file of filesIn(join(folder, name)))
        if (hasPlace(`${name}/${file}`)) yield fileAt(join(folder, name, file), `bridge/${name}/${file}`);
  } finally {
    rmSync(copies, { recursive: true, force: true });
  }
}

/** What is here and in no snapshot, by what it is of. */
export function leftOutOf(folder: string): LeftOut[] {
  const ours = [
    ...[JOURNAL, ...BESIDE.map((suffix) => JOURNAL + suffix)],
    ...[CREDENTIALS, OUTGOING, STORES, COPIES, BEGUN, READY],
  ];
  const others = readdirSync(folder).filter((name) => !ours.includes(name));
  const credentials = filesIn(join(folder, CREDENTIALS)).filter(
    (name) => !hasPlace(`${CREDENTIALS}/${name}`),
  );
  const kinds = [...others, ...credentials].map((name): LeftOut =>
    name.startsWith('whatsapp') ? 'whatsapp' : name.startsWith('matrix') ? 'matrix' : 'other',
  );
  return [...new Set(kinds)].sort();
}

/** Whether this room holds nothing yet but its own key pair. */
export const isEmpty = (folder: string, journal: Journal): boolean =>
  journal.lastSeq() === 0 &&
  filesIn(join(folder, CREDENTIALS)).every((name) => name.startsWith('container-key'));

/** An empty folder for what arrives. */
export function beginArrival(folder: string): string {
  const arrival = join(folder, BEGUN);
  rmSync(arrival, { recursive: true, force: true });
  for (const name of [CREDENTIALS, OUTGOING])
    mkdirSync(join(arrival, name), { recursive: true, mode: 0o700 });
  return arrival;
}

export const dropArrival = (folder: string): void =>
  rmSync(join(folder, BEGUN), { recursive: true, force: true });

/** From here on it counts, with the next start. */
export const commitArrival = (folder: string): void => renameSync(join(folder, BEGUN), join(folder, READY));

/** At the start, before anything is opened: puts in place what has arrived, and goes on with that after a crash. */
export function settleArrival(folder: string): void {
  for (const name of [BEGUN, COPIES]) rmSync(join(folder, name), { recursive: true, force: true });
  const ready = join(folder, READY);
  if (!existsSync(ready)) return;
  for (const suffix of BESIDE) rmSync(join(folder, JOURNAL + suffix), { force: true });
  const there = readdirSync(ready);
  for (const name of [JOURNAL, CREDENTIALS, OUTGOING].filter((each) => there.includes(each))) {
    rmSync(join(folder, name), { recursive: true, force: true });
    renameSync(join(ready, name), join(folder, name));
  }
  rmSync(ready, { recursive: true, force: true });
}

function fileAt(path: string, name: string): TarSource {
  const { size, mtimeMs } = statSync(path);
  return { name, size, modified: Math.round(mtimeMs), bytes: createReadStream(path) };
}

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []))
    : [];
