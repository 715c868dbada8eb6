/** From a question to its answer: asks the model, runs the tools that it calls, takes in what the user adds meanwhile. */
import type { ModelChoice } from '../../../contracts/gateway-door.js';
import type { Turn } from '../../../contracts/rooms-door.js';
import { isSame } from './choices.js';
import type { Ended, Entry } from './conversation/conversation.js';
import type { Step, Steps } from './conversation/steps.js';
import { addAssistant, addUser, asContent } from './context/history.js';
import { fallbackWords, CUT_WORDS } from './failures.js';
import { answer, type Candidate } from './models/answer.js';
import type { Models } from './models/index.js';
import {
  ModelError,
  type Image,
  type ModelEvent,
  type ModelMessage,
  type Thinking,
  type ToolCall,
  type ToolResult,
} from './models/model.js';
import type { RetryPolicy } from './models/retry.js';
import type { ReplyStream } from './reply-stream.js';
import type { Run } from './running-turns.js';
import type { ToolBox } from './tools/tool-box.js';
import type { ToolContext } from './tools/tool.js';

/** Room for the longest answer one reads in a chat and for the thinking before it; every current model allows it. */
const MAX_TOKENS = 16_384;
/** Messages that come so shortly one after the other are one question. */
const BURST = 500;
/** Rounds of tools in one turn; beyond the first number every call is refused, beyond the second the turn fails. */
const ENOUGH_ROUNDS = 16;
const TOO_MANY_ROUNDS = 20;
const NO_MORE_TOOLS = 'No more tools in this turn: answer with what you have.';

export interface Question {
  turn: Pick<Turn, 'id' | 'channel' | 'chat' | 'sentAt'>;
  /** Null for a turn that is kept nowhere. */
  entry: Entry | null;
  system: { stable: string; current: string };
  /** Up to and with the question as it is now. */
  messages: () => ModelMessage[];
  tools: ToolBox;
  candidates: readonly Candidate[];
  thinking: Thinking;
  /** Names the chat to a provider's cache. */
  cacheKey: string;
  /** Whether what the user adds may join while the turn runs: never, in a burst only, or between tools too. */
  joining: 'never' | 'burst' | 'always';
  /** Takes what the user has sent meanwhile into the question, and returns what of it may go to a model. */
  takeMore: () => Promise<{ text: string; images: readonly Image[] }>;
  sendFile: ToolContext['sendFile'];
  react: ToolContext['react'];
}

export type Speaker = Pick<ReplyStream, 'text' | 'progress'>;

/** A tool or a model that is silent for so long is spoken of; milliseconds. */
export interface ProgressAfter {
  tool: number;
  model: number;
}

export const PROGRESS_AFTER: ProgressAfter = { tool: 2_000, model: 10_000 };

export interface AnsweringParts {
  progressAfter: ProgressAfter;
  models: Models;
  steps: Steps;
  retryPolicy: RetryPolicy;
}

type RoundEnd = Extract<ModelEvent, { type: 'end' }>;

export class Answering {
  private messages: ModelMessage[] = [];
  private candidates: readonly Candidate[];
  /** When the last of the user's messages joined. */
  private joinedAt = Date.now();
  private usedTools = false;
  /** The last sign on the user's message. */
  private reaction: string | null = null;
  private readonly words: ProgressWords;

  constructor(
    private readonly parts: AnsweringParts,
    private readonly question: Question,
    private readonly run: Run,
    private readonly reply: Speaker,
    /** Grows while the answer does, so that whoever ends the turn early has what there was. */
    private readonly soFar: Ended,
  ) {
    this.candidates = question.candidates;
    this.words = new ProgressWords(reply);
    run.inBurst = () => this.inBurst();
  }

  /** Streams the answer into the reply. @throws ModelError */
  async toEnd(): Promise<void> {
    try {
      this.messages = this.question.messages();
      let calls = this.takeUp();
      for (let round = 0; round < TOO_MANY_ROUNDS; round += 1) {
        if (calls.length > 0) await this.runTools(calls, round >= ENOUGH_ROUNDS);
        const end = await this.ask();
        if (end.stop !== 'tools') return this.finish(end);
        addAssistant(this.messages, end.content);
        this.keep({ type: 'calls', content: end.content });
        calls = callsOf(end.content);
        this.usedTools = true;
      }
      throw new ModelError('internal');
    } finally {
      this.run.onNudge = () => undefined;
      this.words.stop();
    }
  }

  /** What an earlier try of this turn has done already; returns the calls that it had not come to. */
  private takeUp(): ToolCall[] {
    const { entry } = this.question;
    let open: ToolCall[] = [];
    for (const step of entry ? this.parts.steps.of(entry) : []) {
      this.usedTools = true;
      if (step.type === 'calls') {
        // Thoughts are bound to the prompt that they were thought on, which may be another by now.
        addAssistant(
          this.messages,
          step.content.filter((part) => part.type !== 'opaque'),
        );
        for (const part of step.content) if (part.type === 'text') this.say(part.text);
        open = callsOf(step.content);
      } else {
        addUser(this.messages, [step.result]);
        open = open.filter(({ id }) => id !== step.result.id);
      }
    }
    return open;
  }

  /** One request to a model, and again with what the user has added in a burst. */
  private async ask(): Promise<RoundEnd> {
    for (;;) {
      await this.join();
      const burst = new AbortController();
      this.run.onNudge = () => {
        if (this.inBurst()) burst.abort();
      };
      try {
        return await this.stream(AbortSignal.any([this.run.signal, burst.signal]));
      } catch (error) {
        if (!burst.signal.aborted || this.run.signal.aborted) throw error;
      } finally {
        this.run.onNudge = () => undefined;
      }
    }
  }

  private inBurst(): boolean {
    const { joining } = this.question;
    return (
      joining !== 'never' && !this.soFar.answer && !this.usedTools && Date.now() - this.joinedAt <= BURST
    );
  }

  /** Takes in what the user has sent, at the points where it can be. */
  private async join(): Promise<void> {
    const between = this.question.joining === 'always' && this.usedTools;
    if (!this.run.nudged || !(between || this.inBurst())) return;
    this.run.nudged = false;
    const { text, images } = await this.question.takeMore();
    this.joinedAt = Date.now();
    if (!text) return;
    if (this.usedTools) addUser(this.messages, [{ type: 'text', text }, ...images.map(asContent)]);
    else this.messages = this.question.messages();
  }

  private async stream(signal: AbortSignal): Promise<RoundEnd> {
    const { turn, system, tools, thinking } = this.question;
    const request = {
      system,
      messages: this.messages,
      tools: tools.descriptions,
      maxTokens: MAX_TOKENS,
      thinking,
      turn: turn.id,
      cacheKey: this.question.cacheKey,
      signal,
    };
    let first = true;
    this.words.after(this.parts.progressAfter.model, 'Still thinking');
    try {
      for await (const event of answer(this.parts.models, this.candidates, request, this.parts.retryPolicy)) {
        this.settleOn(event.choice);
        if (event.type === 'text') {
          // Words after a round of tools are a paragraph of their own.
          this.say(first && this.soFar.answer ? `\n\n${event.text}` : event.text);
          first = false;
        } else if (event.type === 'fallback')
          this.reply.text(fallbackWords(event.reason, event.failed, event.choice));
        else if (event.type === 'end') return event;
      }
    } finally {
      this.words.stop();
    }
    throw new ModelError('provider-down');
  }

  /** The rest of the turn stays with the model that answered. */
  private settleOn(choice: ModelChoice): void {
    this.soFar.model = choice;
    const own = this.candidates.find((each) => isSame(each.choice, choice));
    if (own) this.candidates = [own, ...this.candidates.filter((each) => each !== own)];
  }

  private say(text: string): void {
    this.words.stop();
    this.soFar.answer += text;
    this.reply.text(text);
  }

  private async runTools(calls: readonly ToolCall[], enough: boolean): Promise<void> {
    const { turn, tools, sendFile } = this.question;
    const react = (emoji: string): void => {
      this.reaction = emoji;
      this.question.react(emoji);
    };
    const context = { turn, signal: this.run.signal, sendFile, react };
    for (const call of calls) {
      this.run.signal.throwIfAborted();
      this.words.after(this.parts.progressAfter.tool, tools.progressOf(call.name));
      const result = enough ? refused(call) : await tools.run(call, context);
      addUser(this.messages, [result]);
      this.keep({ type: 'result', result });
    }
    this.words.stop();
  }

  private keep(step: Step): void {
    if (this.question.entry) this.parts.steps.add(this.question.entry, step);
  }

  private finish({ stop }: RoundEnd): void {
    if (!this.soFar.answer.trim()) {
      // All thinking and no word: what was asked is more than the limit holds.
      if (!this.usedTools) throw new ModelError(stop === 'length' ? 'too-long' : 'refused-by-provider');
      // The channel may not have taken the sign: said as well, it is never silent.
      this.say(this.reaction ?? 'Done.');
    }
    if (stop === 'length') this.reply.text(`\n\n${CUT_WORDS}`);
  }
}

/** One short line for the user when nothing comes for a while. */
class ProgressWords {
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly reply: Speaker) {}

  after(milliseconds: number, words: string): void {
    this.stop();
    this.timer = setTimeout(() => this.reply.progress(`${words}…`), milliseconds);
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }
}

const callsOf = (content: RoundEnd['content']): ToolCall[] =>
  content.filter((part) => part.type === 'tool-call');

const refused = ({ id, name }: ToolCall): ToolResult => ({
  type: 'tool-result',
  id,
  name,
  text: NO_MORE_TOOLS,
  failed: true,
  images: [],
});
