/** The held-out corpus: sensitive and ordinary messages by an author who has not seen the detector. */
import type { LabelledMessage } from '../sensitive/corpus.js';
import { Random } from '../sensitive/random.js';
import { cardDeck } from './card-messages.js';
import { identityDeck } from './identity-messages.js';
import { ordinaryDeck } from './ordinary.js';
import { passwordDeck } from './password-configurations.js';
import { privateKeyDeck } from './private-key-messages.js';
import { tokenDeck } from './token-messages.js';

/** Equal parts of the five kinds, mixed; the secret of each stands in its text exactly so. */
export function heldOutSensitiveMessages(seed: number, count: number): LabelledMessage[] {
  const random = new Random(seed);
  const kinds: readonly [LabelledMessage['kind'], () => { text: string; secret: string }][] = [
    ['card number', cardDeck(random)],
    ['social security number', identityDeck(random)],
    ['password', passwordDeck(random)],
    ['private key', privateKeyDeck(random)],
    ['API key or token', tokenDeck(random)],
  ];
  const messages = Array.from({ length: count }, (_, place) => {
    const [kind, deal] = kinds[place % kinds.length]!;
    const { text, secret } = deal();
    if (!text.includes(secret)) throw new Error(`A message lost its ${kind}.`);
    return { text, kind, secret };
  });
  return random.shuffled(messages);
}

/** Messages of which a careful reader says that no secret is in them. */
export function heldOutOrdinaryMessages(seed: number, count: number): string[] {
  const random = new Random(seed);
  const deal = ordinaryDeck(random);
  return random.shuffled(Array.from({ length: count }, (_, place) => deal(place)));
}
