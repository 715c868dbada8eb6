/** Deals messages without a secret: one in four looks like one to a hasty reader, the rest is plain talk. */
import { Deck, type Random, type Slots } from '../sensitive/random.js';
import { EVERYDAY_CONTINENTAL } from './everyday-continental.js';
import { EVERYDAY_ENGLISH } from './everyday-english.js';
import { EVERYDAY_NORTHERN } from './everyday-northern.js';
import { NUMBER_SLOTS, TALK_OF_NUMBERS } from './talk-of-numbers.js';
import { TALK_WITHOUT_SECRETS } from './talk-without-secrets.js';
import { TECHNICAL_SLOTS, TECHNICAL_TALK } from './technical-talk.js';
import { wordingsOf, write, type Templates, type Wording } from './telling.js';

const SHARE_OF_LOOKALIKES = 0.25;

const SLOTS: Slots = { ...NUMBER_SLOTS, ...TECHNICAL_SLOTS };

const EVERYDAY: Templates = { en: EVERYDAY_ENGLISH, ...EVERYDAY_CONTINENTAL, ...EVERYDAY_NORTHERN };

/** Two everyday messages are sometimes sent as one. */
const SHARE_JOINED = 0.15;

export function ordinaryDeck(random: Random): (place: number) => string {
  const everyday = new Deck(random, wordingsOf(EVERYDAY));
  const lookalikes = new Deck<Wording>(random, [
    ...wordingsOf(TALK_WITHOUT_SECRETS),
    ...wordingsOf(TALK_OF_NUMBERS),
    ...wordingsOf(TECHNICAL_TALK, false),
  ]);
  const another = Object.groupBy(wordingsOf(EVERYDAY), ({ language }) => language);
  return (place) => {
    if (place % (1 / SHARE_OF_LOOKALIKES) === 0) return write(lookalikes.deal(), SLOTS, random);
    const wording = everyday.deal();
    const text = write(wording, SLOTS, random);
    const more = random.chance(SHARE_JOINED) ? another[wording.language] : undefined;
    return more === undefined ? text : `${text}\n${write(random.pick(more), SLOTS, random)}`;
  };
}
