/** `access USER --reason TEXT --minutes N`: says before one looks into a user's data, so that they know. */
import type { ApiClient } from './api-client.js';
import type { CommandOptions } from './command.js';
import { UsageError } from './usage-error.js';

const USAGE = 'Say `access USER --reason TEXT --minutes N`, with at most 300 letters and 1440 minutes.';

export async function accessCommand(
  api: ApiClient,
  [name]: string[],
  { reason = '', minutes = '' }: CommandOptions,
): Promise<void> {
  const why = reason.trim();
  if (!name || !why || why.length > 300 || !/^[1-9]\d{0,3}$/.test(minutes) || Number(minutes) > 1_440)
    throw new UsageError(USAGE);
  const { id } = await api.account(name);
  const { endsAt, told } = await api.call<{ endsAt: string; told: boolean }>(
    'POST',
    `/v1/accounts/${id}/accesses`,
    { reason: why, minutes: Number(minutes) },
  );
  const where = told
    ? `${name} was told in a chat of theirs, and sees it on their page Privacy and in their audit trail.`
    : `${name} sees it on their page Privacy and in their audit trail; no chat of theirs could be told just now.`;
  process.stdout.write(
    `Access to the data of ${name} is open until ${endsAt}. ${where}\n` +
      'This opens no door: root of this machine can read what lies on it at any time, and nothing can prevent that.\n' +
      'It is how it should be done: say why first, and look only until then.\n',
  );
}
