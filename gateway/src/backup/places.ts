/**
 * What a folder of backups holds: `data-TIME/` for each, with a manifest and two files an account, and beside them, with a
 * shorter life, `keystore-TIME.sealed`. All of it is for its owner alone.
 */
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';

const DATA = /^data-(\d{8}T\d{6}Z)$/;
const KEYSTORE = /^keystore-(\d{8}T\d{6}Z)\.sealed$/;
/** What is being written, until it is whole. */
const UNFINISHED = /^data-(\d{8}T\d{6}Z)\.new$/;
const DAY = 86_400_000;

export interface BackupPlace {
  /** The folder of all of them. */
  root: string;
  /** The folder of this one. */
  data: string;
  /** `YYYYMMDDTHHMMSSZ` */
  stamp: string;
}

export const stampOf = (time: number): string =>
  new Date(time).toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');

function timeOf(stamp: string): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

export const manifestIn = (data: string): string => join(data, 'manifest.json');
export const macIn = (data: string): string => join(data, 'manifest.mac');
export const rowsIn = (data: string, account: AccountId): string => join(data, `${account}.rows`);
export const volumeIn = (data: string, account: AccountId): string => join(data, `${account}.volume`);
export const keystoreAt = (root: string, stamp: string): string => join(root, `keystore-${stamp}.sealed`);

/** @throws AraError `bad-request` when the folder cannot be made */
export function makePlace(root: string, now: number): BackupPlace {
  const stamp = stampOf(now);
  const data = join(root, `data-${stamp}.new`);
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    mkdirSync(data, { mode: 0o700 });
  } catch (cause) {
    throw new AraError('bad-request', 'the folder for backups cannot be written', { cause });
  }
  return { root, data, stamp };
}

export const finished = ({ root, stamp }: BackupPlace): string => join(root, `data-${stamp}`);

/** A backup by its own folder, or the newest in a folder of them. @throws AraError `not-found` */
export function findPlace(path: string): BackupPlace {
  const named = DATA.exec(basename(path))?.[1];
  if (named && isFolder(path)) return { root: dirname(path), data: path, stamp: named };
  const stamp = stampsIn(path, DATA).at(-1);
  if (!stamp) throw new AraError('not-found', 'there is no backup in this folder');
  return { root: path, data: join(path, `data-${stamp}`), stamp };
}

/** The newest backup of the keystore; null when all are gone. */
export function newestKeystore(root: string): string | null {
  const stamp = stampsIn(root, KEYSTORE).at(-1);
  return stamp ? keystoreAt(root, stamp) : null;
}

/** When the newest backup was made; null for none. */
export function lastBackup(root: string): number | null {
  const stamp = stampsIn(root, DATA).at(-1);
  return stamp ? timeOf(stamp) : null;
}

/** Removes what is too old, and what was never finished. Tells how many of each are gone. */
export function removeExpired(
  root: string,
  { keepDays, keystoreKeepDays }: { keepDays: number; keystoreKeepDays: number },
  now: number,
): { data: number; keystore: number } {
  const remove = (form: RegExp, nameOf: (stamp: string) => string, keptFor: number): number => {
    const old = stampsIn(root, form).filter((stamp) => timeOf(stamp) < now - keptFor * DAY);
    for (const stamp of old) rmSync(join(root, nameOf(stamp)), { recursive: true, force: true });
    return old.length;
  };
  remove(UNFINISHED, (stamp) => `data-${stamp}.new`, 1);
  return {
    data: remove(DATA, (stamp) => `data-${stamp}`, keepDays),
    keystore: remove(KEYSTORE, (stamp) => `keystore-${stamp}.sealed`, keystoreKeepDays),
  };
}

/** Oldest first. */
function stampsIn(root: string, form: RegExp): string[] {
  if (!isFolder(root)) return [];
  return readdirSync(root)
    .flatMap((name) => form.exec(name)?.[1] ?? [])
    .sort();
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
