/**
 * Turns: which message the agent room gets next. One `message` turn per chat at a time, in the journal's order; chats
 * side by side; commands at once. A turn whose agent is lost is given again, and given up after three tries.
 */
import type { JournalRow, Journal } from './journal.js';

/** How long a message waits for an earlier one of its chat that is still in the queue. */
const GAP_WAIT = 2_000;
const GAP_AGAIN = 100;
const WORK_AGAIN = 500;
export const MAX_ATTEMPTS = 3;

export interface GivenTurn {
  row: JournalRow;
  attempt: number;
}

export interface TurnEvents {
  /** There is work and the agent room may be asleep. */
  onWork(): void;
  /** A message has crashed the agent room three times. */
  onGiveUp(row: JournalRow): void;
}

interface Chat {
  waiting: { row: JournalRow; since: number }[];
  active: boolean;
}

export class Turns {
  private readonly chats = new Map<string, Chat>();
  private readonly commands: JournalRow[] = [];
  private readonly active = new Map<number, JournalRow>();
  private readonly takers: ((turn: GivenTurn | null) => void)[] = [];
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(
    private readonly journal: Journal,
    private readonly events: TurnEvents,
  ) {}

  /** Delivered messages, in any order; each becomes a turn once. */
  offer(rows: JournalRow[]): void {
    for (const row of rows) {
      if (this.knows(row)) continue;
      if (row.kind === 'command') this.commands.push(row);
      else {
        const { waiting } = this.chat(row);
        waiting.push({ row, since: Date.now() });
        waiting.sort((one, other) => one.row.seq - other.row.seq);
      }
    }
    this.give();
  }

  /** The next turn, or null after `wait` milliseconds or when the signal fires. */
  next(wait: number, signal: AbortSignal): Promise<GivenTurn | null> {
    return new Promise((resolve) => {
      const settle = (turn: GivenTurn | null): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        resolve(turn);
      };
      const giveUp = (): void => {
        const at = this.takers.indexOf(settle);
        if (at >= 0) this.takers.splice(at, 1);
        settle(null);
      };
      const timer = setTimeout(giveUp, wait);
      signal.addEventListener('abort', giveUp);
      this.takers.push(settle);
      this.give();
    });
  }

  /** A reply that a crash cut short is being sent: its chat waits for it. */
  hold(row: JournalRow): void {
    this.active.set(row.seq, row);
    if (row.kind === 'message') this.chat(row).active = true;
  }

  /** The turn has its outcome. */
  done(row: JournalRow): void {
    this.active.delete(row.seq);
    if (row.kind === 'message') {
      const key = keyOf(row);
      const chat = this.chats.get(key);
      if (chat) chat.active = false;
      if (chat?.waiting.length === 0) this.chats.delete(key);
    }
    this.give();
  }

  /** The agent was lost before the outcome: the turn comes again, in its old place. */
  lost(row: JournalRow): void {
    if (!this.active.delete(row.seq)) return;
    if (row.kind === 'message') this.chat(row).active = false;
    this.offer([row]);
  }

  /** Gives no more: what waits is in the journal for the next start. */
  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
  }

  /** Whether a turn runs or waits. */
  get busy(): boolean {
    return this.active.size > 0 || this.waiting > 0;
  }

  get waiting(): number {
    let count = this.commands.length;
    for (const { waiting } of this.chats.values()) count += waiting.length;
    return count;
  }

  private knows(row: JournalRow): boolean {
    if (this.active.has(row.seq)) return true;
    const waiting =
      row.kind === 'command' ? this.commands : this.chats.get(keyOf(row))?.waiting.map((each) => each.row);
    return waiting?.some(({ seq }) => seq === row.seq) ?? false;
  }

  private give(): void {
    while (!this.stopped) {
      const chat = this.commands.length > 0 ? undefined : this.firstReady();
      if (this.commands.length === 0 && !chat) return;
      const taker = this.takers[0];
      if (!taker) {
        this.events.onWork();
        // Asked again as long as nobody comes: an agent room that is just ending may not have heard.
        this.lookAgain(WORK_AGAIN);
        return;
      }
      const row = this.commands.shift() ?? chat?.waiting.shift()?.row;
      if (!row) return;
      if (chat) chat.active = true;
      const attempt = this.journal.countAttempt(row.seq);
      this.active.set(row.seq, row);
      if (attempt > MAX_ATTEMPTS) {
        this.events.onGiveUp(row);
        continue;
      }
      this.takers.shift();
      taker({ row, attempt });
    }
  }

  /** The oldest message first, so that no chat waits behind busier ones; the journal is asked only until one is found. */
  private firstReady(): Chat | undefined {
    const oldest = ({ waiting }: Chat): number => waiting[0]?.row.seq ?? Infinity;
    return [...this.chats.values()]
      .filter(({ active, waiting }) => !active && waiting.length > 0)
      .sort((one, other) => oldest(one) - oldest(other))
      .find((chat) => this.isReady(chat));
  }

  private isReady(chat: Chat): boolean {
    const head = chat.waiting[0];
    if (chat.active || !head) return false;
    if (Date.now() - head.since >= GAP_WAIT) return true;
    if (!this.journal.hasGapBefore(head.row.seq, head.row.channel, head.row.chat)) return true;
    this.lookAgain(GAP_AGAIN);
    return false;
  }

  private lookAgain(after: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.give();
    }, after);
  }

  private chat(row: JournalRow): Chat {
    const key = keyOf(row);
    let chat = this.chats.get(key);
    if (!chat) this.chats.set(key, (chat = { waiting: [], active: false }));
    return chat;
  }
}

const keyOf = ({ channel, chat }: JournalRow): string => `${channel}|${chat}`;
