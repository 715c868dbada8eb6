/** Runs one turn from the bridge room to its last line. Whatever happens, the user is told. */
import type { Turn } from '../../../contracts/rooms-door.js';
import { runCommand } from './commands/index.js';
import type { Conversation, Ended, Entry } from './conversation.js';
import type { RoomsDoor } from './door.js';
import { CUT_WORDS, failureWords, fallbackWords, STOPPED_WORDS } from './failures.js';
import { answer } from './models/answer.js';
import type { Models } from './models/index.js';
import { ModelError } from './models/model.js';
import { RETRY_POLICY, type RetryPolicy } from './models/retry.js';
import { systemPrompt } from './persona.js';
import type { ReplyStream } from './reply-stream.js';
import { RunningTurns, type Run } from './running-turns.js';
import { Slots } from './slots.js';

/** Room for the longest answer one reads in a chat and for the thinking before it; every current model allows it. */
const MAX_TOKENS = 16_384;

export interface TurnTools {
  door: RoomsDoor;
  conversation: Conversation;
  models: Models;
  concurrency: number;
  retryPolicy?: RetryPolicy;
}

export class TurnRunner {
  private readonly running = new RunningTurns();
  private readonly slots: Slots;

  constructor(private readonly tools: TurnTools) {
    this.slots = new Slots(tools.concurrency);
  }

  /** Resolves when the bridge room has the outcome on disk, or has lost interest. Never throws. */
  async run(turn: Turn): Promise<void> {
    try {
      await (turn.kind === 'command' ? this.command(turn) : this.message(turn));
    } catch {
      // The bridge room went away before the outcome was on disk: it gives the turn again.
    }
  }

  /** For a turn that came too late: the bridge room gives it to the next agent room. */
  async giveBack(turn: Turn): Promise<void> {
    await this.tools.door.openReply(turn.id, () => undefined).giveBack();
  }

  /** Gives back every turn that runs. */
  giveBackAll(): void {
    this.running.loseAll();
  }

  private async command(turn: Turn): Promise<void> {
    const { door, conversation } = this.tools;
    const reply = door.openReply(turn.id, () => undefined);
    const nothing = { reason: null, model: null, inputTokens: 0, outputTokens: 0 };
    try {
      reply.text(await runCommand(turn, { conversation, running: this.running }));
    } catch {
      reply.text(failureWords('internal', null));
      return reply.end({ ...nothing, outcome: 'failed', reason: 'internal' });
    }
    return reply.end({ ...nothing, outcome: 'answered' });
  }

  private async message(turn: Turn): Promise<void> {
    const run = await this.running.begin(turn);
    const reply = this.tools.door.openReply(turn.id, () => run.end('lost'));
    const ended = await this.ended(turn, run, reply).finally(() => run.finish());
    if (!ended) return reply.giveBack();
    const { outcome, reason, model, inputTokens, outputTokens } = ended;
    return reply.end({ outcome, reason, model, inputTokens, outputTokens });
  }

  /** Null when the turn was lost on the way. */
  private async ended(turn: Turn, run: Run, reply: ReplyStream): Promise<Ended | null> {
    const { conversation } = this.tools;
    const soFar: Ended = {
      outcome: 'answered',
      answer: '',
      reason: null,
      model: turn.models[0] ?? null,
      inputTokens: 0,
      outputTokens: 0,
    };
    let entry: Entry | null = null;
    try {
      entry = conversation.begin(turn);
      if (entry.ended && entry.ended.outcome !== 'failed') return sayAgain(entry.ended, reply);
      await this.ask(turn, entry, run, reply, soFar);
      conversation.end(entry, soFar);
      return soFar;
    } catch (thrown) {
      if (run.endedBy === 'lost') return null;
      const words = endEarly(soFar, run, thrown);
      reply.text(soFar.answer ? `\n\n${words}` : words);
      this.keep(entry, soFar);
      return soFar;
    }
  }

  /** The disk may be what failed; the user has been told by now. */
  private keep(entry: Entry | null, ended: Ended): void {
    try {
      if (entry) this.tools.conversation.end(entry, ended);
    } catch {
      // The turn stays as one that never ended, and is left out of what the model is shown.
    }
  }

  /** Streams the model's words into the reply and gathers them in `soFar`. @throws ModelError */
  private async ask(turn: Turn, entry: Entry, run: Run, reply: ReplyStream, soFar: Ended): Promise<void> {
    const { conversation, models, retryPolicy = RETRY_POLICY } = this.tools;
    const leave = await this.slots.take(run.signal);
    try {
      const request = {
        system: systemPrompt(turn.sentAt),
        messages: conversation.messages(turn, entry),
        maxTokens: MAX_TOKENS,
        signal: run.signal,
      };
      for await (const event of answer(models, turn.models, request, retryPolicy)) {
        soFar.model = event.choice;
        if (event.type === 'text') {
          soFar.answer += event.text;
          reply.text(event.text);
        } else if (event.type === 'fallback')
          reply.text(fallbackWords(event.reason, event.failed, event.choice));
        else {
          soFar.inputTokens = event.inputTokens;
          soFar.outputTokens = event.outputTokens;
          // All thinking and no word: what was asked is more than the limit holds.
          if (!soFar.answer.trim()) throw new ModelError(event.cut ? 'too-long' : 'refused-by-provider');
          if (event.cut) reply.text(`\n\n${CUT_WORDS}`);
        }
      }
    } finally {
      leave();
    }
  }
}

/** The answer is there from a try whose end did not reach the bridge room. */
function sayAgain(ended: Ended, reply: ReplyStream): Ended {
  reply.text(ended.answer);
  if (ended.outcome === 'cancelled') reply.text(ended.answer ? `\n\n${STOPPED_WORDS}` : STOPPED_WORDS);
  return ended;
}

/** Turns what was so far into a cancelled or failed turn; returns the words for the user. */
function endEarly(soFar: Ended, run: Run, thrown: unknown): string {
  if (run.endedBy === 'user') {
    soFar.outcome = 'cancelled';
    return STOPPED_WORDS;
  }
  soFar.outcome = 'failed';
  soFar.reason = thrown instanceof ModelError ? thrown.reason : 'internal';
  return failureWords(soFar.reason, soFar.model);
}
