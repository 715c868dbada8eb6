/** Handing in: sealed, in order, and again and again until the queue has them. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DoorServer, route } from '../../../../contracts/door-http.js';
import { AraError } from '../../../../contracts/errors.js';
import { handInRequest } from '../../../../contracts/gateway-door.js';
import { inboundMessage } from '../../../../contracts/message.js';
import { newKeyPair, Sealer } from '../../../../contracts/seal.js';
import type { SealedMessage } from '../../../../contracts/sealed.js';
import { GatewayLink } from './gateway-link.js';
import { HandIn, sealedId } from './hand-in.js';
import type { Journal } from '../journal/journal.js';
import { account, message, picture, temporaryFolder, temporaryJournal } from '../test-rig.js';

const keys = newKeyPair();
const own = new Sealer(keys, keys.publicKey);
let journal: Journal;
let path: string;
let door: DoorServer;
let gateway: GatewayLink;
let handIn: HandIn;
let calls: { messages: SealedMessage[]; attempt: number }[];
let refusals: (Error | null)[];

beforeEach(async () => {
  journal = temporaryJournal();
  path = join(temporaryFolder(), 'gateway.sock');
  calls = [];
  refusals = [];
  door = new DoorServer([
    route('POST', '/v1/messages', handInRequest, ({ body }) => {
      const refusal = refusals.shift();
      if (refusal) throw refusal;
      calls.push(body);
    }),
  ]);
  gateway = new GatewayLink(path);
  handIn = new HandIn(journal, gateway, account, own);
});
afterEach(async () => {
  await handIn.stop();
  gateway.close();
  await door.close();
  vi.useRealTimers();
});

const attached = { ...message('with a picture'), attachments: [picture('reference')], quoted: 'this' };
const accept = (...texts: string[]) =>
  journal.accept(
    'telegram',
    texts.map((text) => message(text)),
    null,
    'received',
  );
const texts = (): string[] =>
  calls
    .flatMap(({ messages }) => messages)
    .map((each) => inboundMessage.parse(JSON.parse(String(own.open(each)))).text);
const queued = (count: number) =>
  expect.poll(() => journal.counts(), { interval: 5, timeout: 5_000 }).toEqual({ queued: count });

describe('what was accepted', () => {
  it('takes along what it brings and what it replies to, sealed too', async () => {
    await door.listen(path);
    journal.accept('telegram', [attached], null, 'received');
    handIn.wake();
    await queued(1);
    const [sealed] = calls[0]!.messages;
    expect(JSON.stringify(sealed)).not.toContain('reference');
    expect(inboundMessage.parse(JSON.parse(String(own.open(sealed!))))).toMatchObject({
      attachments: [picture('reference')],
      quoted: 'this',
    });
  });

  it('is handed in sealed for this container, under a name that says nothing', async () => {
    await door.listen(path);
    const [row] = accept('the words');
    handIn.wake();
    await queued(1);
    const [sealed] = calls[0]!.messages;
    expect(sealed).toMatchObject({ v: 1, kind: 'message', account, channel: 'telegram' });
    expect(sealed!.id).toBe(sealedId(account, 'telegram', row!.platformId));
    expect(JSON.stringify(sealed)).not.toContain(row!.platformId);
    expect(inboundMessage.parse(JSON.parse(String(own.open(sealed!))))).toMatchObject({
      text: 'the words',
      chat: row!.chat,
      platformId: row!.platformId,
      sentAt: row!.sentAt,
    });
  });

  it('is handed in once, in order, in batches of fifty, with what comes meanwhile', async () => {
    await door.listen(path);
    const all = Array.from({ length: 120 }, (_, at) => `text ${at}`);
    accept(...all);
    handIn.wake();
    accept('late');
    handIn.wake();
    await queued(121);
    expect(texts()).toEqual([...all, 'late']);
    expect(calls.map(({ messages }) => messages.length)).toEqual([50, 50, 21]);
  });

  it('goes through the door even when every text is of the greatest length', async () => {
    await door.listen(path);
    // A control character takes six bytes in JSON.
    accept(...Array.from({ length: 8 }, (_, at) => `${at}${'\u0001'.repeat(99_999)}`));
    handIn.wake();
    await queued(8);
    expect(calls.length).toBeGreaterThan(1);
    expect(texts().map((text) => text[0])).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  });
});

describe('a gateway that does not take it', () => {
  it('because it is not there gets it when it is', async () => {
    accept('one', 'two');
    handIn.wake();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(journal.counts()).toEqual({ received: 2 });
    await door.listen(path);
    await queued(2);
    expect(texts()).toEqual(['one', 'two']);
  });

  it.each(['queue-unavailable', 'too-many', 'internal'] as const)(
    'because of %s gets it again',
    async (code) => {
      await door.listen(path);
      refusals.push(new AraError(code), new AraError(code));
      accept('one', 'two');
      handIn.wake();
      await queued(2);
      expect(texts()).toEqual(['one', 'two']);
      expect(calls.map(({ attempt }) => attempt)).toEqual([0]);
    },
  );

  it('at the stop of the room keeps it for the next start', async () => {
    accept('one');
    handIn.wake();
    await handIn.stop();
    handIn.wake();
    await door.listen(path);
    expect(journal.counts()).toEqual({ received: 1 });
    expect(calls).toEqual([]);
  });
});

describe('what the queue has lost', () => {
  it('is handed in again, as another attempt, and the new not among it', async () => {
    await door.listen(path);
    accept('old one', 'old two');
    handIn.wake();
    await queued(2);
    accept('new');
    handIn.recall(0);
    await queued(3);
    expect(calls.slice(1).map(({ attempt, messages }) => [attempt, messages.length])).toEqual([
      [1, 2],
      [0, 1],
    ]);
    handIn.recall(0);
    await expect.poll(() => calls.length, { interval: 5 }).toBe(5);
    expect(calls.slice(3).map(({ attempt }) => attempt)).toEqual([2, 1]);
  });

  it('is recalled by itself after 15 seconds, not before, and only what has not come back', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    await handIn.stop();
    handIn = new HandIn(journal, gateway, account, own);
    await door.listen(path);
    const [, back] = accept('lost', 'back');
    handIn.wake();
    await queued(2);
    journal.deliver('telegram', [back!.platformId]);
    vi.advanceTimersByTime(14_000);
    expect(journal.counts()).toEqual({ queued: 1, delivered: 1 });
    vi.advanceTimersByTime(6_000);
    await expect.poll(() => calls.length, { interval: 5 }).toBe(2);
    expect(texts()).toEqual(['lost', 'back', 'lost']);
  });

  it('is taken by the gateway however often it was handed in', async () => {
    await door.listen(path);
    const [row] = accept('again');
    journal.run('UPDATE messages SET handed_in = 1005 WHERE seq = ?', row!.seq);
    handIn.wake();
    await queued(1);
    expect(calls[0]?.attempt).toBe(5);
  });
});

it('the name of a message follows from account, channel and platform id, from each of them', () => {
  const names = [
    sealedId(account, 'telegram', '1.2'),
    sealedId(account, 'telegram', '1.3'),
    sealedId(account, 'matrix', '1.2'),
    sealedId(account.replace('1', '2') as typeof account, 'telegram', '1.2'),
  ];
  expect(new Set(names).size).toBe(4);
  expect(sealedId(account, 'telegram', '1.2')).toBe(names[0]);
  for (const name of names) expect(name).toMatch(/^[0-9a-f]{32}$/);
});
