/** Three people on one installation: an operator, Alice who has something to hide, and Bob who is curious. */
import { randomBytes, randomUUID } from 'node:crypto';
import { Installation } from '../../test/kit/installation.js';
import type { Belongings } from './routes.js';
import { Visitor } from './visitor.js';

export const PASSWORD = 'seven purple otters swim';
const canary = (): string => `canary${randomBytes(8).toString('hex')}`;

export interface Household {
  operator: Visitor;
  alice: Visitor;
  bob: Visitor;
  /** Alice's, for others to try. */
  theirs: Belongings;
  /** Each a word that only Alice and her container know. */
  canaries: Record<string, string>;
}

export async function moveIn(ara: Installation): Promise<Household> {
  const token = /join#([A-Za-z0-9_-]{43})/.exec(ara.output)?.[1];
  if (!token) throw new Error('the start printed no address for the first operator');
  const operator = await join(ara, 'olga', token);
  const alice = await join(ara, 'alice', await invitation(operator));
  const bob = await join(ara, 'bob', await invitation(operator));
  const canaries = { memory: canary(), file: canary(), message: canary(), persona: canary() };
  const theirs = await furnish(ara, alice, canaries);
  return { operator, alice, bob, theirs, canaries };
}

async function join(ara: Installation, name: string, invitation: string): Promise<Visitor> {
  const visitor = new Visitor(ara, name);
  await visitor.read('POST', '/v1/sign-up', { name, password: PASSWORD, invitation });
  return visitor;
}

async function invitation(operator: Visitor): Promise<string> {
  const { address } = await operator.read<{ address: string }>('POST', '/v1/operator/invitations', {
    role: 'user',
    account: null,
  });
  return address.split('#')[1] ?? '';
}

/** Everything of Alice's that an id or a path could name. */
async function furnish(
  ara: Installation,
  alice: Visitor,
  canaries: Household['canaries'],
): Promise<Belongings> {
  ara.internet.anthropic.keys.add('sk-ant-test-key');
  await alice.read('PUT', '/v1/me/keys/anthropic', { key: 'sk-ant-test-key' });
  await alice.read('PUT', '/v1/me/memory/MEMORY.md', { text: `- ${canaries['memory']}\n` });
  await alice.read('PUT', '/v1/me/assistant', { persona: canaries['persona'] });
  await alice.ask('PUT', '/v1/me/file?path=notes/diary.txt', {
    body: canaries['file'],
    headers: { 'content-type': 'application/octet-stream' },
  });
  await alice.read('POST', '/v1/me/chat', { id: randomUUID(), text: canaries['message'] });
  const conversations = (): Promise<{ conversations: { id: string; turns: number }[] }> =>
    alice.read('GET', '/v1/me/conversations');
  await Installation.until(async () => (await conversations()).conversations.some(({ turns }) => turns > 0));
  const { account, session } = await alice.read<{ account: { id: string }; session: string }>(
    'GET',
    '/v1/session',
  );
  const [conversation] = (await conversations()).conversations;
  return {
    account: account.id,
    session,
    passkey: randomUUID(),
    conversation: conversation?.id ?? '',
    owner: '1000',
  };
}
