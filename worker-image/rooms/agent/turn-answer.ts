/** One turn that asks the model: what goes into the question, what becomes of the answer, and the words when it fails. */
import type { Turn } from '../../../contracts/rooms-door.js';
import { Answering, type ProgressAfter, type Speaker } from './answering.js';
import { askingFor } from './asking.js';
import type { Assistant } from './assistant.js';
import { choicesFor, entryOf } from './choices.js';
import { historyBudget } from './context/compaction.js';
import {
  earlierThan,
  messagesFor,
  overflow,
  placeOf,
  promptNow,
  type Earlier,
  type Place,
} from './context/context.js';
import { compact } from './context/compactor.js';
import type { Ended, Entry } from './conversation/conversation.js';
import { compactedWords, failureWords, INTERRUPTED_WORDS, STOPPED_WORDS } from './failures.js';
import type { KeptFile } from './inbox/arrival.js';
import type { Brought, Message } from './inbox/inbox.js';
import { imagesOf } from './inbox/looking.js';
import type { Candidate } from './models/answer.js';
import type { Models } from './models/index.js';
import { ModelError, type Image } from './models/model.js';
import type { RetryPolicy } from './models/retry.js';
import type { ReplyStream } from './reply-stream.js';
import type { Run } from './running-turns.js';
import { HELD_CHOICES, holdIfSensitive } from './sensitive-gate.js';
import type { Slots } from './slots.js';
import type { ToolContext } from './tools/tool.js';
import { isStorageFull } from '../storage-full.js';

/** For a model that nobody knows anything of. */
const UNKNOWN_CONTEXT = 32_000;
/** What a heartbeat answers when there is nothing to say. */
const NOTHING = /^\W*nothing\W*$/i;

/** What a turn asks the model. */
export interface Ask {
  question: string;
  /** Of the workspace: what belongs to the question. */
  files?: readonly KeptFile[];
  /** Pictures that are kept nowhere. */
  images?: readonly Image[];
  /** Whether question and answer are kept. */
  trace: boolean;
  /** Nothing is shown before it is known that there is something to say. */
  quiet: boolean;
  /** The message was held for its sake, and the user has released it. */
  released: boolean;
  /** The user has said that it may be asked whatever it holds. */
  asItIs?: boolean;
}

export interface AnswerTools {
  assistant: Assistant;
  models: Models;
  slots: Slots;
  /** Takes in what came with a message. */
  bring: (turn: Turn, message: Message, signal: AbortSignal) => Promise<Brought>;
  retryPolicy: RetryPolicy;
  progressAfter: ProgressAfter;
}

export class TurnAnswer {
  private readonly soFar: Ended;
  private entry: Entry | null = null;
  private readonly speaker: Speaker;
  /** Of a message that came meanwhile and is held. */
  private warning: string | null = null;

  constructor(
    private readonly tools: AnswerTools,
    private readonly turn: Turn,
    private readonly asked: Ask,
    private readonly run: Run,
    private readonly reply: ReplyStream,
  ) {
    this.soFar = { outcome: 'answered', answer: '', reason: null, model: turn.models[0] ?? null };
    this.speaker = asked.quiet ? SILENT : reply;
  }

  /** The outcome, with all words said; null when the turn was lost on the way. */
  async ended(): Promise<Ended | null> {
    const { turn, asked, soFar, reply, run } = this;
    const { conversation, held } = this.tools.assistant;
    try {
      this.entry = asked.trace ? conversation.begin(turn, asked.question, asked.files) : null;
      if (asked.released) held.drop(turn);
      const earlier = this.entry?.ended;
      if (earlier && earlier.outcome !== 'failed') return sayAgain(earlier, reply);
      await this.ask();
      if (asked.quiet) this.speakUp();
      if (this.entry) conversation.end(this.entry, soFar);
      return soFar;
    } catch (thrown) {
      if (run.endedBy === 'lost') return null;
      const words = endEarly(soFar, run, thrown);
      if (asked.quiet) reply.text(soFar.answer);
      reply.text(soFar.answer ? `\n\n${words}` : words);
      this.keep();
      return soFar;
    }
  }

  /** A heartbeat that found nothing is not spoken of. */
  private speakUp(): void {
    if (NOTHING.test(this.soFar.answer)) this.soFar.answer = '';
    else this.reply.text(this.soFar.answer);
  }

  /** The disk may be what failed; the user has been told by now. */
  private keep(): void {
    try {
      if (this.entry) this.tools.assistant.conversation.end(this.entry, this.soFar);
    } catch {
      // The turn stays as one that never ended, and is left out of what the model is shown.
    }
  }

  /** Streams the model's words into the reply and gathers them in `soFar`. @throws ModelError */
  private async ask(): Promise<void> {
    const { slots } = this.tools;
    const leave = await slots.take(this.run.signal);
    try {
      const candidates = await this.candidates();
      const budget = historyBudget(candidates[0]?.limits?.contextTokens ?? UNKNOWN_CONTEXT);
      let earlier = earlierThan(this.tools.assistant, this.place, budget);
      const summedUp = this.entry && !earlier.fits ? await this.compact(budget, candidates) : 0;
      if (summedUp > 0) earlier = earlierThan(this.tools.assistant, this.place, budget);
      await this.answering(earlier, candidates);
      if (summedUp > 0) this.speaker.text(`\n\n${compactedWords(summedUp)}`);
      if (this.warning) {
        this.reply.text(`\n\n${this.warning}`);
        this.reply.choices([...HELD_CHOICES]);
      }
    } finally {
      leave();
    }
  }

  private async answering(earlier: Earlier, candidates: readonly Candidate[]): Promise<void> {
    const { turn, asked, entry, run, speaker, soFar } = this;
    const { assistant, models, retryPolicy, progressAfter } = this.tools;
    const all = await assistant.tools();
    const tools = turn.reactions ? all : all.without('react');
    const workspace = await assistant.workspace();
    const images = (): Image[] => [...(asked.images ?? []), ...imagesOf(entry?.files ?? [], workspace)];
    const question = {
      turn,
      entry,
      system: await promptNow(assistant),
      messages: () => messagesFor(assistant, earlier, entry?.question ?? asked.question, images()),
      tools: asked.trace ? tools : tools.withoutTrace(),
      candidates,
      thinking: assistant.preferences.current.thinking,
      cacheKey: assistant.conversation.cacheName(turn),
      joining: this.joining(),
      takeMore: () => this.takeMore(),
      sendFile: (...sent: Parameters<ToolContext['sendFile']>) => assistant.sendFile(turn.id, ...sent),
      react: (emoji: string) => this.reply.reaction(emoji),
    };
    const parts = { models, steps: assistant.steps, retryPolicy, progressAfter };
    await new Answering(parts, question, run, speaker, soFar).toEnd();
  }

  private async candidates(): Promise<Candidate[]> {
    const { assistant } = this.tools;
    const choices = choicesFor(this.turn, assistant.preferences.current);
    if (choices.length === 0) throw new ModelError('no-key');
    const settings = await assistant.settings(this.turn);
    return choices.map((choice) => ({ choice, limits: entryOf(settings, choice) }));
  }

  private get place(): Place {
    const { turn, entry } = this;
    if (entry) return placeOf(turn, entry);
    const session = this.tools.assistant.conversation.session(turn);
    return { channel: turn.channel, chat: turn.chat, session, before: Number.MAX_SAFE_INTEGER };
  }

  /** How many turns were summed up. */
  private async compact(budget: number, candidates: readonly Candidate[]): Promise<number> {
    const { assistant, models, retryPolicy } = this.tools;
    const cut = overflow(assistant, this.place, budget);
    if (!cut) return 0;
    this.speaker.progress('Summing up the older part of our conversation…');
    const ask = askingFor(models, candidates, this.turn.id, this.run.signal, retryPolicy);
    try {
      return await compact(assistant, this.place, cut, budget, ask);
    } catch (error) {
      this.run.signal.throwIfAborted();
      if (error instanceof ModelError && error.reason === 'over-budget') throw error;
      // Without a summary the oldest turns are left out of this question, and the next one tries again.
      return 0;
    }
  }

  private joining(): 'never' | 'burst' | 'always' {
    if (this.turn.kind !== 'message') return 'never';
    return this.tools.assistant.preferences.current.busy === 'steer' ? 'always' : 'burst';
  }

  /** Takes what the user has sent meanwhile into the question, without what is held for its sake. */
  private async takeMore(): Promise<{ text: string; images: Image[] }> {
    const { turn, run, entry } = this;
    const { door, held, conversation } = this.tools.assistant;
    const texts: string[] = [];
    const files: KeptFile[] = [];
    for (const message of await door.more(turn.id)) {
      const brought = await this.tools.bring(turn, message, run.signal);
      for (const fault of brought.faults) this.say(fault);
      const warning = holdIfSensitive(turn, brought, held);
      this.warning = warning ?? this.warning;
      if (warning !== null || !brought.question) continue;
      texts.push(brought.question);
      files.push(...brought.files);
    }
    const text = texts.join('\n\n');
    if (entry && text) conversation.extend(entry, text, files);
    const images = files.length > 0 ? imagesOf(files, await this.tools.assistant.workspace()) : [];
    return { text, images };
  }

  /** To the user, beside the answer. */
  private say(words: string): void {
    this.speaker.text(this.soFar.answer ? `\n\n*${words}*\n\n` : `*${words}*\n\n`);
  }
}

const SILENT: Speaker = { text: () => undefined, progress: () => undefined };

/** The answer is there from a try whose end did not reach the bridge room. */
function sayAgain(ended: Ended, reply: ReplyStream): Ended {
  reply.text(ended.answer);
  if (ended.outcome === 'cancelled') reply.text(ended.answer ? `\n\n${STOPPED_WORDS}` : STOPPED_WORDS);
  return ended;
}

/** Turns what was so far into a cancelled or failed turn; returns the words for the user. */
function endEarly(soFar: Ended, run: Run, thrown: unknown): string {
  if (run.endedBy === 'user' || run.endedBy === 'message') {
    soFar.outcome = 'cancelled';
    return run.endedBy === 'user' ? STOPPED_WORDS : INTERRUPTED_WORDS;
  }
  soFar.outcome = 'failed';
  const other = isStorageFull(thrown) ? 'storage-full' : 'internal';
  soFar.reason = thrown instanceof ModelError ? thrown.reason : other;
  return failureWords(soFar.reason, soFar.model);
}
