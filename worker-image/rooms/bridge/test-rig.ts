/** What the tests of this room share: a journal in a folder of its own, messages, and a bridge that does as it is told. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  PlatformError,
  type Bridge,
  type Part,
  type PlatformRefusal,
  type SentId,
} from '../../../bridges/bridge.js';
import { accountId, chatId, platformMessageId, type ChatId } from '../../../contracts/ids.js';
import type { InboundMessage } from '../../../contracts/message.js';
import { Journal, type JournalRow } from './journal.js';
import type { Ending } from './outbox.js';

export const account = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');

/** A folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ara-room-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function temporaryJournal(): Journal {
  const journal = new Journal(join(temporaryFolder(), 'journal.sqlite'));
  onTestFinished(() => {
    if (journal.database.isOpen) journal.close();
  });
  return journal;
}

let position = 0;
export function message(text: string, chat = 'chat', platformId = `${chat}.${++position}`): InboundMessage {
  return {
    channel: 'telegram',
    chat: chatId.parse(chat),
    platformId: platformMessageId.parse(platformId),
    position: ++position,
    sentAt: 1_795_400_000_000,
    text,
  };
}

/** Messages that have come through the queue. */
export function delivered(journal: Journal, ...messages: InboundMessage[]): JournalRow[] {
  return journal.accept('telegram', messages, null, 'delivered');
}

export const answered: Ending = {
  type: 'end',
  outcome: 'answered',
  reason: null,
  model: { provider: 'anthropic', model: 'm' },
  inputTokens: 3,
  outputTokens: 5,
};

export const stateOf = (journal: Journal, seq: number) =>
  journal.get<{ state: string; reason: string | null; text: string; attempts: number }>(
    'SELECT state, reason, text, attempts FROM messages WHERE seq = ?',
    seq,
  );

type Told = PlatformRefusal | { refusal: PlatformRefusal; retryAfter: number } | (() => Promise<void>) | 'ok';

/** A platform in memory: `shown` is what the user sees. Parts are cut at `|`; what `plan` holds happens call by call. */
export class ScriptedBridge implements Bridge {
  readonly kind = 'telegram' as const;
  readonly capabilities = { maxText: 100, editInterval: 1_000 };
  readonly shown = new Map<SentId, string>();
  readonly calls: string[] = [];
  readonly plan: Told[] = [];
  typing = 0;

  start(): void {}
  async stop(): Promise<void> {}
  async unlink(): Promise<void> {}

  render(markdown: string): Part[] {
    const parts = markdown.split('|').filter((part) => part.trim());
    return parts.map((part) => ({ body: `<${part}>`, plain: part }));
  }

  async send(_chat: ChatId, { body }: Part): Promise<SentId> {
    this.calls.push(`send ${body}`);
    await this.next();
    const id = `sent-${this.calls.length}` as SentId;
    this.shown.set(id, body);
    return id;
  }

  async edit(_chat: ChatId, sent: SentId, { body }: Part): Promise<void> {
    this.calls.push(`edit ${body}`);
    await this.next();
    if (!this.shown.has(sent)) throw new PlatformError('refused');
    this.shown.set(sent, body);
  }

  async showTyping(): Promise<void> {
    this.typing++;
  }

  get seen(): string[] {
    return [...this.shown.values()];
  }

  private async next(): Promise<void> {
    const told = this.plan.shift() ?? 'ok';
    if (told === 'ok') return;
    if (typeof told === 'function') return told();
    const { refusal, retryAfter } = typeof told === 'string' ? { refusal: told, retryAfter: 0 } : told;
    throw new PlatformError(refusal, retryAfter);
  }
}
