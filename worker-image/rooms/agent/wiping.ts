/**
 * Clears what this room keeps, before it does anything else, when the bridge room has left an order: everything but the
 * settings, the reminders and, unless they are to go too, the files. What is left of a file on the disk is zeros.
 */
import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

const SETTINGS = /^(preferences\.json|reminders\.sqlite)/;
const WORKSPACE = 'workspace';
/** Larger files are removed as they are. */
const LARGEST_OVERWRITTEN = 64 * 1_048_576;
const ZEROS = Buffer.alloc(1_048_576);
// Never by way of a link, whose other end may be something that stays.
const TO_OVERWRITE = constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

interface Order {
  id: string;
  files: boolean;
}

/** What to tell the bridge room: `id files bytes`. Null when there is no order. */
export function wipeIfOrdered(marker: string, folder: string): string | null {
  const order = read(marker);
  if (!order) return null;
  const wiped = { files: 0, bytes: 0 };
  for (const name of entries(folder)) {
    if (SETTINGS.test(name) || (name === WORKSPACE && !order.files)) continue;
    wipe(join(folder, name), wiped);
  }
  return `${order.id} ${wiped.files} ${wiped.bytes}`;
}

function read(marker: string): Order | null {
  try {
    return JSON.parse(readFileSync(marker, 'utf8')) as Order;
  } catch {
    return null;
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function wipe(path: string, wiped: { files: number; bytes: number }): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory()) for (const name of entries(path)) wipe(join(path, name), wiped);
  else if (stats?.isFile()) {
    wiped.files += 1;
    wiped.bytes += stats.size;
    // Another name of the same file may be one that stays.
    if (stats.nlink === 1 && stats.size <= LARGEST_OVERWRITTEN) overwrite(path, stats.size);
  }
  rmSync(path, { recursive: true, force: true });
}

function overwrite(path: string, size: number): void {
  try {
    const file = openSync(path, TO_OVERWRITE);
    try {
      for (let at = 0; at < size; at += ZEROS.length)
        writeSync(file, ZEROS, 0, Math.min(ZEROS.length, size - at), at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch {
    // A full disk or a read-only file: it is removed all the same.
  }
}
