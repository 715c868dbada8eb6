/** What the user is told when a turn fails: what happened and what to do, never a provider's own words. */
import type { ModelChoice } from '../../../contracts/gateway-door.js';
import type { Provider } from '../../../contracts/ids.js';
import type { FailureReason } from '../../../contracts/rooms-door.js';

const names: Record<Provider, string> = {
  anthropic: 'Anthropic',
  openai: 'OpenAI',
  google: 'Google',
  compatible: 'your model server',
};

export const providerName = (provider: Provider): string => names[provider];

interface Situation {
  /** The provider as people call it. */
  name: string;
  setKey: string;
  model: ModelChoice | null;
}

const words: Record<FailureReason, (situation: Situation) => string> = {
  'no-key': ({ setKey }) =>
    `I have no API key yet, so I cannot think. Set one with ${setKey} on the machine that runs Ara, then write again.`,
  'bad-key': ({ name, setKey }) =>
    `${capital(name)} did not accept the API key. Set a valid one with ${setKey}, then write again.`,
  'provider-down': ({ name }) =>
    `I could not reach ${name}, or it is overloaded. Please write again in a few minutes.`,
  'host-stopped': ({ name }) =>
    `You have stopped the host of ${name}, so I asked it nothing. /privacy shows your hosts, and \`/privacy allow HOST\` opens one again.`,
  'over-quota': ({ name }) =>
    `The account at ${name} has run out of credit or reached its limit. Add credit there, then write again.`,
  'over-budget': () =>
    'This would go beyond the budget you set, so I asked no model. /budget shows what is left and raises it; otherwise I go on when the day or month begins anew (UTC).',
  'rate-limited': ({ name }) =>
    `${capital(name)} is getting more requests from this account than it allows. Please wait a minute and write again.`,
  timeout: ({ name }) =>
    `${capital(name)} took too long to answer, so I stopped waiting. Please write again.`,
  'refused-by-provider': ({ name, model }) =>
    `${capital(name)} refused this request. Put it in other words, or check that the model ${model ? `\`${model.model}\` ` : ''}exists for your account. I leave this message out of our conversation.`,
  'storage-full': () =>
    'Your storage is full, so I could not take this in. Delete files you no longer need, on your dashboard under Assistant, then write again. Nothing you had is lost.',
  'too-long': () => 'This is too long for the model. Send a shorter message, or start afresh with /new.',
  crashed: () =>
    'Something in me crashed on this message. Please write it in another way, or send /new and try again.',
  internal: () =>
    'Something went wrong inside me; it is not your fault. Please write again, or send /new if it happens once more.',
};

/** A provider's raw message could repeat the key or the text, so that these words are all that leaves the room. */
export function failureWords(reason: FailureReason, model: ModelChoice | null): string {
  const name = model ? providerName(model.provider) : 'the provider';
  const setKey = `\`npm run ara -- key set ${model?.provider ?? 'anthropic'}\``;
  return words[reason]({ name, setKey, model });
}

export const STOPPED_WORDS = '*Stopped.*';
export const INTERRUPTED_WORDS = '*Stopped, because you wrote again.*';
export const CUT_WORDS = '*The answer reached its length limit. Write “go on” for the rest.*';

export const compactedWords = (turns: number): string =>
  `*To keep going I summed up the oldest ${turns} messages of this conversation and their answers. /memory summary shows what I kept.*`;

const whys: Partial<Record<FailureReason, string>> = {
  'no-key': 'has no key',
  'bad-key': 'did not accept the key',
  'over-quota': 'is out of credit',
  'rate-limited': 'asked for a pause',
  timeout: 'took too long',
};

/** The line above an answer that another model had to give. */
export function fallbackWords(reason: FailureReason, failed: ModelChoice, answering: ModelChoice): string {
  const why = whys[reason] ?? 'does not answer';
  return `*${providerName(failed.provider)} ${why}, so ${providerName(answering.provider)} (${answering.model}) answers this one.*\n\n`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
