/** What the user is told when something they sent could not be taken: what it was, why, and what to do. */
import type { TurnAttachment } from '../../../../contracts/rooms-door.js';
import { MAX_INCOMING, MAX_SPEECH_SECONDS } from '../../media/limits.js';
import { DoorRefusal } from '../door-fetch.js';
import { failureWords } from '../failures.js';
import { ModelError } from '../models/model.js';
import { sizeOf } from '../workspace/text.js';
import { WorkspaceError } from '../workspace/workspace-error.js';
import { kinds } from './file-name.js';

type Thing = Pick<TurnAttachment, 'kind' | 'name'>;

/** Why one was not taken; the sentence for the user is made of it. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly why: string) {
    super('not taken');
  }
}

export const NO_EARS =
  'To understand voice notes I need a key of OpenAI or Google, and there is none. Set one, or write it to me.';
export const TOO_LONG_TO_HEAR = `I write down up to ${MAX_SPEECH_SECONDS / 60} minutes of speech. Please send it in parts.`;
export const NOTHING_SAID = 'I could not make out any words in it.';
export const NOT_SOUND = 'It is no sound that I know.';
export const DAMAGED =
  'It is damaged, and I keep no picture or film of which I cannot tell where it names the place it was taken at.';
export const NOT_IN_PRIVATE = 'A private question keeps nothing, so it can be asked with pictures only.';

/** @throws what is no refusal: a mistake of ours */
export function faultOf(thing: Thing, thrown: unknown): string {
  return `I could not take ${nameOf(thing)}. ${whyOf(thrown)}`;
}

function whyOf(thrown: unknown): string {
  if (thrown instanceof Refused) return thrown.why;
  if (thrown instanceof WorkspaceError) return thrown.message;
  if (thrown instanceof ModelError)
    return thrown.reason === 'no-key' ? NO_EARS : failureWords(thrown.reason, null);
  if (thrown instanceof DoorRefusal) return doorWords[thrown.code] ?? UNREACHABLE;
  throw thrown;
}

const UNREACHABLE = 'It could not be fetched from the chat just now. Please send it again.';
const doorWords: Partial<Record<string, string>> = {
  'too-large': `From a chat I take up to ${sizeOf(MAX_INCOMING)}.`,
  'not-found': 'The chat no longer gives it out. Please send it again.',
  'not-allowed': 'This channel gives out no files.',
};

function nameOf({ kind, name }: Thing): string {
  const shown = name?.replace(/[\p{C}\p{Zl}\p{Zp}`]/gu, '').slice(0, 80);
  return shown ? `\`${shown}\`` : `the ${kinds[kind]}`;
}
