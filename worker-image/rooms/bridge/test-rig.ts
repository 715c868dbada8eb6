/** What the tests of this room share: a journal in a folder of its own, messages, and a bridge that does as it is told. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import {
  PlatformError,
  type Bridge,
  type OutgoingFile,
  type Part,
  type PlatformRefusal,
  type SentId,
} from '../../../bridges/bridge.js';
import type { Figure } from '../../../contracts/gateway-door.js';
import {
  accountId,
  chatId,
  platformMessageId,
  type ChannelKind,
  type ChatId,
} from '../../../contracts/ids.js';
import type { InboundMessage } from '../../../contracts/message.js';
import type { AgentSettings, Turn } from '../../../contracts/rooms-door.js';
import { ConversationDesk, type DeskParts } from './conversation-desk.js';
import { Journal, type JournalRow } from './journal.js';
import type { Ending } from './outbox.js';
import { OutgoingFiles } from './outgoing-files.js';

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
  unlink: null,
  leaveNoTrace: false,
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
  readonly capabilities = { maxText: 100, editInterval: 1_000, maxFile: 1_000 };
  readonly shown = new Map<SentId, string>();
  readonly calls: string[] = [];
  /** What each message that was sent or edited offered to choose from. */
  readonly buttons: Part['choices'][] = [];
  readonly plan: Told[] = [];
  typing = 0;

  start(): void {}
  async stop(): Promise<void> {}
  async unlink(): Promise<void> {}

  render(markdown: string): Part[] {
    const parts = markdown.split('|').filter((part) => part.trim());
    return parts.map((part) => ({ body: `<${part}>`, plain: part }));
  }

  async send(_chat: ChatId, { body, choices }: Part): Promise<SentId> {
    this.calls.push(`send ${body}`);
    this.buttons.push(choices);
    await this.next();
    const id = `sent-${this.calls.length}` as SentId;
    this.shown.set(id, body);
    return id;
  }

  async edit(_chat: ChatId, sent: SentId, { body, choices }: Part): Promise<void> {
    this.calls.push(`edit ${body}`);
    this.buttons.push(choices);
    await this.next();
    if (!this.shown.has(sent)) throw new PlatformError('refused');
    this.shown.set(sent, body);
  }

  async sendFile(_chat: ChatId, { name, path, size }: OutgoingFile): Promise<SentId> {
    this.calls.push(`file ${name}`);
    await this.next();
    const content = readFileSync(path, 'utf8');
    expect(content).toHaveLength(size);
    const id = `sent-${this.calls.length}` as SentId;
    this.shown.set(id, `${name}: ${content}`);
    return id;
  }

  async delete(_chat: ChatId, sent: SentId): Promise<void> {
    this.calls.push(`delete ${this.shown.get(sent)}`);
    await this.next();
    this.shown.delete(sent);
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

const never = new AbortController().signal;
export const agentSettings: AgentSettings = {
  version: 7,
  models: [{ provider: 'anthropic', model: 'm' }],
  catalogue: { date: '2026-11-01', models: [] },
};

/** A desk on a journal of its own, with a scripted platform. */
export class DeskRig {
  readonly folder = temporaryFolder();
  readonly journal = new Journal(join(this.folder, 'journal.sqlite'));
  readonly bridge = new ScriptedBridge();
  /** Whether the channel's credential is there, and whether its bridge runs. */
  linked = true;
  running = true;
  readonly figures: Figure[] = [];
  readonly unlinked: ChannelKind[] = [];
  warning: string | null = null;
  agentStarts = 0;
  /** Also those of earlier starts, whose clocks go on when a test leaves them behind. */
  private readonly desks: ConversationDesk[] = [];
  desk: ConversationDesk;

  constructor(private readonly answerHere: DeskParts['answerHere'] = () => null) {
    this.desk = this.open();
    onTestFinished(async () => {
      await Promise.all(this.desks.map((desk) => desk.stop()));
      this.journal.close();
    });
  }

  /** The desk after a start of the room, on the same journal. */
  restart(): void {
    this.desk = this.open();
    this.desk.recover();
  }

  offer(...texts: string[]): JournalRow[] {
    const rows = delivered(this.journal, ...texts.map((text) => message(text, 'chat')));
    this.desk.turns.offer(rows);
    return rows;
  }

  /** The next turn, past the words before it. */
  async next(wait = 0): Promise<Turn | null> {
    for (;;) {
      const errand = await this.desk.next(wait, never);
      if (!errand || 'id' in errand) return errand;
    }
  }

  /** So many messages have their outcome. */
  ended(count: number): Promise<void> {
    return vi.waitFor(() => expect(this.figures).toHaveLength(count));
  }

  states(): string[] {
    const rows = this.journal.all<{ state: string }>('SELECT state FROM messages ORDER BY seq');
    return rows.map(({ state }) => state);
  }

  private open(): ConversationDesk {
    const channels: DeskParts['channels'] = {
      bridge: () => (this.linked && this.running ? this.bridge : null),
      isLinked: () => this.linked,
      knowsChat: (kind, chat) => this.journal.knowsChat(kind, chat),
      states: () => [{ channel: 'telegram', state: 'connected' }],
      unlink: async (kind) => {
        this.linked = false;
        this.unlinked.push(kind);
      },
    };
    const desk = new ConversationDesk({
      journal: this.journal,
      channels,
      figures: { add: (figure) => this.figures.push(figure) },
      files: new OutgoingFiles(this.journal, join(this.folder, 'outgoing')),
      spending: {
        ofTurn: () => ({ input: 3, cached: 2, output: 5, costMicros: 70 }),
        warning: () => this.warning,
      },
      settings: () => agentSettings,
      startAgent: () => this.agentStarts++,
      answerHere: this.answerHere,
    });
    this.desks.push(desk);
    return desk;
  }
}

/** The lines of an agent that ends well, and of one that is killed after them. */
export async function* lines(...all: unknown[]): AsyncGenerator {
  yield* all;
}
export async function* broken(...all: unknown[]): AsyncGenerator {
  yield* all;
  throw new Error('the agent was killed');
}
export const text = (words: string) => ({ type: 'text', text: words });
