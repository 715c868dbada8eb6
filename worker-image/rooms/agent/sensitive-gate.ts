/** Nothing sensitive goes to a model unless the user says so: notices it, holds the message, and takes the user's word. */
import type { Turn } from '../../../contracts/rooms-door.js';
import type { Conversation } from './conversation/conversation.js';
import type { HeldMessages } from './conversation/held.js';
import type { KeptFile } from './inbox/arrival.js';
import type { Brought } from './inbox/inbox.js';
import { findSensitive, masked, namesOf } from './sensitive/sensitive.js';

/** The words that decide, as the user writes or presses them. */
const CHOICES = ['send', 'mask', 'forget'] as const;
type Choice = (typeof CHOICES)[number];

export type Decision =
  | {
      type: 'ask';
      question: string;
      files: readonly KeptFile[];
      /** It was held until now. */
      released: boolean;
    }
  | {
      type: 'say';
      words: string;
      choices: string[];
      /** What of the workspace goes with a message that is thrown away. */
      drop?: readonly KeptFile[];
    };

/** A message as a model would be asked it, and what it brought into the workspace. */
export type Asked = Pick<Brought, 'question' | 'files'>;

export interface Gatekeeping {
  held: HeldMessages;
  conversation: Conversation;
}

/** What becomes of a message: asked as it is, or held with a warning; or what its word makes of the held one. */
export function decide(
  turn: Turn,
  { held, conversation }: Gatekeeping,
  asked: Asked = { question: turn.text, files: [] },
): Decision {
  const choice = choiceOf(turn.text);
  const earlier = choice && conversation.find(turn);
  if (earlier) return { type: 'ask', question: earlier.question, files: earlier.files, released: true };
  const waiting = held.of(turn);
  if (choice && waiting && waiting.turnId !== turn.id) {
    if (choice === 'forget') {
      held.drop(turn);
      const words = 'Forgotten. Nothing of that message was sent or kept.';
      return { type: 'say', words, choices: [], drop: waiting.files };
    }
    const question = choice === 'mask' ? masked(waiting.text) : waiting.text;
    return { type: 'ask', question, files: waiting.files, released: true };
  }
  const warning = holdIfSensitive(turn, asked, held);
  if (warning) return { type: 'say', words: warning, choices: [...CHOICES] };
  return { type: 'ask', ...asked, released: false };
}

/** The warning for a text that is held now; null for one that holds nothing. */
export function holdIfSensitive(turn: Turn, { question, files }: Asked, held: HeldMessages): string | null {
  const findings = findSensitive(question);
  if (findings.length === 0) return null;
  held.hold(turn, question, files);
  return (
    `⚠️ Your message holds what looks like ${namesOf(findings)}. I have sent nothing of it to a model. What shall I do?\n\n` +
    '- **send**: send it as it is\n- **mask**: send it with that blotted out\n- **forget**: throw the message away\n\n' +
    'Answer with one of these words. After a day I throw it away by myself.'
  );
}

/** For a private question, which is not held, because nothing of it is kept; null for one that holds nothing. */
export function refusalOfPrivate(question: string): string | null {
  const findings = findSensitive(question);
  if (findings.length === 0) return null;
  return `⚠️ That holds what looks like ${namesOf(findings)}, so I have sent nothing to a model and kept nothing. Blot it out and ask again, or write \`/private as it is: …\`.`;
}

export const HELD_CHOICES: readonly string[] = CHOICES;

function choiceOf(text: string): Choice | null {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[.!*]+$/g, '')
    .replace(/^\*+/, '');
  return CHOICES.find((each) => each === word) ?? null;
}
