/** Brings turns and replies together: gives a turn to the agent room, takes its lines, and sees to the one outcome. */
import type { ChannelKind } from '../../../contracts/ids.js';
import type { Settings } from '../../../contracts/gateway-door.js';
import { replyLine, type ReplyLine, type Turn } from '../../../contracts/rooms-door.js';
import type { Channels } from './channels.js';
import type { Figures } from './figures.js';
import type { Journal, JournalRow } from './journal.js';
import { Outbox, type Ending } from './outbox.js';
import { Reply } from './reply.js';
import { MAX_ATTEMPTS, Turns } from './turns.js';

const GIVEN_UP =
  `Something in me crashed ${MAX_ATTEMPTS} times on this message, so I stopped trying. ` +
  'Please write it in another way, or send /new and try again.';
const GIVEN_UP_ENDING: Ending = {
  type: 'end',
  outcome: 'failed',
  reason: 'crashed',
  model: null,
  inputTokens: 0,
  outputTokens: 0,
};
/** How long an unlinked channel's answers are looked at again. */
const CHANNEL_RETRY = 5_000;

export interface DeskEvents {
  startAgent(): void;
}

export class ConversationDesk {
  readonly turns: Turns;
  private readonly outbox: Outbox;
  private readonly open = new Map<number, { row: JournalRow; reply: Reply }>();
  private readonly stopping = new AbortController();
  private readonly finishing = new Set<Promise<void>>();

  constructor(
    private readonly journal: Journal,
    private readonly channels: Channels,
    private readonly figures: Figures,
    private readonly settings: () => Settings,
    events: DeskEvents,
  ) {
    this.outbox = new Outbox(journal);
    this.turns = new Turns(journal, {
      onWork: () => events.startAgent(),
      onGiveUp: (row) => this.resume(row, GIVEN_UP, GIVEN_UP_ENDING),
    });
  }

  /** Goes on where the last run ended: what has its answer is sent, the rest are turns again. */
  recover(): void {
    const rows = this.journal.delivered();
    const unanswered = rows.filter((row) => {
      const final = this.outbox.final(row.seq);
      if (!final) return true;
      this.turns.hold(row);
      this.resume(row, final.text, final.ending);
      return false;
    });
    this.turns.offer(unanswered);
  }

  /** @returns null when no turn came in time. */
  async next(wait: number, signal: AbortSignal): Promise<Turn | null> {
    const given = await this.turns.next(wait, signal);
    if (!given) return null;
    const { row, attempt } = given;
    const reply = this.reply(row);
    if (!reply && !this.channels.isLinked(row.channel)) {
      // Unlinked meanwhile: there is nobody to answer to.
      this.journal.end(row.seq, 'cancelled', 'unlinked');
      this.turns.done(row);
      return this.next(wait, signal);
    }
    if (!reply) {
      setTimeout(() => this.giveBack(row), CHANNEL_RETRY).unref();
      return this.next(wait, signal);
    }
    this.open.set(row.seq, { row, reply });
    reply.showTyping();
    const { seq: id, kind, channel, chat, text, sentAt } = row;
    const status = { channels: this.channels.states(), waiting: this.turns.waiting };
    return { id, kind, channel, chat, text, sentAt, attempt, models: this.settings().models, status };
  }

  /** The agent's lines for one turn. Returns when the answer is on disk; a stream that ends early loses the turn. */
  async take(id: number, lines: AsyncIterable<unknown>): Promise<boolean> {
    const open = this.open.get(id);
    if (!open) return false;
    let ending: Ending | null = null;
    try {
      for await (const raw of lines) {
        const line: ReplyLine = replyLine.parse(raw);
        if (line.type === 'text') open.reply.add(line.text);
        else ending = line;
        if (ending) break;
      }
    } catch {
      ending = null;
    }
    // A turn that was taken from this stream meanwhile has been given again: its late words do not count.
    if (this.open.get(id) !== open) return false;
    if (!ending) {
      this.lose(id);
      return false;
    }
    this.open.delete(id);
    // The answer is on disk when `finish` returns; the agent is free while the platform takes it.
    void this.settle(open.row, open.reply.finish(ending), ending);
    return true;
  }

  /** The agent room went away: every turn that it held comes again. */
  loseAll(): void {
    for (const id of [...this.open.keys()]) this.lose(id);
  }

  get idle(): boolean {
    return !this.turns.busy && this.finishing.size === 0;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.turns.stop();
    const abandoned = [...this.open.values()].map(({ reply }) => reply.abandon());
    await Promise.allSettled([...this.finishing, ...abandoned]);
  }

  private lose(id: number): void {
    const open = this.open.get(id);
    if (!open || !this.open.delete(id)) return;
    // The next try begins when the platform has what this one was saying, so that the two do not speak at once.
    void open.reply.abandon().then(() => this.giveBack(open.row));
  }

  private giveBack(row: JournalRow): void {
    if (!this.stopping.signal.aborted) this.turns.lost(row);
  }

  private reply(row: JournalRow): Reply | null {
    const bridge = this.channels.bridge(row.channel);
    return bridge && new Reply(row, bridge, this.journal, this.outbox, this.stopping.signal);
  }

  /** Sends an answer that is there already, once the channel is. */
  private resume(row: JournalRow, text: string, ending: Ending): void {
    if (this.stopping.signal.aborted) return;
    const reply = this.reply(row);
    if (reply) void this.settle(row, reply.resume(text, ending), null);
    else setTimeout(() => this.resume(row, text, ending), CHANNEL_RETRY).unref();
  }

  private async settle(
    row: JournalRow,
    work: ReturnType<Reply['finish']>,
    ending: Ending | null,
  ): Promise<void> {
    const settled = (async () => {
      const { outcome } = await work;
      this.turns.done(row);
      this.figures.add(figureOf(row.channel, outcome, ending));
      // A send that was stopped half-way goes on after the next start: the outbox knows how far it came.
    })().catch(() => undefined);
    this.finishing.add(settled);
    await settled;
    this.finishing.delete(settled);
  }
}

function figureOf(channel: ChannelKind, outcome: Ending['outcome'], ending: Ending | null) {
  return {
    day: new Date().toISOString().slice(0, 10),
    channel,
    outcome,
    provider: ending?.model?.provider ?? null,
    model: ending?.model?.model ?? null,
    inputTokens: ending?.inputTokens ?? 0,
    outputTokens: ending?.outputTokens ?? 0,
  };
}
