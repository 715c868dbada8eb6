/** A webhook at the gateway: known by its secret, sealed unread, and the same refusal for all who do not know it. */
import { createHash } from 'node:crypto';
import type { Repository } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountId, type AccountId } from '../../../contracts/ids.js';
import { newKeyPair, Sealer } from '../../../contracts/seal.js';
import { sealedMessage, type SealedMessage } from '../../../contracts/sealed.js';
import { Changes } from '../changes/changes.service.js';
import type { Channel } from '../channels/channel.entity.js';
import { ChannelsService } from '../channels/channels.service.js';
import type { ContainerRecords } from '../containers/container-records.service.js';
import type { InboundService } from './inbound.service.js';
import { WebhookSealer } from './webhook-sealer.js';
import { WebhooksController } from './webhooks.controller.js';
import { TestGate } from '../../../test/kit/deletion-gate.js';
import { receiptKeyOf } from '../secrets.js';

const alice = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');
const bob = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0002');
const unlinked = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0003');
const SECRET = 'the-secret-of-alice';
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const BODY = Buffer.from('{"update_id":1,"message":{"text":"CANARY"}}');

const container = newKeyPair();
const gatewayKeys = newKeyPair();
const gate = new TestGate();
let queue: { messages: SealedMessage[]; attempt: number }[];
let controller: WebhooksController;

beforeEach(() => {
  queue = [];
  const rows: Partial<Channel>[] = [
    { accountId: alice, kind: 'telegram', state: 'connected', webhookSecretHash: hash(SECRET) },
    { accountId: bob, kind: 'telegram', state: 'connected', webhookSecretHash: hash('the-secret-of-bob') },
    { accountId: unlinked, kind: 'telegram', state: 'unlinked', webhookSecretHash: null },
  ];
  const repository = {
    findOneBy: async ({ accountId: of }: { accountId: AccountId }) =>
      rows.find((row) => row.accountId === of) ?? null,
  };
  const channels = new ChannelsService(repository as unknown as Repository<Channel>, new Changes());
  controller = new WebhooksController(
    channels,
    { publicKey: async () => Buffer.from(container.publicKey) } as unknown as ContainerRecords,
    new WebhookSealer({
      keyEncryptionKey: Buffer.alloc(32),
      operatorToken: '',
      gatewayKeys,
      receiptKey: receiptKeyOf(Buffer.alloc(32)),
    }),
    {
      add: async (messages: SealedMessage[], attempt: number) => void queue.push({ messages, attempt }),
    } as unknown as InboundService,
    gate.gate,
  );
});

const post = (
  secret: unknown,
  body: unknown = BODY,
  account: string = alice,
  kind = 'telegram',
): Promise<void> =>
  controller.take(kind, account, {
    body,
    headers: { 'x-telegram-bot-api-secret-token': secret as string },
  });

describe('a webhook with its secret', () => {
  it('is in the queue, sealed by the gateway for its container, with nothing of it to be read', async () => {
    await post(SECRET);
    const [{ messages, attempt }] = queue as [(typeof queue)[number]];
    expect(attempt).toBe(0);
    expect(messages.map((each) => sealedMessage.parse(each))).toMatchObject([
      { kind: 'webhook', account: alice },
    ]);
    expect(new Sealer(container, gatewayKeys.publicKey).open(messages[0]!)).toEqual(BODY);
    expect(JSON.stringify(messages)).not.toContain('CANARY');
  });

  it('that is sent twice has the same name, and another one another', async () => {
    await post(SECRET);
    await post(SECRET);
    await post(SECRET, Buffer.from('{"update_id":2}'));
    const [one, two, three] = queue.map(({ messages }) => messages[0]!.id);
    expect(one).toBe(two);
    expect(three).not.toBe(one);
  });

  it.each([
    ['wrong-type', { parsed: true }],
    ['bad-request', Buffer.from('[]')],
    ['too-deep', Buffer.from(`{"a":${'['.repeat(1_000)}`)],
  ])('is refused as %s when its body is so', async (code, body) => {
    await expect(post(SECRET, body)).rejects.toMatchObject({ code });
    expect(queue).toEqual([]);
  });
});

describe('whoever does not know the secret', () => {
  it.each<[string, () => Promise<void>]>([
    ['has another one', () => post('wrong')],
    ['has none', () => post(undefined)],
    ['has an empty one', () => post('')],
    ['has two', () => post([SECRET, SECRET])],
    ["has another user's", () => post('the-secret-of-bob')],
    ['has its hash', () => post(hash(SECRET))],
    ['names nobody', () => post(SECRET, BODY, accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0009'))],
    ['names no account at all', () => post(SECRET, BODY, '../etc/passwd')],
    ['names a channel that there is not', () => post(SECRET, BODY, alice, 'pigeon')],
    ['names an unlinked channel', () => post('', BODY, unlinked)],
    ['sends what would be refused anyway', () => post('wrong', 'text')],
  ])('and %s gets the same answer', async (_who, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'wrong-secret', detail: undefined });
    expect(queue).toEqual([]);
  });
});

describe('while its account is being deleted', () => {
  afterEach(() => gate.closed.clear());

  it('it is refused, so that the platform keeps it and tries again', async () => {
    gate.closed.set(alice, 'account');
    await expect(post(SECRET)).rejects.toMatchObject({ code: 'being-deleted', retry: true });
    expect(queue).toEqual([]);
  });

  it('nobody without the secret learns of it', async () => {
    gate.closed.set(alice, 'account');
    await expect(post('wrong')).rejects.toMatchObject({ code: 'wrong-secret' });
  });
});
