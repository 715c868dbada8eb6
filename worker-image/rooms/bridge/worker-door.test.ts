/** `worker.sock` over a real socket: what the gateway brings is opened here or refused, and taken once. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DoorClient, type DoorServer } from '../../../contracts/door-http.js';
import { AraError } from '../../../contracts/errors.js';
import { newKeyPair, sealAnonymously, Sealer } from '../../../contracts/seal.js';
import type { SealedMessage } from '../../../contracts/sealed.js';
import { deliverResponse, healthResponse, linkResponse } from '../../../contracts/worker-door.js';
import { z } from 'zod';
import type { Channels } from './channels.js';
import { sealedId } from './hand-in.js';
import type { Journal, JournalRow } from './journal.js';
import { account, message, temporaryFolder, temporaryJournal } from './test-rig.js';
import { workerDoor } from './worker-door.js';

const keys = newKeyPair();
const gatewayKeys = newKeyPair();
const own = new Sealer(keys, keys.publicKey);
const gateway = new Sealer(gatewayKeys, keys.publicKey);
const stranger = new Sealer(newKeyPair(), keys.publicKey);
const other = '0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0002' as typeof account;

let journal: Journal;
let door: DoorServer;
let client: DoorClient;
let brought: JournalRow[];
let webhooks: string[];
let webhook: () => 'accepted' | 'duplicate';
let links: unknown[];
let wakes: number;

beforeEach(async () => {
  const path = join(temporaryFolder(), 'worker.sock');
  journal = temporaryJournal();
  brought = [];
  webhooks = [];
  links = [];
  wakes = 0;
  webhook = () => 'accepted';
  const channels = {
    takeWebhook: async (_kind: string, body: Buffer) => {
      webhooks.push(body.toString());
      return webhook();
    },
    link: async (_kind: string, raw: unknown) => {
      links.push(raw);
      return { code: 'ABC', expiresAt: 1, address: '@bot' };
    },
    states: () => [{ channel: 'telegram', state: 'connected' }],
  };
  door = workerDoor({
    account,
    keys,
    own,
    fromGateway: new Sealer(keys, gatewayKeys.publicKey),
    journal,
    channels: channels as unknown as Channels,
    onDelivered: (rows) => brought.push(...rows),
    onSettings: async () => undefined,
    onWake: () => wakes++,
    agentRuns: () => false,
  });
  await door.listen(path);
  client = new DoorClient(path, 'container-unavailable');
});
afterEach(async () => {
  client.close();
  await door.close();
});

const deliver = async (...messages: SealedMessage[]) =>
  (await client.call('POST', '/v1/messages', { messages }, deliverResponse)).results;

/** A message of the journal, sealed as the hand-in seals it. */
function sealed(text: string, sealer = own, to = account): SealedMessage {
  const [row] = journal.accept('telegram', [message(text)], null, 'received');
  const { channel, chat, platformId, sentAt } = row!;
  const header = {
    v: 1,
    kind: 'message',
    account: to,
    channel,
    id: sealedId(to, channel, platformId),
  } as const;
  return sealer.seal(
    header,
    Buffer.from(JSON.stringify({ channel, chat, platformId, position: 0, sentAt, text })),
  );
}
const raw = (body: string, sealer = gateway, to = account): SealedMessage =>
  sealer.seal(
    { v: 1, kind: 'webhook', account: to, channel: 'telegram', id: '0'.repeat(32) },
    Buffer.from(body),
  );

describe('a message of our own', () => {
  it('is taken once, and is a duplicate after that', async () => {
    const one = sealed('one');
    expect(await deliver(one)).toEqual(['accepted']);
    expect(await deliver(one, one)).toEqual(['duplicate', 'duplicate']);
    expect(brought.map(({ text, state }) => [text, state])).toEqual([['one', 'delivered']]);
  });

  it('is taken beside others that are refused, each with its own result, in order', async () => {
    const [one, two] = [sealed('one'), sealed('two')];
    const results = await deliver(sealed('forged', stranger), one, raw('{}', stranger), two);
    expect(results).toEqual(['refused', 'accepted', 'refused', 'accepted']);
    expect(brought.map(({ text }) => text)).toEqual(['one', 'two']);
  });

  it.each<[string, () => SealedMessage]>([
    ['sealed by a stranger', () => sealed('x', stranger)],
    ['sealed by the gateway', () => sealed('x', gateway)],
    ['for another account', () => sealed('x', own, other)],
    ['under the name of another', () => ({ ...sealed('x'), id: sealed('y').id })],
    ['that is a webhook turned into a message', () => ({ ...raw('{}'), kind: 'message' })],
    ['that is no message', () => own.seal({ ...raw(''), kind: 'message' } as never, Buffer.from('not json'))],
  ])('%s is refused', async (_what, forge) => {
    const { nonce, box, v, kind, account: to, channel, id } = forge();
    expect(await deliver({ v, kind, account: to, channel, id, nonce, box })).toEqual(['refused']);
    expect(brought).toEqual([]);
  });

  it('that names another message inside than outside is refused', async () => {
    const [row] = journal.accept('telegram', [message('victim')], null, 'received');
    const header = { v: 1, kind: 'message', account, channel: 'telegram', id: 'f'.repeat(32) } as const;
    const inside = { ...message('x'), platformId: row!.platformId };
    expect(await deliver(own.seal(header, Buffer.from(JSON.stringify(inside))))).toEqual(['refused']);
    expect(journal.counts()).toEqual({ received: 1 });
  });
});

describe('a webhook', () => {
  it('sealed by the gateway is passed on as it came', async () => {
    expect(await deliver(raw('{"update_id":1}'))).toEqual(['accepted']);
    webhook = () => 'duplicate';
    expect(await deliver(raw('{"update_id":1}'))).toEqual(['duplicate']);
    expect(webhooks).toEqual(['{"update_id":1}', '{"update_id":1}']);
  });

  it.each<[string, () => SealedMessage]>([
    ['sealed by a stranger', () => raw('{}', stranger)],
    ['sealed by the container itself', () => raw('{}', own)],
    ['for another account', () => raw('{}', gateway, other)],
  ])('%s is refused unread', async (_what, forge) => {
    expect(await deliver(forge())).toEqual(['refused']);
    expect(webhooks).toEqual([]);
  });

  it.each(['bad-request', 'channel-not-linked'] as const)('that is %s is refused for good', async (code) => {
    webhook = () => {
      throw new AraError(code);
    };
    expect(await deliver(raw('{}'))).toEqual(['refused']);
  });

  it.each([new AraError('container-unavailable'), new AraError('internal'), new Error('disk full')])(
    'that meets "%s" is not lost: the call fails and comes again',
    async (trouble) => {
      webhook = () => {
        throw trouble;
      };
      await expect(deliver(raw('{}'))).rejects.toMatchObject({ name: 'AraError' });
    },
  );
});

describe('the other calls', () => {
  it('link with a credential that only this container can open', async () => {
    const sealedCredential = (to: Uint8Array) => ({
      sealed: sealAnonymously(to, Buffer.from('{"token":"t"}')),
    });
    const path = '/v1/channels/telegram/link';
    await client.call('POST', path, sealedCredential(keys.publicKey), linkResponse);
    expect(links).toEqual([{ token: 't' }]);
    const refused = client.call('POST', path, sealedCredential(gatewayKeys.publicKey), linkResponse);
    await expect(refused).rejects.toMatchObject({ code: 'forged' });
    await expect(
      client.call('POST', '/v1/channels/pigeon/link', sealedCredential(keys.publicKey)),
    ).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('say that it is time', async () => {
    await client.call('POST', '/v1/wake');
    expect(wakes).toBe(1);
  });

  it('tell how it is, in figures only', async () => {
    await deliver(sealed('CANARY'));
    const health = await client.call('GET', '/v1/health', undefined, healthResponse);
    expect(health).toMatchObject({ agent: 'stopped', journal: { delivered: 1 } });
    expect(JSON.stringify(await client.call('GET', '/v1/health', undefined, z.unknown()))).not.toContain(
      'CANARY',
    );
  });
});
