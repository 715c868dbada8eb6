/** Makes passwords as people choose them and as programs make them. */
import { ALPHANUMERIC, DIGITS, LOWER, UPPER, type Random } from './random.js';

const words = (
  'summer tiger falcon sunshine dragon coffee monkey purple winter guitar rocket pepper shadow banana castle ' +
  'hunter silver garden orange pirate wizard butter thunder marble cookie planet jungle velvet copper lantern ' +
  'sommer hallo katze schatz bonjour soleil amour familia princesa estrella calcio ciao amore fiets zomer'
).split(' ');
const pets = 'Bella Luna Rocky Simba Mia Rex Coco Oskar Charlie Milo Nala Leo Daisy Balou Minou Pippo'.split(
  ' ',
);
const phraseWords = (
  'anchor velvet cactus orbit meadow pickle lantern violin gravel summit teapot walnut harbor mosaic ribbon thistle ' +
  'puzzle saddle comet bamboo glacier pebble trumpet oyster canyon muffin feather basil tunnel magnet'
).split(' ');

/** No quote, slash, colon or comma, so that it can stand in a sentence, in quotes and on a command line. */
const SPECIAL = '!@#$%&*?+-_=.^~';
/** Managers use all that there is. */
const ANY_SPECIAL = '!@#$%^&*()-_=+[]{};:,.?/|~';

/** What someone thinks of: a word or a pet, some digits, perhaps a sign at the end. */
function chosen(random: Random): string {
  const word = random.pick(random.chance(0.3) ? pets : words);
  const cased = random.chance(0.65) ? capital(word) : word;
  const number = random.pick([
    String(random.between(1960, 2026)),
    random.digits(2),
    random.digits(3),
    '123',
    String(random.between(1, 99)),
  ]);
  return (
    cased +
    random.pick(['', '', '', '_', '.', '-']) +
    number +
    random.pick(['', '', '!', '!', '!!', '$', '#', '?'])
  );
}

function twoWords(random: Random): string {
  const [one, other] = random.shuffled(words).slice(0, 2).map(capital);
  return `${one!}${random.pick(['', '-', '_', '.', '&', '+'])}${other!}${random.pick(['', random.digits(1), random.digits(2), '!'])}`;
}

function respelt(random: Random): string {
  const word = capital(random.pick(words.filter((one) => one.length > 5 && /[aeos]/.test(one))));
  return (
    word.replaceAll('a', '@').replaceAll('e', '3').replaceAll('o', '0').replaceAll('s', '$') +
    random.pick(['', '!', random.digits(2), random.digits(4)])
  );
}

/** As telephones propose them: three groups that can be spoken, one capital, one digit. */
function proposed(random: Random): string {
  const syllable = (): string =>
    random.text('bcdfghjkmnpqrstvwxz', 1) + random.text('aeiouy', 1) + random.text('bcdfghjkmnpqrstvwxz', 1);
  const groups = [0, 1, 2].map(() => syllable() + syllable());
  const [first, second, third] = random.shuffled([
    capital(groups[0]!),
    groups[1]!.slice(0, -1) + random.digits(1),
    groups[2]!,
  ]);
  return `${first!}-${second!}-${third!}`;
}

function mixed(random: Random, special: string, lowest: number, highest: number): string {
  const ends = random.text(ALPHANUMERIC, 2);
  const kinds =
    random.text(UPPER, 1) + random.text(LOWER, 1) + random.text(DIGITS, 1) + random.text(special, 1);
  const rest = random.text(ALPHANUMERIC + special, random.between(lowest, highest) - 6);
  const middle = random.shuffled([...kinds, ...rest]).join('');
  return ends[0]! + middle + ends[1]!;
}

function capital(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1);
}

/** Anything without a space. */
export function password(random: Random): string {
  const style = random.fraction();
  if (style < 0.34) return chosen(random);
  if (style < 0.46) return twoWords(random);
  if (style < 0.56) return respelt(random);
  if (style < 0.66) return proposed(random);
  if (style < 0.76) return random.text(ALPHANUMERIC, random.between(9, 16));
  return mixed(random, SPECIAL, 9, 18);
}

/** Nobody takes these for a word, whatever they stand beside. */
export function strongPassword(random: Random): string {
  return random.chance(0.3) ? respelt(random) + random.digits(2) : mixed(random, SPECIAL, 10, 16);
}

/** From a manager, for places where the end of the line ends it. */
export function managedPassword(random: Random): string {
  return mixed(random, ANY_SPECIAL, 14, 24);
}

/** What may stand in an address and on a command line without being escaped. */
export function plainPassword(random: Random): string {
  return random.chance(0.4) ? chosen(random).replace(/[!$#?]+$/, '') : mixed(random, '-_.~', 10, 18);
}

export function passphrase(random: Random): string {
  return random
    .shuffled(phraseWords)
    .slice(0, random.between(4, 6))
    .join(random.pick([' ', ' ', ' ', '-']));
}

/** The weakest kind, and a password all the same. */
export function word(random: Random): string {
  return random.pick([
    random.pick(words),
    random.pick(words),
    random.pick(pets).toLowerCase(),
    random.shuffled(words).slice(0, 2).join(''),
  ]);
}

export function passcode(random: Random): string {
  return random.digits(random.pick([4, 4, 6, 6]));
}
