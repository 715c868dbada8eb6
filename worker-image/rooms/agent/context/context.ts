/** What a model is shown for one question: the prompt, what is remembered, a summary of the older turns and the recent ones. */
import type { Assistant } from '../assistant.js';
import type { ChatKey, Entry, PastTurn } from '../conversation/conversation.js';
import type { Image, ModelMessage } from '../models/model.js';
import { cutFor, sizeOf, type Cut } from './compaction.js';
import { messagesOf } from './history.js';
import { LIMITS, presentTime, systemPrompt } from './system-prompt.js';

/** Where in a conversation a question stands; `before` is the position of its own turn, or infinity for none. */
export interface Place extends ChatKey {
  session: number;
  before: number;
}

export const placeOf = ({ channel, chat }: ChatKey, { session, position }: Entry): Place => ({
  channel,
  chat,
  session,
  before: position,
});

/** The prompt as it is now; the user sees the same with `/memory prompt`. */
export async function promptNow(assistant: Assistant): Promise<{ stable: string; current: string }> {
  const memory = await assistant.memory();
  const known = memory.prompt({ memory: LIMITS.memory, notes: LIMITS.notes });
  const { name, persona } = assistant.preferences.current;
  return systemPrompt({ name, persona, ...known });
}

/** What of the conversation no longer fits and is to be summed up. */
export function overflow(assistant: Assistant, place: Place, budget: number): Cut | null {
  const { upTo } = assistant.summaries.of(place, place.session);
  const all = [...assistant.conversation.newestFirst(place, place.session, upTo, place.before)].reverse();
  const cut = cutFor(all, budget);
  return cut.old.length > 0 ? cut : null;
}

/** The messages for a question behind what came before it. */
export function messagesFor(
  assistant: Assistant,
  { summary, turns }: Earlier,
  question: string,
  images: readonly Image[] = [],
): ModelMessage[] {
  return messagesOf({
    summary,
    earlier: turns,
    question,
    images,
    now: presentTime(assistant.now(), assistant.preferences.current.timeZone),
  });
}

/** What a question stands behind. */
export interface Earlier {
  /** Of the older turns; empty for none. */
  summary: string;
  /** The newest turns that the summary does not cover, oldest first, as long as they fit. */
  turns: PastTurn[];
  /** Whether that is all of them. */
  fits: boolean;
}

export function earlierThan({ conversation, summaries }: Assistant, place: Place, budget: number): Earlier {
  const { upTo, text: summary } = summaries.of(place, place.session);
  const turns: PastTurn[] = [];
  let size = 0;
  for (const turn of conversation.newestFirst(place, place.session, upTo, place.before)) {
    size += sizeOf(turn);
    if (size > budget) return { summary, turns: turns.reverse(), fits: false };
    turns.push(turn);
  }
  return { summary, turns: turns.reverse(), fits: true };
}
