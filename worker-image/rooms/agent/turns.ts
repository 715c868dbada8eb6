/** Runs one errand from the bridge room to its end. Whatever happens to a turn, the user is told. */
import type { Errand, Turn } from '../../../contracts/rooms-door.js';
import { PROGRESS_AFTER, type ProgressAfter } from './answering.js';
import type { Assistant } from './assistant.js';
import type { ChatKey } from './conversation/conversation.js';
import { failureWords } from './failures.js';
import type { Models } from './models/index.js';
import { RETRY_POLICY, type RetryPolicy } from './models/retry.js';
import type { ReplyEnd, ReplyStream } from './reply-stream.js';
import { RunningTurns } from './running-turns.js';
import { decide } from './sensitive-gate.js';
import { Slots } from './slots.js';
import { TurnAnswer, type AnswerTools, type Ask } from './turn-answer.js';

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
      reply.text(failureWords('internal', null));
      await reply.end({ ...ANSWERED, outcome: 'failed', reason: 'internal' });
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
    if (typeof done !== 'string' && 'ask' in done) return this.answer(turn, done.ask, reply);
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

  private async message(turn: Turn, reply: ReplyStream): Promise<void> {
    const decision = decide(turn, this.assistant);
    if (decision.type === 'ask') {
      const { question, released } = decision;
      return this.answer(turn, { question, trace: true, quiet: false, released }, reply);
    }
    reply.text(decision.words);
    if (decision.choices.length > 0) reply.choices(decision.choices);
    return reply.end(ANSWERED);
  }

  private async answer(turn: Turn, ask: Ask, reply: ReplyStream): Promise<void> {
    const run = await this.running.begin(turn);
    const answer = new TurnAnswer(this.tools, turn, ask, run, reply);
    const ended = await answer.ended().finally(() => run.finish());
    if (!ended) return reply.giveBack();
    await this.plan();
    const { outcome, reason, model } = ended;
    await reply.end({ outcome, reason, model, unlink: null, leaveNoTrace: !ask.trace });
    if (ask.trace) await this.assistant.index();
  }

  /** What the turn set or changed may be due before anything that the bridge room knows of. */
  private async plan(): Promise<void> {
    const agenda = await this.assistant.agenda().catch(() => null);
    await agenda?.plan();
  }
}
