/** Turns as the list of messages that every provider accepts: first the user, then strictly by turns. */
import type { AssistantContent, Image, ModelMessage, UserContent } from '../models/model.js';
import type { PastTurn } from '../conversation/conversation.js';

const SUMMARY_HEAD = 'What we said before, summed up:';

export interface History {
  /** Of what came before `earlier`; empty for none. */
  summary: string;
  /** Oldest first. */
  earlier: readonly Pick<PastTurn, 'question' | 'answer'>[];
  question: string;
  /** What the question brought to look at. */
  images?: readonly Image[];
  /** The present time, in words. */
  now: string;
}

/** Questions that got no answer become one message with the next. */
export function messagesOf({ summary, earlier, question, images = [], now }: History): ModelMessage[] {
  const messages: { role: 'user' | 'assistant'; text: string }[] = [];
  const ask = (text: string): void => {
    const last = messages.at(-1);
    if (last?.role === 'user') last.text += `\n\n${text}`;
    else messages.push({ role: 'user', text });
  };
  if (summary) ask(`${SUMMARY_HEAD}\n${summary}`);
  for (const turn of earlier) {
    ask(turn.question);
    // Providers refuse an empty or blank message.
    if (turn.answer.trim()) messages.push({ role: 'assistant', text: turn.answer });
  }
  ask(question);
  return messages.map(({ role, text }, index) => {
    const said = { type: 'text' as const, text };
    if (role === 'assistant') return { role, content: [said] };
    if (index < messages.length - 1) return { role, content: [said] };
    return { role, content: [said, ...images.map(asContent), { type: 'text' as const, text: now }] };
  });
}

/** Adds to the user's side: to the last message if it is theirs. */
export function addUser(messages: ModelMessage[], content: readonly UserContent[]): void {
  const last = messages.at(-1);
  if (last?.role === 'user')
    messages[messages.length - 1] = { role: 'user', content: [...last.content, ...content] };
  else messages.push({ role: 'user', content });
}

export function addAssistant(messages: ModelMessage[], content: readonly AssistantContent[]): void {
  messages.push({ role: 'assistant', content });
}

export const asContent = (image: Image): UserContent => ({ type: 'image', ...image });
