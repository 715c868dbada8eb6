/** Who lives here, what is planted with each, and what they may expect to be gone. */
import { randomInt } from 'node:crypto';
import type { Installation } from '../../test/kit/installation.js';
import { anthropicKey, botToken, type Assets } from '../centre/assets.js';
import type { ModelScript } from '../centre/model-script.js';
import { Visitor } from '../dashboard/visitor.js';
import { ask, settle, type Person } from '../kit/person.js';

export type Kind = 'memory' | 'container' | 'account';
export type From = 'chat' | 'dashboard';

export interface Resident {
  title: string;
  kind: Kind | null;
  from: From;
  /** Whether files go with the memory. */
  files: boolean;
  person: Person;
  visitor: Visitor;
  /** The account's name: a canary too. */
  name: string;
}

const PASSWORD = 'seven purple otters swim';

/** What was planted with somebody, by what it is. */
export const planted = [
  'question',
  'answer',
  'memory',
  'file',
  'name of a file',
  'reminder',
  'persona',
  'API key',
  'bot token',
  'account name',
  'account id',
] as const;
type Planted = (typeof planted)[number];

const always: readonly Planted[] = ['question', 'answer', 'memory'];
const withContainer: readonly Planted[] = [
  ...always,
  'file',
  'name of a file',
  'reminder',
  'persona',
  'bot token',
];

/** What must lie nowhere once the deletion is over. */
export function mustBeGone({ kind, files }: Pick<Resident, 'kind' | 'files'>): readonly Planted[] {
  if (kind === null) return [];
  if (kind === 'memory') return files ? [...always, 'file', 'name of a file'] : always;
  return kind === 'container' ? withContainer : planted;
}

/** What is sealed wherever it lies, and so is found by nobody before either. */
export const isSealed = (what: string): boolean => what === 'API key' || what === 'bot token';

export const canaryOf = (title: string, what: Planted): string => `${title}: ${what}`;

interface Home {
  ara: Installation;
  assets: Assets;
  models: ModelScript;
}

export async function moveIn(
  home: Home,
  title: string,
  { kind, from, files }: Pick<Resident, 'kind' | 'from' | 'files'>,
): Promise<Resident> {
  const { ara, assets, models } = home;
  const canary = (what: Planted): string => assets.text(canaryOf(title, what));
  const name = canary('account name');
  const person = await settle(ara, {
    name,
    keys: { anthropic: anthropicKey(assets.secret(canaryOf(title, 'API key'))) },
    owner: randomInt(1e9, 9e9),
    token: botToken(assets.secret(canaryOf(title, 'bot token'))),
    botUsername: `bot_${randomInt(1e9, 9e9)}`,
  });
  assets.add(canaryOf(title, 'account id'), person.id);
  const visitor = await signUp(ara, name, person.id);
  const [question, answer] = [canary('question'), canary('answer')];
  models.to(question, { text: `here it is: ${answer}` });
  await ask(ara, person, `tell me about ${question}`, (text) => text.includes(answer));
  await ask(ara, person, `/remind tomorrow at 8 to ${canary('reminder')}`, (text) => text.includes('is set'));
  await visitor.read('PUT', '/v1/me/memory/MEMORY.md', { text: `- ${canary('memory')}\n` });
  await visitor.read('PUT', '/v1/me/assistant', { persona: canary('persona') });
  const path = encodeURIComponent(`notes/${canary('name of a file')}.txt`);
  const stored = await visitor.ask('PUT', `/v1/me/file?path=${path}`, {
    body: canary('file'),
    headers: { 'content-type': 'application/octet-stream' },
  });
  if (stored.status >= 400) throw new Error(`the file was not stored: ${stored.text}`);
  return { title, kind, from, files, person, visitor, name };
}

/** For an account that is there: by an invitation, with a password. */
async function signUp(ara: Installation, name: string, account: string): Promise<Visitor> {
  const { address } = await ara.api<{ address: string }>('POST', '/v1/operator/invitations', {
    role: 'user',
    account,
  });
  const visitor = new Visitor(ara, name);
  const invitation = address.split('#')[1] ?? '';
  await visitor.read('POST', '/v1/sign-up', { name, password: PASSWORD, invitation });
  return visitor;
}

export const signsIn = async (ara: Installation, { name }: Resident): Promise<boolean> => {
  const { status } = await new Visitor(ara, name).ask('POST', '/v1/sign-in', {
    body: { name, password: PASSWORD },
  });
  return status < 400;
};
