/** Reads every file that can be read, whatever it is called, and notes what is there besides: sockets, setuid programs. */
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Loot } from './loot.js';

export interface Walked {
  read: number;
  closed: string[];
  sockets: string[];
  setuid: string[];
  devices: string[];
}

/** Processes are looked at one by one; the rest of /proc and /sys is files like any other. */
const LEFT_OUT = /^\/proc\/(\d+|self|thread-self|kmsg|sysrq-trigger)$|^\/sys\/kernel\/debug|\/trace_pipe$/;
/** Made up on reading without an end, or waits for something to come. */
const ENDLESS = /^\/proc\/(kcore|kpage|bus\/input)|^\/dev\//;

export function walk(loot: Loot): Walked {
  const walked: Walked = { read: 0, closed: [], sockets: [], setuid: [], devices: [] };
  visit('/', walked, loot);
  return walked;
}

function visit(folder: string, walked: Walked, loot: Loot): void {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    walked.closed.push(folder);
    return;
  }
  for (const name of names) {
    const path = join(folder, name);
    if (LEFT_OUT.test(path)) continue;
    const status = statusOf(path);
    if (!status) walked.closed.push(path);
    else if (status.isDirectory()) visit(path, walked, loot);
    else note(path, status, walked, loot);
  }
}

function note(path: string, status: Stats, walked: Walked, loot: Loot): void {
  if (status.isSocket()) walked.sockets.push(path);
  if (status.isBlockDevice() || status.isCharacterDevice()) walked.devices.push(path);
  if (!status.isFile()) return;
  if ((status.mode & 0o6000) !== 0) walked.setuid.push(path);
  if (ENDLESS.test(path)) return;
  try {
    loot.file(path);
    walked.read++;
  } catch {
    walked.closed.push(path);
  }
}

function statusOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}
