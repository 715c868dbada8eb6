/** Turns as the list of messages that every provider accepts: first the user, then strictly by turns. */
import type { ModelMessage } from './models/model.js';

/** `earlier` oldest first. Questions that got no answer become one message with the next. */
export function alternating(
  earlier: readonly { question: string; answer: string }[],
  question: string,
): ModelMessage[] {
  const messages: ModelMessage[] = [];
  const ask = (text: string): void => {
    const last = messages.at(-1);
    if (last?.role === 'user') last.text += `\n\n${text}`;
    else messages.push({ role: 'user', text });
  };
  for (const turn of earlier) {
    ask(turn.question);
    // Providers refuse an empty or blank message.
    if (turn.answer.trim()) messages.push({ role: 'assistant', text: turn.answer });
  }
  ask(question);
  return messages;
}
