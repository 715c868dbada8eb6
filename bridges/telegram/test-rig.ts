/** A fake Telegram with one bot and its owner, for the tests of this folder. */
import { Agent } from 'node:https';
import { chatId } from '../../contracts/ids.js';
import { testCertificates } from '../../test/kit/certificates.js';
import {
  startFakeTelegram,
  type FakeBot,
  type FakeTelegram,
  type SentMessage,
} from '../../test/kit/telegram/telegram.js';
import type { ConformancePlatform } from '../conformance-platform.js';
import { RecordingHost } from '../recording-host.js';
import { parsePlatformMessageId } from './ids.js';
import { TelegramBridge, type TelegramOptions } from './index.js';

export const OWNER = 5001;
export const STRANGER = 6002;
export const OWNER_CHAT = chatId.parse(String(OWNER));

/** Short, so that tests are; a poll is held for whole seconds. */
const timing = {
  poll: 2_000,
  pollGrace: 300,
  call: 1_000,
  upload: 1_000,
  firstBackoff: 10,
  longestBackoff: 40,
};

export interface Rig {
  readonly telegram: FakeTelegram;
  readonly bot: FakeBot;
  readonly agent: Agent;
  readonly host: RecordingHost;
  readonly bridge: TelegramBridge;
  calls(method: string): Record<string, unknown>[];
  close(): Promise<void>;
}

export interface RigOptions {
  webhookUrl?: string;
  timing?: TelegramOptions['timing'];
}

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const { ca, cert, key } = await testCertificates();
  const telegram = await startFakeTelegram({ tls: { cert, key }, allowHttpWebhooks: true });
  const bot = telegram.addBot({ username: 'ara_test_bot' });
  const agent = new Agent({ ca, keepAlive: true });
  const host = new RecordingHost(agent, String(OWNER), options.webhookUrl ?? null);
  const bridge = new TelegramBridge(
    host,
    { token: bot.token },
    { apiRoot: telegram.url, timing: { ...timing, ...options.timing } },
  );
  return {
    telegram,
    bot,
    agent,
    host,
    bridge,
    calls: (method) => telegram.calls.filter((call) => call.method === method).map(({ params }) => params),
    close: async () => {
      await bridge.stop();
      agent.destroy();
      await telegram.stop();
    },
  };
}

/** What the owner sees of the bot now. */
export const shown = ({ telegram, bot }: Pick<Rig, 'telegram' | 'bot'>): SentMessage[] =>
  telegram.messages(bot, OWNER).filter(({ deletedAt }) => deletedAt === undefined);

export async function conformancePlatform(): Promise<ConformancePlatform> {
  const rig = await startRig();
  const { telegram, bot } = rig;
  return {
    agent: rig.agent,
    ownerId: String(OWNER),
    ownerChat: OWNER_CHAT,
    open: (host) => new TelegramBridge(host, { token: bot.token }, { apiRoot: telegram.url, timing }),
    say: (text, speaker) => void telegram.say(bot, { userId: speaker === 'owner' ? OWNER : STRANGER, text }),
    echo: (text) => {
      const from = { id: bot.id, is_bot: true, first_name: 'Ara', username: bot.username };
      const chat = { id: OWNER, type: 'private' as const, first_name: 'Test' };
      telegram.push(bot, { message: { message_id: 900, date: 1_795_400_000, chat, from, text } });
    },
    seen: () => shown(rig).flatMap(({ document, text }) => (document ? [] : [text])),
    files: () => shown(rig).flatMap(({ document }) => document ?? []),
    give: (name, content) =>
      void telegram.share(bot, { userId: OWNER }, { document: { content, name, type: 'application/pdf' } }),
    signs: (message) => telegram.reactions(bot, OWNER, parsePlatformMessageId(message).message),
    buttons: {
      offered: () => telegram.keyboard(bot, OWNER).flat(),
      tap: (text) => void telegram.tap(bot, OWNER, text),
    },
    goDown: () => telegram.stop(),
    comeBack: () => telegram.restart(),
    revoke: () => telegram.revoke(bot),
    close: rig.close,
  };
}
