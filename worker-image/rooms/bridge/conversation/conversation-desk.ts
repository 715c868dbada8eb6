/** Brings turns and replies together: gives a turn to the agent room, takes its lines, and sees to the one outcome. */
import { setTimeout as sleep } from 'node:timers/promises';
import { canSendFile } from '../../../../bridges/bridge.js';
import { AraError } from '../../../../contracts/errors.js';
import { MAX_TEXT, type Outcome } from '../../../../contracts/message.js';
import {
  MAX_FILE,
  replyLine,
  type AgentSettings,
  type Errand,
  type MoreResponse,
  type OwnTurnRequest,
  type Turn,
} from '../../../../contracts/rooms-door.js';
import type { Channels } from '../channels/channels.js';
import { attachmentOf, openIncoming, quotedIn, toldOf } from './incoming-files.js';
import { keyOfOwn, type JournalRow } from '../journal/journal.js';
import { Outbox, type Ending, type FinalAnswer } from '../journal/outbox.js';
import { Outcomes, type OutcomeParts } from './outcomes.js';
import type { NamedFile } from './outgoing-files.js';
import { Reply } from './reply.js';
import type { SpendingBook } from '../models/spending.js';
import { Signs } from './signs.js';
import { MAX_ATTEMPTS, Turns, type GivenTurn, type TurnRows } from './turns.js';

const STOPPED_TRYING = `Something in me crashed ${MAX_ATTEMPTS} times on`;
const GIVEN_UP = `${STOPPED_TRYING} this message, so I stopped trying. Please write it in another way, or send /new and try again.`;
const GIVEN_UP_OWN = `${STOPPED_TRYING} something that I was to do by myself, such as a reminder, so I stopped trying.`;
const STORAGE_FULL =
  'Your storage is full, so I could not answer this. Delete files you no longer need, on your dashboard under Assistant, then write again. Nothing you had is lost.';
const GIVEN_UP_ENDING: Ending = {
  type: 'end',
  outcome: 'failed',
  reason: 'crashed',
  model: null,
  unlink: null,
  leaveNoTrace: false,
};
const HERE_ENDING: Ending = { ...GIVEN_UP_ENDING, outcome: 'answered', reason: null, leaveNoTrace: true };
const TOLD_AGAIN = 20;
/** How long an unlinked channel's answers are looked at again. */
const CHANNEL_RETRY = 5_000;
/** Longest answer, in UTF-16 code units: a broken agent must not write for ever. */
const MAX_ANSWER = 4 * MAX_TEXT;
/** Most signs of one answer. */
const MAX_REACTIONS = 3;
/** Most turns of its own that the agent may have waiting. */
const MAX_OWN = 100;

export interface DeskParts extends OutcomeParts {
  channels: Pick<Channels, 'bridge' | 'isLinked' | 'knowsChat' | 'placeToTell' | 'states' | 'unlink'>;
  spending: Pick<SpendingBook, 'ofTurn' | 'warning'>;
  settings: () => AgentSettings;
  startAgent: () => void;
  /** The answer to a command that no agent may hear of; null for every other one. */
  answerHere?: ((row: JournalRow) => Promise<string> | null) | undefined;
  /** Whether the volume has no room left for the agent room. */
  storageFull?: (() => boolean) | undefined;
  /** What a command asked for that had to wait until its answer was out. */
  afterAnswer?: ((command: JournalRow) => Promise<void>) | undefined;
}

interface Open {
  rows: TurnRows;
  reply: Reply;
}

export class ConversationDesk {
  readonly turns: Turns;
  private readonly outbox: Outbox;
  private readonly outcomes: Outcomes;
  private readonly signs: Signs;
  /** What the agent has and has not ended, by the seq that leads it. */
  private readonly open = new Map<number, Open>();
  private readonly stopping = new AbortController();
  private readonly finishing = new Set<Promise<void>>();
  /** What this room answers itself and has not ended, by its seq. */
  private readonly here = new Set<number>();

  constructor(private readonly parts: DeskParts) {
    this.outbox = new Outbox(parts.journal);
    this.outcomes = new Outcomes(parts);
    this.signs = new Signs((channel) => parts.channels.bridge(channel));
    this.turns = new Turns(parts.journal, {
      onWork: () => parts.startAgent(),
      onGiveUp: (rows) => this.giveUp(rows),
      answersHere: (rows) => this.answersHere(rows),
    });
  }

  /**
   * Goes on where the last run ended: what has its answer is sent, the rest are turns again. None is merged with another:
   * it may have been given before a power cut that took the note of it.
   */
  recover(): void {
    const unanswered = boundTogether(this.parts.journal.delivered()).filter((rows) => {
      const final = this.outbox.final(rows[0].seq);
      if (!final) return true;
      this.turns.hold(rows);
      this.resume(rows, final);
      return false;
    });
    this.turns.offerAgain(unanswered);
  }

  /** @returns null when nothing came in time. */
  async next(wait: number, signal: AbortSignal): Promise<Errand | null> {
    const given = await this.turns.next(wait, signal);
    if (!given || !('rows' in given)) return given;
    const { rows, attempt } = given;
    const [lead] = rows;
    const reply = this.reply(lead);
    if (!reply) {
      this.turns.close(rows);
      // Unlinked meanwhile: there is nobody to answer to.
      if (!this.parts.channels.isLinked(lead.channel)) this.end(rows, 'cancelled', 'unlinked', null);
      else setTimeout(() => this.giveBack(rows), CHANNEL_RETRY).unref();
      return this.next(wait, signal);
    }
    // A new try brings its files again.
    if (attempt > 1) this.parts.files.remove(lead.seq);
    this.open.set(lead.seq, { rows, reply });
    // Nobody waits for what nobody asked.
    if (lead.kind !== 'own') reply.showTyping();
    this.signs.markRead(rows);
    return this.turn(given);
  }

  /** The agent's lines for one turn. Returns when the answer is on disk; a stream that ends early loses the turn. */
  async take(id: number, lines: AsyncIterable<unknown>): Promise<boolean> {
    const open = this.open.get(id);
    if (!open) return false;
    let final: FinalAnswer | null = null;
    try {
      const ending = await readInto(open.reply, lines, (emoji) => this.signs.react(open.rows, emoji));
      // A turn that was taken from this stream meanwhile has been given again: its late words do not count.
      if (ending && this.open.get(id) === open) final = this.keep(open, ending);
    } catch {
      // Out of form, broken off, or not to be kept: all the same to the turn.
    }
    if (this.open.get(id) !== open) return false;
    if (!final) {
      this.lose(id);
      return false;
    }
    this.close(id, open);
    // The agent is free while the platform takes the answer.
    void this.settle(open.rows, final, open.reply.deliver(final));
    return true;
  }

  /** What the chat has sent meanwhile becomes part of the turn. @throws AraError `conflict` */
  more(id: number): MoreResponse {
    const { rows } = this.opened(id);
    let known = toldOf(rows).length;
    const joined = this.turns.more(rows);
    this.signs.markRead(joined);
    const messages = joined.map((row) => {
      const attachments = toldOf([row], known);
      known += attachments.length;
      return { text: row.text, sentAt: row.sentAt, attachments, quoted: row.quoted };
    });
    return { messages };
  }

  /** The bytes of a file that came with an open turn. @throws AraError `conflict`, and see `openIncoming` */
  fetchFile(id: number, number: number, stop: AbortSignal): Promise<AsyncIterable<Buffer>> {
    const { rows } = this.opened(id);
    return openIncoming(
      this.parts.channels.bridge(rows[0].channel),
      attachmentOf(rows, number),
      AbortSignal.any([stop, this.stopping.signal]),
    );
  }

  /** A file that goes out behind the turn's text. @throws AraError, see `OutgoingFiles.add`; `not-allowed`, `conflict` */
  async addFile(id: number, file: NamedFile, bytes: AsyncIterable<Buffer>): Promise<void> {
    const open = this.opened(id);
    const bridge = this.parts.channels.bridge(open.rows[0].channel);
    if (!bridge || !canSendFile(bridge)) throw new AraError('not-allowed', 'this channel takes no files');
    const limit = Math.min(MAX_FILE, bridge.capabilities.maxFile);
    await this.parts.files.add(id, file, limit, bytes, () => this.open.get(id) === open);
  }

  /** A turn that nobody wrote. False when its key was seen before. @throws AraError `channel-not-linked`, `not-allowed`, `too-many` */
  addOwn(request: OwnTurnRequest): boolean {
    const { journal, channels } = this.parts;
    if (journal.hasOwn(request.key)) return false;
    if (!channels.isLinked(request.channel)) throw new AraError('channel-not-linked');
    // The agent must not be able to write to whom it likes.
    if (!channels.knowsChat(request.channel, request.chat))
      throw new AraError('not-allowed', 'nobody has written from this chat');
    if (journal.openOwn() >= MAX_OWN) throw new AraError('too-many');
    const row = journal.acceptOwn({ ...request, ...channels.placeToTell(request) });
    if (row) this.turns.offer([row]);
    return row !== null;
  }

  isOpen(id: number): boolean {
    return this.open.has(id);
  }

  /** What the user wrote, when the turn is a command. @throws AraError `conflict`, `not-allowed` */
  commandOf(id: number): JournalRow {
    const [row] = this.opened(id).rows;
    if (row.kind !== 'command') throw new AraError('not-allowed');
    return row;
  }

  /** The agent room went away: every turn that it held comes again. */
  loseAll(): void {
    for (const id of [...this.open.keys()]) this.lose(id);
  }

  /** What this room says itself is out, or the time is up. */
  async untilTold(within: number): Promise<void> {
    for (const end = Date.now() + within; this.here.size > 0 && Date.now() < end;) await sleep(TOLD_AGAIN);
  }

  /** No agent can come, because the storage is full: who waits is told so. */
  async refuseWaiting(): Promise<void> {
    for (;;) {
      const given = await this.turns.next(0, this.stopping.signal);
      if (!given) return;
      if (!('rows' in given)) continue;
      this.turns.close(given.rows);
      const ending: Ending = { ...GIVEN_UP_ENDING, reason: 'storage-full' };
      this.resume(given.rows, { text: STORAGE_FULL, choices: [], ending });
    }
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

  private turn({ rows, attempt }: GivenTurn): Turn {
    const [lead] = rows;
    const { seq: id, kind, channel, chat } = lead;
    const { models, version: settingsVersion } = this.parts.settings();
    return {
      id,
      kind,
      channel,
      chat,
      text: rows.flatMap(({ text }) => text || []).join('\n\n'),
      attachments: toldOf(rows),
      quoted: quotedIn(rows),
      sentAt: (rows.at(-1) ?? lead).sentAt,
      reactions: this.signs.canReact(lead),
      key: keyOfOwn(lead),
      attempt,
      models,
      settingsVersion,
      status: { channels: this.parts.channels.states(), waiting: this.turns.waiting },
    };
  }

  private opened(id: number): Open {
    const open = this.open.get(id);
    if (!open) throw new AraError('conflict', 'this turn is not open');
    return open;
  }

  /** From here on nothing joins the turn. False when it was closed before. */
  private close(id: number, { rows }: Open): boolean {
    this.turns.close(rows);
    return this.open.delete(id);
  }

  /** The answer is on disk when this returns, with the warning that its cost may have brought about. */
  private keep({ rows, reply }: Open, ending: Ending): FinalAnswer {
    const { journal, spending } = this.parts;
    return journal.transaction(() =>
      reply.keep(ending, () => (rows[0].kind === 'command' ? null : spending.warning())),
    );
  }

  private lose(id: number): void {
    const open = this.open.get(id);
    if (!open || !this.close(id, open)) return;
    // The next try begins when the platform has what this one was saying, so that the two do not speak at once.
    void open.reply.abandon().then(() => this.giveBack(open.rows));
  }

  private giveBack(rows: TurnRows): void {
    if (!this.stopping.signal.aborted) this.turns.lost(rows);
  }

  private giveUp(rows: TurnRows): void {
    const [{ seq, kind }] = rows;
    this.parts.files.remove(seq);
    const lost = kind === 'own' ? GIVEN_UP_OWN : GIVEN_UP;
    const text = this.parts.storageFull?.() ? STORAGE_FULL : lost;
    this.resume(rows, { text, choices: [], ending: GIVEN_UP_ENDING });
  }

  private answersHere(rows: TurnRows): boolean {
    const answer = this.parts.answerHere?.(rows[0]);
    if (!answer) return false;
    this.here.add(rows[0].seq);
    this.turns.hold(rows);
    answer.then(
      (text) => {
        if (this.stopping.signal.aborted) return;
        const final = { text, choices: [], ending: HERE_ENDING };
        this.outbox.keepFinal(rows[0].seq, final);
        this.resume(rows, final);
      },
      // Its words were not to be had: it comes again with the next start.
      () => undefined,
    );
    return true;
  }

  private reply(lead: JournalRow): Reply | null {
    const bridge = this.parts.channels.bridge(lead.channel);
    return bridge && new Reply(lead, bridge, this.outbox, this.parts.files, this.stopping.signal);
  }

  /** Sends an answer that is there already, once the channel is. */
  private resume(rows: TurnRows, final: FinalAnswer): void {
    if (this.stopping.signal.aborted) return;
    const [lead] = rows;
    const { ending } = final;
    const reply = this.reply(lead);
    if (reply) void this.settle(rows, final, reply.deliver(final));
    else if (this.parts.channels.isLinked(lead.channel))
      setTimeout(() => this.resume(rows, final), CHANNEL_RETRY).unref();
    // The answer was out, and the process ended on the way from the unlinking to the outcome.
    else if (mayUnlink(lead) && ending.unlink === lead.channel)
      this.end(rows, ending.outcome, ending.reason, ending);
    else this.end(rows, 'cancelled', 'unlinked', ending);
  }

  private async settle(rows: TurnRows, { ending }: FinalAnswer, delivery: Promise<boolean>): Promise<void> {
    const settled = (async () => {
      const taken = await delivery;
      if (ending.unlink && mayUnlink(rows[0])) await this.parts.channels.unlink(ending.unlink);
      await this.parts.afterAnswer?.(rows[0]);
      if (taken) this.end(rows, ending.outcome, ending.reason, ending);
      else this.end(rows, 'failed', 'undeliverable', ending);
      // A send that was stopped half-way goes on after the next start: the outbox knows how far it came.
    })().catch(() => undefined);
    this.finishing.add(settled);
    await settled;
    this.finishing.delete(settled);
  }

  private end(rows: TurnRows, outcome: Outcome, reason: string | null, ending: Ending | null): void {
    this.outcomes.record(rows, outcome, reason, ending);
    this.turns.done(rows);
    this.here.delete(rows[0].seq);
  }
}

/** Puts the agent's lines into the reply. Returns the last one, or null when the stream ended without it. */
async function readInto(
  reply: Reply,
  lines: AsyncIterable<unknown>,
  react: (emoji: string) => void,
): Promise<Ending | null> {
  let length = 0;
  let reactions = 0;
  for await (const raw of lines) {
    const line = replyLine.parse(raw);
    if (line.type === 'end') return line;
    length += line.type === 'text' ? line.text.length : 0;
    if (length > MAX_ANSWER) throw new AraError('too-large');
    if (line.type === 'text') reply.add(line.text);
    else if (line.type === 'progress') reply.showProgress(line.text);
    else if (line.type === 'reaction') {
      reactions += 1;
      if (reactions <= MAX_REACTIONS) react(line.emoji);
    } else reply.offer(line.choices);
  }
  return null;
}

/** The rows of each turn that was given, the leading one first; a row that was in none is alone. */
function boundTogether(rows: JournalRow[]): TurnRows[] {
  const turns = Map.groupBy(rows, ({ seq, turn }) => turn ?? seq);
  return [...turns].map(
    ([lead, bound]) =>
      bound.sort((one, other) => Number(other.seq === lead) - Number(one.seq === lead)) as TurnRows,
  );
}

/** Only the user's own word unlinks a channel. */
const mayUnlink = ({ kind, text }: JournalRow): boolean => kind === 'command' && /^\/unlink\b/.test(text);
