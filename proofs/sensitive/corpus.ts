/** The corpus that a detector of sensitive data is measured with: labelled sensitive messages and ordinary ones. */
import { cardMessages } from './card-messages.js';
import { everyday, ordinary } from './ordinary.js';
import { passwordMessages } from './password-messages.js';
import { privateKeyMessages } from './private-key-messages.js';
import { Random, type Drawn } from './random.js';
import { socialMessages } from './social-messages.js';
import { tokenMessages } from './token-messages.js';

export interface LabelledMessage {
  text: string;
  kind: 'card number' | 'social security number' | 'password' | 'private key' | 'API key or token';
  /** The exact part of the text that must not leave; of a private key the whole block. */
  secret: string;
}

/** How many messages say something else before or after. */
const SHARE_AMONG_OTHER_THINGS = 0.3;

export function sensitiveMessages(seed: number, count: number): LabelledMessage[] {
  const random = new Random(seed);
  const kinds: readonly [LabelledMessage['kind'], () => Drawn][] = [
    ['card number', cardMessages(random)],
    ['social security number', socialMessages(random)],
    ['password', passwordMessages(random)],
    ['private key', privateKeyMessages(random)],
    ['API key or token', tokenMessages(random)],
  ];
  const other = everyday(random);
  return Array.from({ length: count }, (_none, place) => {
    const [kind, draw] = kinds[place % kinds.length]!;
    const { text, secret } = drawOnce(() => amongOthers(random, draw(), other));
    return { text, kind, secret };
  });
}

export function ordinaryMessages(seed: number, count: number): string[] {
  return ordinary(new Random(seed), count);
}

/** A secret that stands in the text a second time, as a weak password may, would blur what has to be hidden. */
function drawOnce(draw: () => Drawn): Drawn {
  for (;;) {
    const drawn = draw();
    if (drawn.text.split(drawn.secret).length === 2) return drawn;
  }
}

function amongOthers(random: Random, drawn: Drawn, other: () => string): Drawn {
  // Nobody goes on chatting in the same message as a line of a program.
  const prose = /^[a-z']+,? [a-z]/i.test(drawn.text);
  if (!drawn.english || !prose || !random.chance(SHARE_AMONG_OTHER_THINGS)) return drawn;
  const between = random.pick(['\n', '\n', '\n\n']);
  const text = random.chance(0.5) ? `${other()}${between}${drawn.text}` : `${drawn.text}${between}${other()}`;
  return { ...drawn, text };
}
