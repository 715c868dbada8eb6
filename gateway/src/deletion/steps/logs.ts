/** The step that takes an account's opaque id out of the gateway's logs: overwritten in its place, by a part of the keyed hash. */
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { log } from '../../log.js';
import { logPath } from '../../paths.js';
import type { Step } from '../step.js';

const PIECE = 1_048_576;

export const logs: Step = {
  name: 'logs',
  about: 'The opaque id of the account in the log',
  sweeps: true,
  run({ account, subject }, { settings }) {
    log.flush();
    const folder = dirname(logPath(settings));
    const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.log')) : [];
    const to = subject.slice(0, account.length);
    const count = files.reduce((sum, name) => sum + replaceIn(join(folder, name), account, to), 0);
    return Promise.resolve({ removed: { 'log lines': count } });
  },
};

/** Both words are of one length, so that what is added behind meanwhile stays where it is. Returns how many there were. */
export function replaceIn(path: string, from: string, to: string): number {
  const needle = Buffer.from(from);
  const file = openSync(path, 'r+');
  try {
    let count = 0;
    const piece = Buffer.alloc(PIECE + needle.length - 1);
    for (let start = 0; ; start += PIECE) {
      const length = readSync(file, piece, 0, piece.length, start);
      const read = piece.subarray(0, length);
      for (let at = read.indexOf(needle); at >= 0; at = read.indexOf(needle, at + 1)) {
        writeSync(file, to, start + at);
        count += 1;
      }
      if (length < piece.length) break;
    }
    fsyncSync(file);
    return count;
  } finally {
    closeSync(file);
  }
}
