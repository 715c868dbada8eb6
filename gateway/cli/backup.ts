/** `backup`, `backup verify`, `restore`: what was done and what was not, account by account where something went wrong. */
import { resolve } from 'node:path';
import type { BackupReport, Failures, LeftOut, RestoreReport, VerifyReport } from '../src/backup/reports.js';
import type { ApiClient } from './api-client.js';
import type { CommandOptions } from './command.js';
import { UsageError } from './usage-error.js';

const LEFT_OUT: Record<LeftOut, string> = {
  whatsapp: 'session keys of WhatsApp (a copy would break them: link it again after a restore)',
  matrix: 'session keys of Matrix (a copy would break them: link it again after a restore)',
  other: 'files that no part of Ara knows',
};

export async function backupCommand(api: ApiClient, words: string[], { to }: CommandOptions): Promise<void> {
  const [verb, folder, ...rest] = words;
  if (verb === 'verify' && folder && rest.length === 0) return verify(api, resolve(folder));
  if (verb !== undefined) throw new UsageError('Say `backup [--to FOLDER]` or `backup verify FOLDER`.');
  const made = await api.call<BackupReport>('POST', '/v1/backups', { to: to ? resolve(to) : null });
  say([
    `Backed up ${plural(made.accounts, 'user')}, ${plural(made.containers, 'container')}, ${megabytes(made.bytes)} in ` +
      `${(made.milliseconds / 1_000).toFixed(1)} s. Every part was read again and is as it was written.`,
    `  data      ${made.folder}`,
    `  keys      ${made.keystore}`,
    '  left out  sessions, invitations, the queue; the key-encryption key, without which none of it opens',
    ...made.leftOut.map((each) => `            ${LEFT_OUT[each]}`),
    ...(made.removed.data + made.removed.keystore > 0
      ? [`  removed   ${made.removed.data} old of the data, ${made.removed.keystore} of the keys`]
      : []),
  ]);
  tellFailed(made, 'not in the backup');
}

export async function restoreCommand(
  api: ApiClient,
  words: string[],
  { beside }: CommandOptions,
): Promise<void> {
  const [folder, ...rest] = words;
  if (!folder || rest.length > 0) throw new UsageError('Say `restore FOLDER`.');
  const done = await api.call<RestoreReport>('POST', '/v1/backups/restore', {
    from: resolve(folder),
    beside: beside ?? false,
  });
  const line = (list: string[], what: string): string[] =>
    list.length > 0 ? [`  ${list.length} ${what}`] : [];
  say([
    `From ${done.folder}, made ${done.madeAt}:`,
    `  ${plural(done.restored.length, 'user')} restored, each whole`,
    ...line(done.deleted, 'deleted for good, not restored'),
    ...line(done.there, 'here already, as they were'),
    ...line(done.noise, 'whose key is in no backup: nobody can read their part'),
    ...done.leftOut.map((each) => `  left out: ${LEFT_OUT[each]}`),
  ]);
  tellFailed(done, 'not restored; nothing of them is here');
}

async function verify(api: ApiClient, from: string): Promise<void> {
  const done = await api.call<VerifyReport>('POST', '/v1/backups/verify', { from });
  say([
    `${done.folder}, made ${done.madeAt}: ${plural(done.accounts, 'user')}, ${plural(done.files, 'file')}, ` +
      `${megabytes(done.bytes)}, all as it was written.`,
    ...(done.noise > 0 ? [`  ${done.noise} whose key is gone: nobody can read their part`] : []),
  ]);
  tellFailed(done, 'cannot be read');
}

const say = (lines: string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);

function tellFailed({ failed }: Failures, what: string): void {
  if (failed.length === 0) return;
  const lines = failed.map(({ account, code }) => `  ${account}: ${what} (${code})\n`);
  process.stderr.write(`${plural(failed.length, 'user')} failed:\n${lines.join('')}`);
  process.exitCode = 1;
}

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;
