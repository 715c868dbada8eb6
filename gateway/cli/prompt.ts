/** Asks for a secret: typed at the terminal without being shown, or a line of standard input in a script. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { UsageError } from './usage-error.js';

/** What a script has said further than it was asked. */
const ahead: string[] = [];

/** @throws UsageError when nothing was given, unless that is an answer too */
export async function askSecret(question: string, mayBeEmpty = false): Promise<string> {
  const given = ahead.shift();
  if (given !== undefined) return accepted(given, mayBeEmpty);
  const terminal = process.stdin.isTTY;
  if (terminal) process.stderr.write(`${question} (it is not shown): `);
  // What readline would echo goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal });
  const answer = await new Promise<string>((resolve) => {
    lines.once('line', (first) => {
      lines.on('line', (next) => ahead.push(next));
      resolve(first);
    });
    lines.once('close', () => resolve(''));
    lines.once('SIGINT', () => resolve(''));
  });
  lines.close();
  if (terminal) process.stderr.write('\n');
  return accepted(answer, mayBeEmpty);
}

function accepted(answer: string, mayBeEmpty: boolean): string {
  if (!answer.trim() && !mayBeEmpty) throw new UsageError('Nothing was given; nothing was changed.');
  return answer.trim();
}

/** Something that is no secret, shown as it is typed; empty when nothing was given. */
export async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await new Promise<string>((resolve) => {
    lines.question(`${question} `, resolve);
    lines.once('close', () => resolve(''));
  });
  lines.close();
  return answer.trim();
}

/** A secret among the arguments would be in the shell's history and in `ps`. @throws UsageError */
export function refuseSecretArgument(rest: string[], what: string): void {
  if (rest.length > 0)
    throw new UsageError(`Leave the ${what} out of the command: it is asked for, and not shown.`);
}
