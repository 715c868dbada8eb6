/** Turns as the list of messages that every provider accepts: first the user, then strictly by turns. */
import type { AssistantContent, ModelMessage, UserContent } from '../models/model.js';
import type { PastTurn } from '../conversation/conversation.js';

const SUMMARY_HEAD = 'What we said before, summed up:';

export interface History {
  /** Of what came before `earlier`; empty for none. */
  summary: string;
  /** Oldest first. */
  earlier: readonly Pick<PastTurn, 'question' | 'answer'>[];
  question: string;
  /** The present time, in words. */
  now: string;
}

/** Questions that got no answer become one message with the next. */
export function messagesOf({ summary, earlier, question, now }: History): ModelMessage[] {
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
    const content: { type: 'text'; text: string }[] = [{ type: 'text', text }];
    if (index === messages.length - 1) content.push({ type: 'text', text: now });
    return { role, content };
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
