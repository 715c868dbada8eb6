/** The real command line of Ara, as the operator of an installation calls it. */
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { watched } from './watched.js';

const root = resolve(import.meta.dirname, '../..');

export interface Ended {
  code: number;
  output: string;
  errors: string;
}

/** Runs `npm run ara -- WORDS` without npm; `typed` is what comes on standard input. */
export function command(configFile: string, words: string[], typed = ''): Promise<Ended> {
  const args = [join(root, 'dist/gateway/cli/main.js'), ...words];
  const child = spawn(...watched(join(root, 'node_modules/.bin/node'), args), {
    env: { PATH: process.env['PATH'], ARA_CONFIG: configFile },
  });
  const ended: Ended = { code: -1, output: '', errors: '' };
  child.stdout.on('data', (chunk: Buffer) => (ended.output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (ended.errors += chunk.toString()));
  // A command that does not read its input may be gone before it is written.
  child.stdin.on('error', () => undefined);
  child.stdin.end(typed);
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => done({ ...ended, code: code ?? -1 }));
  });
}
