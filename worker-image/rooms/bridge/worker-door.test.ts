/** `worker.sock` over a real socket: what the gateway brings is opened here or refused, and taken once. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Feed } from '../../../bridges/web/feed.js';
import { DoorClient, readBody, type DoorServer } from '../../../contracts/door-http.js';
import { AraError } from '../../../contracts/errors.js';
import { newKeyPair, sealAnonymously, Sealer } from '../../../contracts/seal.js';
import type { SealedMessage } from '../../../contracts/sealed.js';
import {
  budgetResponse,
  deliverResponse,
  healthResponse,
  linkDetails,
  linkResponse,
  ownersResponse,
  pairingView,
  testResponse,
} from '../../../contracts/worker-door.js';
import { z } from 'zod';
import type { Channels } from './channels/channels.js';
import { sealedId } from './gateway/hand-in.js';
import type { Journal, JournalRow } from './journal/journal.js';
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
let removed: string[];
let written: unknown[];
let caps: unknown[];
const owners = [{ id: '5001', name: null, since: 7 }];
const noSpending = { caps: { day: 5, month: null }, today: 0, thisMonth: 0, rows: [] };

beforeEach(async () => {
  const path = join(temporaryFolder(), 'worker.sock');
  journal = temporaryJournal();
  brought = [];
  webhooks = [];
  links = [];
  [removed, written, caps] = [[], [], []];
  wakes = 0;
  webhook = () => 'accepted';
  const channels = {
    takeWebhook: async (_kind: string, body: Buffer) => {
      webhooks.push(body.toString());
      return webhook();
    },
    newCode: async () => ({ code: 'NEW', expiresAt: 2, address: '@bot' }),
    owners: () => owners,
    removeOwner: (_kind: string, id: string) => void removed.push(id),
    sendTest: async () => true,
    details: async () => ({ settings: null, device: { device: 'ARADEVICE', key: 'abcd' } }),
    change: (_kind: string, settings: unknown) => void written.push(settings),
    web: {
      take: (each: unknown) => {
        written.push(each);
        return 'duplicate';
      },
    },
    feed: new Feed(),
    link: async (_kind: string, raw: unknown) => {
      links.push(raw);
      return { code: 'ABC', expiresAt: 1, address: '@bot' };
    },
    states: () => [{ channel: 'telegram', state: 'connected' }],
    attempts: {
      cancel: async (kind: string) => void removed.push(`pairing ${kind}`),
      next: async (kind: string, after: number) => {
        if (kind === 'matrix') throw new AraError('not-found');
        return { number: after + 1, state: 'waiting', sealed: null, error: null, needsHost: null };
      },
    },
  };
  door = workerDoor({
    account,
    keys,
    own,
    fromGateway: new Sealer(keys, gatewayKeys.publicKey),
    journal,
    channels: channels as unknown as Channels,
    content: {
      pass: async ({ request, response, params }) => {
        response.writeHead(201).end(`${request.method} ${params['rest']} ${request.url}`);
      },
    },
    spending: { putCaps: (each) => caps.push(each), view: () => noSpending },
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

  it('pass on everything of the content, whatever it is called', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'POST']) {
      const path = '/v1/content/conversations/abc?words=a%20b';
      const answer = await client.stream(method, path);
      expect(answer.statusCode).toBe(201);
      expect(String(await readBody(answer, 1_000))).toBe(`${method} conversations/abc ${path}`);
    }
  });

  it('tell who may write, and take that back', async () => {
    const path = '/v1/channels/telegram/owners';
    expect(await client.call('GET', path, undefined, ownersResponse)).toEqual({ owners });
    await client.call('DELETE', `${path}/%40ann%3Aexample.org`);
    expect(removed).toEqual(['@ann:example.org']);
    await expect(client.call('DELETE', `${path}/%ff`)).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('give a new code, and send a test', async () => {
    const code = await client.call('POST', '/v1/channels/telegram/code', undefined, linkResponse);
    expect(code).toMatchObject({ code: 'NEW', address: '@bot' });
    const test = await client.call('POST', '/v1/channels/telegram/test', undefined, testResponse);
    expect(test).toEqual({ sent: true });
  });

  it('tell of a link, and change its settings', async () => {
    expect(await client.call('GET', '/v1/channels/matrix/details', undefined, linkDetails)).toEqual({
      settings: null,
      device: { device: 'ARADEVICE', key: 'abcd' },
    });
    const path = '/v1/channels/whatsapp/settings';
    await client.call('PUT', path, { readReceipts: true });
    expect(written).toEqual([{ readReceipts: true }]);
    for (const bad of [{}, { readReceipts: 'yes' }, { readReceipts: true, mode: 'own' }])
      await expect(client.call('PUT', path, bad)).rejects.toMatchObject({ code: 'bad-request' });
  });

  it.each(['link', 'code', 'test', 'owners', 'owners/x', 'details', ''])(
    'never link the browser: %s',
    async (what) => {
      const method = ['owners', 'details'].includes(what)
        ? 'GET'
        : ['owners/x', ''].includes(what)
          ? 'DELETE'
          : 'POST';
      const body =
        what === 'link' ? { sealed: sealAnonymously(keys.publicKey, Buffer.from('{}')) } : undefined;
      const address = `/v1/channels/web/${what}`.replace(/\/$/, '');
      await expect(client.call(method, address, body)).rejects.toMatchObject({ code: 'bad-request' });
    },
  );

  it('show and set the caps on spending', async () => {
    expect(await client.call('GET', '/v1/budget', undefined, budgetResponse)).toEqual(noSpending);
    const wish = { day: 1_000_000, month: null };
    expect(await client.call('PUT', '/v1/budget', wish, budgetResponse)).toEqual(noSpending);
    expect(caps).toEqual([wish]);
    await expect(client.call('PUT', '/v1/budget', { day: -1, month: null })).rejects.toMatchObject({
      code: 'bad-request',
    });
  });

  it('take what was written in the browser, a repeat as well', async () => {
    const message = { id: '0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0009', text: 'hello' };
    await client.call('POST', '/v1/web/messages', message);
    expect(written).toEqual([message]);
    await expect(client.call('POST', '/v1/web/messages', { ...message, text: ' ' })).rejects.toMatchObject({
      code: 'bad-request',
    });
  });

  it('stream what the browser is told, from where it was', async () => {
    const seen = await client.stream('GET', '/v1/web/events', { headers: { 'last-event-id': '0' } });
    expect(seen.headers['content-type']).toBe('text/event-stream');
    seen.destroy();
    const bad = client.stream('GET', '/v1/web/events', { headers: { 'last-event-id': 'x' } });
    await expect(bad).rejects.toMatchObject({ code: 'bad-request' });
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

describe('a pairing', () => {
  it('is asked after from a number on, and called off', async () => {
    const path = '/v1/channels/whatsapp/pairing';
    expect((await client.call('GET', `${path}?after=3`, undefined, pairingView)).number).toBe(4);
    expect((await client.call('GET', path, undefined, pairingView)).number).toBe(1);
    await client.call('DELETE', path);
    expect(removed).toEqual(['pairing whatsapp']);
  });

  it.each([
    ['whatsapp/pairing?after=x', 'bad-request'],
    ['web/pairing', 'bad-request'],
    ['matrix/pairing', 'not-found'],
  ])('at %s is %s', async (path, code) => {
    await expect(client.call('GET', `/v1/channels/${path}`)).rejects.toMatchObject({ code });
  });
});
