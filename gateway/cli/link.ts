/** `link CHANNEL`, `channel CHANNEL`, `unlink CHANNEL`: the credential is sealed here for the user's container, which alone can open it. */
import { linkableKind, type LinkableKind } from '../../contracts/ids.js';
import { newKeyPair, sealAnonymously } from '../../contracts/seal.js';
import type { LinkAnswer } from '../../contracts/worker-door.js';
import type { AccountSummary, ApiClient } from './api-client.js';
import type { CommandOptions } from './command.js';
import { askFor, isOn, type LinkRequest } from './link-questions.js';
import { follow } from './link-pairing.js';
import { ask, refuseSecretArgument } from './prompt.js';
import { UsageError } from './usage-error.js';

/** As many as the API takes. */
const MOST_HOSTS = 3;

const apps: Record<LinkableKind, string> = { telegram: 'Telegram', matrix: 'Matrix', whatsapp: 'WhatsApp' };

export async function linkCommand(api: ApiClient, words: string[], options: CommandOptions): Promise<void> {
  const kind = kindOf(words);
  refuseSecretArgument(words.slice(1), 'token');
  const account = await api.account(options.user);
  const request = await askFor(kind, account.name, options);
  tell(kind, account.name, await link(api, account, kind, request));
}

/** Until it is linked, with each further host only after the user has said yes. @throws UsageError, RefusedError */
async function link(
  api: ApiClient,
  account: AccountSummary,
  kind: LinkableKind,
  { credential, hosts }: LinkRequest,
): Promise<Exclude<LinkAnswer, { needsHost: string } | { pairing: true }>> {
  const keys = newKeyPair();
  const path = `/v1/accounts/${account.id}`;
  const { publicKey } = await api.call<{ publicKey: string }>('GET', `${path}/public-key`);
  const sealTo = Buffer.from(keys.publicKey).toString('base64');
  const envelope = Buffer.from(JSON.stringify({ ...credential, sealTo }));
  const sealed = sealAnonymously(Buffer.from(publicKey, 'base64'), envelope);
  const body = { sealed, ...(hosts && { hosts }) };
  const first = await api.call<LinkAnswer>('POST', `${path}/channels/${kind}`, body);
  const answer = 'pairing' in first ? await follow(api, `${path}/channels/${kind}/pairing`, keys) : first;
  if (!('needsHost' in answer)) return answer;
  const named = hosts ?? [];
  const reply = await ask(
    `Your server says that it is at ${answer.needsHost}. Allow connections there? (y/N)`,
  );
  if (!/^y(es)?$/i.test(reply) || named.length >= MOST_HOSTS)
    throw new UsageError('Nothing was linked. Give the address that the server is really at with --server.');
  return link(api, account, kind, { credential, hosts: [...named, answer.needsHost] });
}

function tell(kind: LinkableKind, name: string, answer: LinkAnswer): void {
  const say = (text: string): void => void process.stdout.write(text);
  if ('linked' in answer)
    say(`Linked: ${name} writes to themselves in ${apps[kind]}, and Ara answers there.\n`);
  if (!('code' in answer)) return;
  const minutes = Math.round((answer.expiresAt - Date.now()) / 60_000);
  // Apps of Matrix keep the slash for themselves.
  const command = `${kind === 'matrix' ? '!' : '/'}link ${answer.code}`;
  const what = kind === 'telegram' ? 'token' : 'credential';
  say(
    `The ${what} works and lies in ${name}'s container.\n\n` +
      `Open ${answer.address} in ${apps[kind]} and send, within ${minutes} minutes:\n\n    ${command}\n\n`,
  );
}

/** Changes a setting of a link that is there. */
export async function channelCommand(
  api: ApiClient,
  words: string[],
  { user, 'read-receipts': said }: CommandOptions,
): Promise<void> {
  const kind = kindOf(words);
  const readReceipts = isOn(said);
  const account = await api.account(user);
  await api.call('PUT', `/v1/accounts/${account.id}/channels/${kind}/settings`, { readReceipts });
  process.stdout.write(`Read receipts of ${account.name} on ${apps[kind]}: ${said}.\n`);
}

export async function unlinkCommand(
  api: ApiClient,
  words: string[],
  { user }: CommandOptions,
): Promise<void> {
  const kind = kindOf(words);
  const account = await api.account(user);
  await api.call('DELETE', `/v1/accounts/${account.id}/channels/${kind}`);
  process.stdout.write(`Unlinked: the ${kind} credential of ${account.name} is gone from the container.\n`);
}

function kindOf([name]: string[]): LinkableKind {
  const kind = linkableKind.safeParse(name);
  if (!kind.success) throw new UsageError(`Which channel? (${linkableKind.options.join(', ')})`);
  return kind.data;
}
