/** The user's channels beside their bridges: the browser that is always there, owners, codes and test messages. */
import { Agent } from 'node:https';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { platformMessageId, chatId } from '../../../../contracts/ids.js';
import { linkResponse } from '../../../../contracts/worker-door.js';
import { testCertificates } from '../../../../test/kit/certificates.js';
import {
  startFakeTelegram,
  type FakeBot,
  type FakeTelegram,
} from '../../../../test/kit/telegram/telegram.js';
import { BridgeStores } from './bridge-store.js';
import { Channels } from './channels.js';
import { Credentials } from './credentials.js';
import type { Journal, JournalRow } from '../journal/journal.js';
import type { DeclaredHost } from '../../../../contracts/hosts.js';
import { account, temporaryFolder, temporaryJournal } from '../test-rig.js';

const OWNER = 5001;
const WEB = { id: '0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0009', text: 'hello' };

let journal: Journal;
let telegram: FakeTelegram;
let bot: FakeBot;
let channels: Channels;
let publicUrl: string | null;
let declaredHosts: DeclaredHost[];
let reported: string[];
let accepted: [JournalRow, boolean][];

// Telegram's own address is fixed, so it is where that address leads.
async function toFake(): Promise<Agent> {
  const { ca } = await testCertificates();
  const agent = new Agent({ ca, keepAlive: false });
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) =>
    create({ ...options, host: '127.0.0.1', port: telegram.port }, callback);
  return agent;
}

beforeEach(async () => {
  const { cert, key } = await testCertificates();
  telegram = await startFakeTelegram({ tls: { cert, key }, allowHttpWebhooks: true });
  bot = telegram.addBot({ username: 'ara_test_bot' });
  journal = temporaryJournal();
  [reported, accepted, publicUrl, declaredHosts] = [[], [], null, []];
  const agent = await toFake();
  const forLinking = await toFake();
  const folder = temporaryFolder();
  channels = new Channels({
    journal,
    credentials: new Credentials(join(folder, 'credentials'), Buffer.alloc(32, 1)),
    stores: new BridgeStores(join(folder, 'stores'), Buffer.alloc(32, 1)),
    agent: () => agent,
    agentForLinking: () => forLinking,
    account,
    publicUrl: () => publicUrl,
    declaredHosts: () => declaredHosts,
    events: {
      onAccepted: (rows, delivered) =>
        accepted.push(...rows.map((row): [JournalRow, boolean] => [row, delivered])),
      report: (channel, state) => void reported.push(`${channel} ${state}`),
    },
  });
  onTestFinished(() => agent.destroy());
});
afterEach(async () => {
  await channels.stop();
  await telegram.stop();
});

const declaredTelegram = (stopped: boolean): DeclaredHost => ({
  host: 'api.telegram.org',
  port: 443,
  purpose: 'channel telegram',
  stopped,
});

async function link(): Promise<void> {
  const { code, address } = linkResponse.parse(await channels.link('telegram', { token: bot.token }));
  expect(address).toBe('@ara_test_bot');
  telegram.say(bot, { userId: OWNER, text: `/link ${code}` });
  await vi.waitFor(() => expect(channels.owners('telegram')).toHaveLength(1), 5_000);
}
const texts = (): string[] => telegram.messages(bot, OWNER).map(({ text }) => text);

describe('the browser', () => {
  it('is there without being linked, and is no channel that could be', async () => {
    await channels.start();
    expect([channels.isLinked('web'), channels.bridge('web')?.kind]).toEqual([true, 'web']);
    expect([channels.states(), reported]).toEqual([[], []]);
    expect([
      channels.knowsChat('web', chatId.parse('web')),
      channels.knowsChat('web', chatId.parse('1')),
    ]).toEqual([true, false]);
  });

  it('keeps no container awake', async () => {
    await channels.start();
    expect(channels.needsLiveConnection).toBe(false);
    await link();
    expect(channels.needsLiveConnection).toBe(true);
  });

  it.each([null, 'https://ara.example.org'])(
    'has its messages in the journal, and from there in the queue, with the public address %s',
    async (url) => {
      publicUrl = url;
      await channels.start();
      expect(channels.web.take(WEB)).toBe('accepted');
      expect(
        accepted.map(([{ channel, chat, text, state }, delivered]) => [
          channel,
          chat,
          text,
          state,
          delivered,
        ]),
      ).toEqual([['web', 'web', 'hello', 'received', false]]);
      expect(channels.web.take(WEB)).toBe('duplicate');
      expect(journal.counts()).toEqual({ received: 1 });
      expect(journal.deliver('web', [platformMessageId.parse(WEB.id)])).toHaveLength(1);
    },
  );

  it('is written to while nobody looks', async () => {
    await channels.start();
    const bridge = channels.bridge('web');
    expect(await bridge?.send(chatId.parse('web'), { body: 'hi', plain: 'hi' }, 'k')).toMatch(/^\d+\./);
  });
});

describe('what nobody waits for', () => {
  const web = { channel: 'web', chat: chatId.parse('web') } as const;
  const phone = { channel: 'telegram', chat: chatId.parse(String(OWNER)) } as const;

  it('rings where the owner was linked, while nobody looks at the browser', async () => {
    await channels.start();
    expect(channels.placeToTell(web)).toEqual(web);
    await link();
    await vi.waitFor(() => expect(channels.states()[0]?.state).toBe('connected'), 5_000);
    expect(channels.placeToTell(web)).toEqual(phone);
    // What is meant for a messenger stays where it is meant for.
    const elsewhere = { channel: 'telegram', chat: chatId.parse('7') } as const;
    expect(channels.placeToTell(elsewhere)).toEqual(elsewhere);
    vi.spyOn(channels.feed, 'isRead', 'get').mockReturnValue(true);
    expect(channels.placeToTell(web)).toEqual(web);
  });

  it('goes to no messenger that has no owner, or does not work', async () => {
    await channels.start();
    await link();
    await vi.waitFor(() => expect(channels.placeToTell(web)).toEqual(phone), 5_000);
    channels.removeOwner('telegram', String(OWNER));
    expect(channels.placeToTell(web)).toEqual(web);
    const { code } = await channels.newCode('telegram');
    telegram.say(bot, { userId: OWNER, text: `/link ${code}` });
    await vi.waitFor(() => expect(channels.placeToTell(web)).toEqual(phone), 5_000);
    telegram.revoke(bot);
    await vi.waitFor(() => expect(channels.placeToTell(web)).toEqual(web), 20_000);
  }, 30_000);
});

describe('an owner', () => {
  it('is shown, and removed by their id only', async () => {
    await channels.start();
    expect(channels.owners('telegram')).toEqual([]);
    await link();
    const [owner] = channels.owners('telegram');
    expect(owner).toEqual({ id: String(OWNER), name: null, since: expect.any(Number) as unknown });
    expect(Date.now() - owner!.since!).toBeLessThan(10_000);
    expect(() => channels.removeOwner('telegram', '1')).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
    channels.removeOwner('telegram', String(OWNER));
    expect(channels.owners('telegram')).toEqual([]);
    expect(reported.at(-1)).toBe('telegram waiting-for-owner');
    expect(channels.states()).toEqual([{ channel: 'telegram', state: 'waiting-for-owner' }]);
    telegram.say(bot, { userId: OWNER, text: 'hello' });
    await vi.waitFor(() => expect(texts().at(-1)).toMatch(/waits for its owner/), 5_000);
    expect(accepted).toEqual([]);
  });

  it('gets a test message where they were linked, before they have written a word', async () => {
    await channels.start();
    await expect(channels.sendTest('telegram')).rejects.toMatchObject({ code: 'channel-not-linked' });
    await link();
    expect(await channels.sendTest('telegram')).toBe(true);
    expect(texts().at(-1)).toBe('This is a test message from your dashboard.');
    telegram.fail(bot, 'sendMessage', { status: 403 });
    expect(await channels.sendTest('telegram')).toBe(false);
    channels.removeOwner('telegram', String(OWNER));
    expect(await channels.sendTest('telegram')).toBe(false);
  });

  it('is linked anew with another code for the same bot', async () => {
    await channels.start();
    await expect(channels.newCode('telegram')).rejects.toMatchObject({ code: 'channel-not-linked' });
    await link();
    const { code, address } = await channels.newCode('telegram');
    expect(address).toBe('@ara_test_bot');
    expect(channels.states()).toEqual([{ channel: 'telegram', state: 'waiting-for-owner' }]);
    telegram.say(bot, { userId: OWNER, text: `/link ${code}` });
    await vi.waitFor(
      () => expect(channels.states()).toEqual([{ channel: 'telegram', state: 'connected' }]),
      5_000,
    );
  });
});

it('tells that a channel is stopped as long as its user has stopped its host', async () => {
  await link();
  await vi.waitFor(() => expect(channels.states()).toEqual([{ channel: 'telegram', state: 'connected' }]));
  declaredHosts = [declaredTelegram(true)];
  channels.hostsChanged();
  expect(reported.at(-1)).toBe('telegram stopped');
  expect(channels.states()).toEqual([{ channel: 'telegram', state: 'stopped' }]);
  declaredHosts = [declaredTelegram(false)];
  channels.hostsChanged();
  expect(reported.at(-1)).toBe('telegram connected');
});
