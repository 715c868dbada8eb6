/** Runs one errand from the bridge room to its end. Whatever happens to a turn, the user is told. */
import type { Errand, Turn } from '../../../contracts/rooms-door.js';
import { PROGRESS_AFTER, type ProgressAfter } from './answering.js';
import type { Assistant } from './assistant.js';
import type { ChatKey } from './conversation/conversation.js';
import { failureWords, STOPPED_WORDS } from './failures.js';
import type { KeptFile } from './inbox/arrival.js';
import type { Brought, Message } from './inbox/inbox.js';
import type { Models } from './models/index.js';
import { RETRY_POLICY, type RetryPolicy } from './models/retry.js';
import type { ReplyEnd, ReplyStream } from './reply-stream.js';
import { RunningTurns, type Run } from './running-turns.js';
import { decide, refusalOfPrivate } from './sensitive-gate.js';
import { Slots } from './slots.js';
import { TurnAnswer, type AnswerTools, type Ask } from './turn-answer.js';
import { isStorageFull } from '../storage-full.js';

export interface TurnTools {
  assistant: Assistant;
  models: Models;
  concurrency: number;
  retryPolicy?: RetryPolicy;
  progressAfter?: ProgressAfter;
  /** Somebody wants to see the content. */
  openContent?: () => Promise<void>;
}

const ANSWERED: ReplyEnd = {
  outcome: 'answered',
  reason: null,
  model: null,
  unlink: null,
  leaveNoTrace: false,
};

const FETCHING = 'Taking in what you sent…';
const LEFT_ASIDE =
  'A command takes no pictures or files, so I left aside what came with it. Send it again without the command.';

export class TurnRunner {
  private readonly running = new RunningTurns();
  private readonly assistant: Assistant;
  private readonly tools: AnswerTools;
  private readonly openContent: () => Promise<void>;

  constructor({ concurrency, retryPolicy, progressAfter, openContent, ...tools }: TurnTools) {
    this.openContent = openContent ?? (() => Promise.resolve());
    this.assistant = tools.assistant;
    this.tools = {
      ...tools,
      bring: (turn, message, signal) => this.bring(turn, message, signal),
      slots: new Slots(concurrency),
      retryPolicy: retryPolicy ?? RETRY_POLICY,
      progressAfter: progressAfter ?? PROGRESS_AFTER,
    };
  }

  /** Resolves when the bridge room has the outcome on disk, or has lost interest. Never throws. */
  async run(errand: Errand): Promise<void> {
    try {
      if (errand.kind === 'nudge') this.nudge(errand.turn);
      else if (errand.kind === 'wake') await (await this.assistant.agenda()).fire();
      else if (errand.kind === 'content') await this.openContent();
      else await this.turn(errand);
    } catch {
      // The bridge room went away before the outcome was on disk: it gives the turn again, and asks again for the content.
    }
  }

  private async turn(turn: Turn): Promise<void> {
    const reply = this.open(turn);
    try {
      if (turn.kind === 'command') await this.command(turn, reply);
      else if (turn.kind === 'own') await this.own(turn, reply);
      else await this.message(turn, reply);
    } catch (error) {
      if (reply.isOver) throw error;
      const reason = isStorageFull(error) ? 'storage-full' : 'internal';
      reply.text(failureWords(reason, null));
      await reply.end({ ...ANSWERED, outcome: 'failed', reason });
    }
  }

  /** For a turn that came too late: the bridge room gives it to the next agent room. */
  async giveBack(turn: Turn): Promise<void> {
    await this.open(turn).giveBack();
  }

  /** Whether an answer is being written in this chat. */
  isAnswering(chat: ChatKey): boolean {
    return this.running.has(chat);
  }

  /** Gives back every turn that runs. */
  giveBackAll(): void {
    this.running.loseAll();
  }

  private open(turn: Turn): ReplyStream {
    return this.assistant.door.openReply(turn.id, () => this.running.byTurn(turn.id)?.end('lost'));
  }

  private nudge(turnId: number): void {
    const run = this.running.byTurn(turnId);
    if (run?.turn.kind !== 'message') return;
    if (this.assistant.preferences.current.busy === 'interrupt' && !run.inBurst()) run.end('message');
    else run.nudge();
  }

  private async command(turn: Turn, reply: ReplyStream): Promise<void> {
    const { assistant, running } = this;
    const { runCommand } = await import('./commands/index.js');
    const done = await runCommand(turn, { assistant, running });
    if (typeof done !== 'string' && 'ask' in done) return this.asked(turn, done.ask, reply);
    // A command takes none, and what came must not vanish without a word.
    if (turn.attachments.length > 0) reply.text(`*${LEFT_ASIDE}*\n\n`);
    const { words, unlink = null } = typeof done === 'string' ? { words: done } : done;
    reply.text(words);
    await this.plan();
    return reply.end({ ...ANSWERED, unlink });
  }

  /** What Ara begins by itself: a reminder that is told, or a task that it set itself. */
  private async own(turn: Turn, reply: ReplyStream): Promise<void> {
    const { assistant } = this;
    const plan = await (await assistant.agenda()).ownTurnOf(turn.key ?? '', turn.text);
    if ('ask' in plan) {
      const ask = { question: plan.ask, trace: true, quiet: plan.quiet, released: false };
      return this.answer(turn, ask, reply);
    }
    if (plan.say) {
      assistant.conversation.note(turn, '(A reminder is due.)', plan.say);
      reply.text(plan.say);
    }
    return reply.end(ANSWERED);
  }

  /** A command that asks the model: a private one may be asked about pictures, which are kept nowhere. */
  private async asked(turn: Turn, ask: Ask, reply: ReplyStream): Promise<void> {
    if (ask.trace || turn.attachments.length + (turn.quoted?.length ?? 0) === 0)
      return this.answer(turn, ask, reply);
    const run = await this.running.begin(turn);
    const brought = await this.brought(turn, { ...turn, text: ask.question }, run, reply, false);
    if (!brought) return;
    const { question, images } = brought;
    const refusal = ask.asItIs ? null : finishing(run, () => refusalOfPrivate(question));
    if (refusal === null) return this.answer(turn, { ...ask, question, images }, reply, run);
    run.finish();
    reply.text(refusal);
    return reply.end({ ...ANSWERED, leaveNoTrace: true });
  }

  private async message(turn: Turn, reply: ReplyStream): Promise<void> {
    // Begun before the gate: what the chat sends while files are fetched belongs to the question.
    const run = await this.running.begin(turn);
    const plain = turn.attachments.length === 0 && turn.quoted === null;
    const brought = plain ? asWritten(turn) : await this.brought(turn, turn, run, reply, true);
    if (!brought) return;
    const decision = finishing(run, () => decide(turn, this.assistant, brought));
    if (decision.type === 'ask' && decision.question) {
      const { question, files, released } = decision;
      return this.answer(turn, { question, files, trace: true, quiet: false, released }, reply, run);
    }
    run.finish();
    if (decision.type === 'say') {
      await this.throwAway(decision.drop ?? []);
      reply.text(decision.words);
      if (decision.choices.length > 0) reply.choices(decision.choices);
    }
    await reply.end(ANSWERED);
    this.assistant.arrivals.drop(turn);
  }

  /** A message with what it brought; null when the turn has been ended meanwhile, and that is told. */
  private async brought(
    turn: Turn,
    message: Message,
    run: Run,
    reply: ReplyStream,
    keep: boolean,
  ): Promise<Brought | null> {
    run.inBurst = () => true;
    const words = setTimeout(() => reply.progress(FETCHING), this.tools.progressAfter.tool);
    try {
      const brought = await this.bring(turn, message, run.signal, keep);
      for (const fault of brought.faults) reply.text(`*${fault}*\n\n`);
      return brought;
    } catch (error) {
      run.finish();
      if (!run.signal.aborted) throw error;
      if (run.endedBy === 'lost') await reply.giveBack();
      else {
        reply.text(STOPPED_WORDS);
        await reply.end({ ...ANSWERED, outcome: 'cancelled', leaveNoTrace: !keep });
      }
      return null;
    } finally {
      clearTimeout(words);
      run.inBurst = () => false;
    }
  }

  private async bring(turn: Turn, message: Message, signal: AbortSignal, keep = true): Promise<Brought> {
    if (message.attachments.length === 0 && message.quoted === null) return asWritten(message);
    const { assistant } = this;
    const [{ Inbox }, workspace, transcriber] = await Promise.all([
      import('./inbox/inbox.js'),
      assistant.workspace(),
      this.tools.models.transcriber(),
    ]);
    const { door, arrivals } = assistant;
    return new Inbox({ door, workspace, arrivals, transcriber }).bring(turn, message, signal, keep);
  }

  /** What a message brought that the user wants forgotten. */
  private async throwAway(files: readonly KeptFile[]): Promise<void> {
    if (files.length === 0) return;
    const workspace = await this.assistant.workspace();
    for (const { path } of files) {
      try {
        workspace.delete(path);
      } catch {
        // The user has moved or deleted it.
      }
    }
  }

  private async answer(turn: Turn, ask: Ask, reply: ReplyStream, begun?: Run): Promise<void> {
    const run = begun ?? (await this.running.begin(turn));
    const answer = new TurnAnswer(this.tools, turn, ask, run, reply);
    const ended = await answer.ended().finally(() => run.finish());
    if (!ended) return reply.giveBack();
    await this.plan();
    const { outcome, reason, model } = ended;
    await reply.end({ outcome, reason, model, unlink: null, leaveNoTrace: !ask.trace });
    this.assistant.arrivals.drop(turn);
    if (ask.trace) await this.assistant.index();
  }

  /** What the turn set or changed may be due before anything that the bridge room knows of. */
  private async plan(): Promise<void> {
    const agenda = await this.assistant.agenda().catch(() => null);
    await agenda?.plan();
  }
}

/** Of a message that brought nothing. */
const asWritten = ({ text }: Pick<Message, 'text'>): Brought => ({
  question: text,
  files: [],
  images: [],
  faults: [],
});

/** A run whose turn comes to nothing before it is answered must not keep its chat waiting. */
function finishing<T>(run: Run, work: () => T): T {
  try {
    return work();
  } catch (error) {
    run.finish();
    throw error;
  }
}
