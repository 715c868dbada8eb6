/** What the tests of this room share: a journal in a folder of its own, messages, and a bridge that does as it is told. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, vi } from 'vitest';
import {
  PlatformError,
  type Bridge,
  type Capabilities,
  type OutgoingFile,
  type Part,
  type PlatformRefusal,
  type SentId,
  type Unlinked,
} from '../../../bridges/bridge.js';
import type { Figure } from '../../../contracts/gateway-door.js';
import {
  accountId,
  chatId,
  platformMessageId,
  type ChannelKind,
  type ChatId,
} from '../../../contracts/ids.js';
import type { Attachment, InboundMessage } from '../../../contracts/message.js';
import type { AgentSettings, Turn } from '../../../contracts/rooms-door.js';
import { ConversationDesk, type DeskParts } from './conversation/conversation-desk.js';
import { Journal, type JournalRow } from './journal/journal.js';
import type { Ending } from './journal/outbox.js';
import { OutgoingFiles, type NamedFile } from './conversation/outgoing-files.js';

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

/** A picture as a message brings it. */
export const picture = (reference: string, more: Partial<Attachment> = {}): Attachment => ({
  kind: 'image',
  name: null,
  type: 'image/jpeg',
  size: 20,
  reference,
  ...more,
});

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
  readonly capabilities: Capabilities = {
    maxText: 100,
    editInterval: 1_000,
    maxFile: 1_000,
    repeatsSafely: false,
    editAge: null,
    features: {},
  };
  /** The key of each message and file that was sent, in order. */
  readonly keys: string[] = [];
  readonly shown = new Map<SentId, string>();
  readonly calls: string[] = [];
  /** What can be fetched, by its reference. */
  readonly incoming = new Map<string, Buffer>();
  readonly reactions: string[] = [];
  /** The messages that were marked as read. */
  readonly read: string[] = [];
  /** What each message that was sent or edited offered to choose from. */
  readonly buttons: Part['choices'][] = [];
  readonly plan: Told[] = [];
  typing = 0;

  start(): void {}
  async stop(): Promise<void> {}
  async unlink(): Promise<Unlinked> {
    return { reached: true };
  }

  render(markdown: string): Part[] {
    const parts = markdown.split('|').filter((part) => part.trim());
    return parts.map((part) => ({ body: `<${part}>`, plain: part }));
  }

  async send(_chat: ChatId, { body, choices }: Part, key: string): Promise<SentId> {
    this.calls.push(`send ${body}`);
    this.keys.push(key);
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

  async sendFile(_chat: ChatId, { name, path, size }: OutgoingFile, key: string): Promise<SentId> {
    this.calls.push(`file ${name}`);
    this.keys.push(key);
    await this.next();
    const content = readFileSync(path, 'utf8');
    expect(content).toHaveLength(size);
    const id = `sent-${this.calls.length}` as SentId;
    this.shown.set(id, `${name}: ${content}`);
    return id;
  }

  async fetch(reference: string, _stop: AbortSignal): Promise<Readable> {
    this.calls.push(`fetch ${reference}`);
    await this.next();
    const bytes = this.incoming.get(reference);
    if (!bytes) throw new PlatformError('refused');
    return Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]);
  }

  async markRead(_chat: ChatId, message: string): Promise<void> {
    this.read.push(message);
  }

  async react(_chat: ChatId, message: string, emoji: string | null): Promise<void> {
    this.reactions.push(`${message} ${emoji}`);
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
  /** Another chat, in which what nobody waits for is told. */
  rings: ChatId | null = null;
  linked = true;
  running = true;
  readonly figures: Figure[] = [];
  readonly unlinked: ChannelKind[] = [];
  /** The texts of commands whose answer is out. */
  readonly afterAnswers: string[] = [];
  warning: string | null = null;
  agentStarts = 0;
  /** Also those of earlier starts, whose clocks go on when a test leaves them behind. */
  private readonly desks: ConversationDesk[] = [];
  desk: ConversationDesk;

  constructor(
    private readonly settings = agentSettings,
    private readonly answerHere: DeskParts['answerHere'] = () => null,
  ) {
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

  /** Messages that bring something beside their text. */
  bring(...all: Pick<InboundMessage, 'text' | 'attachments' | 'quoted'>[]): JournalRow[] {
    const messages = all.map(({ text, ...more }) => ({ ...message(text, 'chat'), ...more }));
    const rows = delivered(this.journal, ...messages);
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
      placeToTell: ({ channel, chat }) => ({ channel, chat: this.rings ?? chat }),
      states: () => [{ channel: 'telegram', state: 'connected' }],
      unlink: async (kind) => {
        this.linked = false;
        this.unlinked.push(kind);
        return { reached: true };
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
      settings: () => this.settings,
      startAgent: () => this.agentStarts++,
      answerHere: this.answerHere,
      afterAnswer: async ({ text: words }) => void this.afterAnswers.push(words),
    });
    this.desks.push(desk);
    return desk;
  }
}

/** A file that lies nowhere in the workspace. */
export const named = (name: string): NamedFile => ({ name, workspacePath: null });

/** The lines of an agent that ends well, and of one that is killed after them. */
export async function* lines(...all: unknown[]): AsyncGenerator {
  yield* all;
}
export async function* broken(...all: unknown[]): AsyncGenerator {
  yield* all;
  throw new Error('the agent was killed');
}
export const text = (words: string) => ({ type: 'text', text: words });
