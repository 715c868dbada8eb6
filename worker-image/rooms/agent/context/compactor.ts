/** Sums up the older part of a conversation with the user's model, unless something in it was forgotten meanwhile. */
import type { Assistant } from '../assistant.js';
import type { PastTurn } from '../conversation/conversation.js';
import type { Asking } from '../asking.js';
import { sizeOf, SUMMARY_CHARACTERS, summaryRequest, SUMMARY_TOKENS, type Cut } from './compaction.js';
import type { Place } from './context.js';

/** Returns how many turns were summed up; 0 when it could not be done, which costs no more than their words. */
export async function compact(
  assistant: Assistant,
  place: Place,
  { old }: Cut,
  budget: number,
  ask: Asking,
): Promise<number> {
  const memory = await assistant.memory();
  const { generation } = memory;
  let { text } = assistant.summaries.of(place, place.session);
  let done = 0;
  for (const piece of pieces(old, budget)) {
    const { system, messages } = summaryRequest(text, piece);
    const summary = await ask({
      system: { stable: system, current: '' },
      messages,
      maxTokens: SUMMARY_TOKENS,
    });
    const upTo = piece.at(-1)?.position;
    if (!summary.trim() || upTo === undefined) return done;
    // A server that does not keep to the limit shall not take the place of what comes after.
    text = summary.trim().slice(0, SUMMARY_CHARACTERS);
    // The user may have had something forgotten while the model was reading it.
    const kept = memory.commitIf(generation, () =>
      assistant.summaries.put(place, place.session, { upTo, text }),
    );
    if (!kept) return done;
    done += piece.length;
  }
  return done;
}

/** Turns in lots that a model can read at once. */
function pieces(turns: readonly PastTurn[], budget: number): PastTurn[][] {
  const lots: PastTurn[][] = [];
  let room = 0;
  for (const turn of turns) {
    const lot = lots.at(-1);
    if (lot && sizeOf(turn) <= room) lot.push(turn);
    else {
      lots.push([turn]);
      room = budget;
    }
    room -= sizeOf(turn);
  }
  return lots;
}
