/**
 * Turns: what the agent room gets next. One turn per chat at a time, in the journal's order; what has piled up in a chat
 * when its turn comes is one turn; chats side by side; commands at once. A turn whose agent is lost is given again with
 * the same messages, and given up after three tries.
 */
import type { Errand } from '../../../../contracts/rooms-door.js';
import type { JournalRow, Journal } from '../journal/journal.js';

/** How long a message waits for an earlier one of its chat that is still in the queue. */
const GAP_WAIT = 2_000;
const GAP_AGAIN = 100;
const WORK_AGAIN = 500;
export const MAX_ATTEMPTS = 3;
/** Most that is one turn; a single message may be longer. */
const MAX_MESSAGES = 20;
const MAX_CHARACTERS = 50_000;
/** Twice what one message may bring: an album is one turn, and two of them are. */
const MAX_ATTACHMENTS = 20;

/** The messages of one turn; the first one leads and names it. */
export type TurnRows = [JournalRow, ...JournalRow[]];

export interface GivenTurn {
  rows: TurnRows;
  attempt: number;
}

/** What the agent is told beside turns; nothing is lost when it does not hear it. */
export type Word = Exclude<Errand, { id: number }>;

export interface TurnEvents {
  /** There is work and the agent room may be asleep. */
  onWork(): void;
  /** A turn has crashed the agent room three times. */
  onGiveUp(rows: TurnRows): void;
  /** Whether this command is answered without the agent room, which then never hears of it. */
  answersHere?(rows: TurnRows): boolean;
}

interface Waiting {
  rows: TurnRows;
  since: number;
  /** A turn as it is: nothing joins it before it is given, and it joins no other. */
  whole: boolean;
}

interface Chat {
  waiting: Waiting[];
  active: boolean;
  /** The turn that may still take in what the chat sends: the agent has it and has not said its last word. */
  open: TurnRows | null;
}

export class Turns {
  private readonly chats = new Map<string, Chat>();
  private readonly commands: TurnRows[] = [];
  private readonly words = new Map<string, Word>();
  /** The turns that are given or held, by their leads. */
  private readonly active = new Set<number>();
  /** Every message that waits or is part of an active turn. */
  private readonly known = new Set<number>();
  private readonly takers: ((errand: GivenTurn | Word | null) => void)[] = [];
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(
    private readonly journal: Journal,
    private readonly events: TurnEvents,
  ) {}

  /** Delivered messages, in any order; each becomes part of a turn once. */
  offer(rows: JournalRow[]): void {
    for (const row of rows) {
      if (!this.enqueue([row], row.kind === 'own') || row.kind !== 'message') continue;
      const open = this.chats.get(keyOf(row))?.open;
      if (open) this.words.set(nudgeOf(open), { kind: 'nudge', turn: open[0].seq });
    }
    this.give();
  }

  /** Turns that may have been given before: each comes as it was. */
  offerAgain(turns: TurnRows[]): void {
    for (const rows of turns) this.enqueue(rows, true);
    this.give();
  }

  /** A word for whoever asks next; the same one waits once. */
  say(word: Exclude<Word, { turn: number }>): void {
    this.words.set(word.kind, word);
    this.give();
  }

  /** The next turn or word, or null after `wait` milliseconds or when the signal fires. */
  next(wait: number, signal: AbortSignal): Promise<GivenTurn | Word | null> {
    return new Promise((resolve) => {
      const settle = (errand: GivenTurn | Word | null): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        resolve(errand);
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

  /** What the chat of an open turn has sent meanwhile; from now on part of the turn, also when it is given again. */
  more(rows: TurnRows): JournalRow[] {
    const chat = this.chats.get(keyOf(rows[0]));
    if (chat?.open !== rows) return [];
    const joining = this.joinable(chat.waiting, rows);
    if (joining.length === 0) return [];
    this.journal.durably(() => this.journal.bind(rows[0].seq, seqsOf(joining)));
    chat.waiting.splice(0, joining.length);
    rows.push(...joining);
    return joining;
  }

  /** The agent has said its last word on a turn, or is gone: nothing joins it any more. */
  close(rows: TurnRows): void {
    this.words.delete(nudgeOf(rows));
    const chat = this.chats.get(keyOf(rows[0]));
    if (chat?.open === rows) chat.open = null;
  }

  /** A reply that a crash cut short is being sent: its chat waits for it. */
  hold(rows: TurnRows): void {
    this.activate(rows);
    for (const { seq } of rows) this.known.add(seq);
  }

  /** The turn has its outcome. */
  done(rows: TurnRows): void {
    this.deactivate(rows);
    for (const { seq } of rows) this.known.delete(seq);
    const key = keyOf(rows[0]);
    const chat = this.chats.get(key);
    if (chat && !chat.active && chat.waiting.length === 0) this.chats.delete(key);
    this.give();
  }

  /** The agent was lost before the outcome: the turn comes again, in its old place. */
  lost(rows: TurnRows): void {
    if (!this.active.has(rows[0].seq)) return;
    this.deactivate(rows);
    for (const { seq } of rows) this.known.delete(seq);
    this.offerAgain([rows]);
  }

  /** Gives no more: what waits is in the journal for the next start. */
  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
  }

  /** Whether a turn runs or waits, or a word. */
  get busy(): boolean {
    return this.active.size > 0 || this.words.size > 0 || this.waiting > 0;
  }

  /** How many messages wait. */
  get waiting(): number {
    let count = this.commands.length;
    for (const { waiting } of this.chats.values()) for (const { rows } of waiting) count += rows.length;
    return count;
  }

  /** False when it is here already. */
  private enqueue(rows: TurnRows, whole: boolean): boolean {
    if (this.known.has(rows[0].seq)) return false;
    for (const { seq } of rows) this.known.add(seq);
    if (rows[0].kind === 'command' && this.events.answersHere?.(rows)) return true;
    if (rows[0].kind === 'command') this.commands.push(rows);
    else {
      const { waiting } = this.chat(rows[0]);
      waiting.push({ rows, since: Date.now(), whole });
      waiting.sort((one, other) => one.rows[0].seq - other.rows[0].seq);
    }
    return true;
  }

  private give(): void {
    while (!this.stopped) {
      const chat = this.commands.length + this.words.size > 0 ? undefined : this.firstReady();
      if (this.commands.length + this.words.size === 0 && !chat) return;
      const taker = this.takers[0];
      if (!taker) {
        this.events.onWork();
        // Asked again as long as nobody comes: an agent room that is just ending may not have heard.
        this.lookAgain(WORK_AGAIN);
        return;
      }
      const errand = this.take(chat);
      if (!errand) continue;
      this.takers.shift();
      taker(errand);
    }
  }

  /** A command before a word before the turn of that chat. Null when what was taken is given up. */
  private take(chat: Chat | undefined): GivenTurn | Word | null {
    const command = this.commands.shift();
    if (command) return this.begin(command);
    for (const [name, word] of this.words) {
      this.words.delete(name);
      return word;
    }
    const head = chat?.waiting.shift();
    if (!chat || !head) return null;
    if (!head.whole) {
      const joining = this.joinable(chat.waiting, head.rows);
      chat.waiting.splice(0, joining.length);
      head.rows.push(...joining);
    }
    return this.begin(head.rows);
  }

  private begin(rows: TurnRows): GivenTurn | null {
    this.activate(rows);
    const bind = (): number[] => this.journal.bind(rows[0].seq, seqsOf(rows));
    // What belongs together must be known even after a power cut; a single message is itself.
    const [attempt = 0] = rows.length === 1 ? bind() : this.journal.durably(bind);
    if (attempt > MAX_ATTEMPTS) {
      this.events.onGiveUp(rows);
      return null;
    }
    if (rows[0].kind === 'message') this.chat(rows[0]).open = rows;
    return { rows, attempt };
  }

  /** What waits and may become part of a turn: in order, up to a gap, a turn of its own, or the limits. */
  private joinable(waiting: Waiting[], turn: TurnRows): JournalRow[] {
    const joining: JournalRow[] = [];
    let characters = turn.reduce((sum, { text }) => sum + text.length, 0);
    let files = turn.reduce((sum, { attachments }) => sum + attachments.length, 0);
    for (const next of waiting) {
      const [row] = next.rows;
      characters += row.text.length;
      files += row.attachments.length;
      const full =
        turn.length + joining.length >= MAX_MESSAGES ||
        characters > MAX_CHARACTERS ||
        files > MAX_ATTACHMENTS;
      if (full || next.whole || !this.isReady(next)) break;
      joining.push(row);
    }
    return joining;
  }

  /** The oldest message first, so that no chat waits behind busier ones; the journal is asked only until one is found. */
  private firstReady(): Chat | undefined {
    const oldest = ({ waiting }: Chat): number => waiting[0]?.rows[0].seq ?? Infinity;
    return [...this.chats.values()]
      .filter(({ active, waiting }) => !active && waiting.length > 0)
      .sort((one, other) => oldest(one) - oldest(other))
      .find(({ waiting: [head] }) => head && this.isReady(head));
  }

  private isReady({ rows: [{ seq, channel, chat }], since }: Waiting): boolean {
    if (Date.now() - since >= GAP_WAIT) return true;
    if (!this.journal.hasGapBefore(seq, channel, chat)) return true;
    this.lookAgain(GAP_AGAIN);
    return false;
  }

  private lookAgain(after: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.give();
    }, after);
  }

  private activate(rows: TurnRows): void {
    this.active.add(rows[0].seq);
    if (rows[0].kind !== 'command') this.chat(rows[0]).active = true;
  }

  private deactivate(rows: TurnRows): void {
    this.close(rows);
    this.active.delete(rows[0].seq);
    const chat = this.chats.get(keyOf(rows[0]));
    if (chat && rows[0].kind !== 'command') chat.active = false;
  }

  private chat(row: JournalRow): Chat {
    const key = keyOf(row);
    let chat = this.chats.get(key);
    if (!chat) this.chats.set(key, (chat = { waiting: [], active: false, open: null }));
    return chat;
  }
}

const keyOf = ({ channel, chat }: JournalRow): string => `${channel}|${chat}`;
const nudgeOf = ([lead]: TurnRows): string => `nudge ${lead.seq}`;
const seqsOf = (rows: JournalRow[]): number[] => rows.map(({ seq }) => seq);
