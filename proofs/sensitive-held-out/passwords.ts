/** Passwords as people choose them and as managers, routers and administrators make them. */
import { ALPHANUMERIC, DIGITS, LOWER, type Random } from '../sensitive/random.js';
import { grouped } from './cards.js';

const WORDS = (
  'Sommer,Winter,Banana,Tiger,Schalke,Barcelona,Fluffy,Bello,Rocky,Sunshine,Dragon,Charlie,Juventus,Maison,Soleil,' +
  'Estrella,Mariposa,Girasole,Zonnebloem,Fiets,Saudade,Kotek,Wakacje,Sverige,Blomma,Mustang,Pikachu,Gandalf,Arsenal,' +
  'Kaffee,Butterblume,Chocolat,Tortuga,Gelato,Stroopwafel,Panda,Nutella,Bergsteiger,Rosebud,Skywalker,Lakers,Muffin'
).split(',');

const PHRASE_WORDS = (
  'correct,horse,purple,lantern,gravel,oyster,velvet,cactus,harbor,thunder,pickle,marble,window,saddle,copper,orbit,' +
  'wolke,treppe,gurke,lampe,fuchs,nebel,nuage,citron,cheval,lapin,queso,nube,barco,luna'
).split(',');

const KEYBOARD = ['qwertz', 'qwerty', 'asdfgh', 'azerty', '1q2w3e4r', 'zaq12wsx', 'asdf', 'qayxsw'];
const ENDINGS = ['!', '!!', '?', '$', '#', '*', '+', '', '', '', ''];

function wordAndNumber(random: Random): string {
  const word = random.pick(WORDS);
  const number = random.pick([
    String(random.between(1950, 2026)),
    random.digits(2),
    random.digits(3),
    random.digits(4),
    '123',
  ]);
  const shape = random.pick([word, word, word.toLowerCase(), word.toUpperCase()]);
  return shape + random.pick(['', '', '_', '-', '.', '@']) + number + random.pick(ENDINGS);
}

function twoWords(random: Random): string {
  const join = random.pick(['', '', '&', '_', '-', '+']);
  return (
    random.pick(WORDS) +
    join +
    random.pick(WORDS) +
    random.pick(['', random.digits(1), random.digits(2), '!'])
  );
}

const LOOKALIKES: Readonly<Record<string, string>> = { a: '4', e: '3', i: '1', o: '0', s: '5' };

function disguised(random: Random): string {
  return (
    random.pick(WORDS).replace(/[aeios]/g, (letter) => LOOKALIKES[letter] ?? letter) +
    random.digits(2) +
    random.pick(ENDINGS)
  );
}

function byKeyboard(random: Random): string {
  return random.pick(KEYBOARD) + random.digits(random.between(2, 4)) + random.pick(['', '!']);
}

function generated(random: Random, symbols: string): string {
  const length = random.between(10, 20);
  return (
    random.text(ALPHANUMERIC, 1) +
    random.text(ALPHANUMERIC + symbols, length) +
    random.digits(1) +
    random.text(LOWER, 1)
  );
}

function byApple(random: Random): string {
  const six = () => random.text(`${LOWER}${LOWER}${DIGITS}`, 6);
  return `${six()}-${six().slice(1)}${random.digits(1)}-${six().slice(1)}${random.text('ABCDEFGHJKLMNPQRSTUVWXYZ', 1)}`;
}

function joinedPhrase(random: Random): string {
  const words = Array.from({ length: random.between(3, 5) }, () => random.pick(PHRASE_WORDS));
  return words.join(random.pick(['-', '-', '.', '_'])) + random.pick(['', '', random.digits(2)]);
}

/** Any password without spaces. */
export function chosenPassword(random: Random): string {
  const draw = random.pick([
    wordAndNumber,
    wordAndNumber,
    wordAndNumber,
    twoWords,
    disguised,
    byKeyboard,
    byApple,
    joinedPhrase,
    undefined,
    undefined,
  ]);
  return draw === undefined ? generated(random, '!#%*+-_=?@&^') : draw(random);
}

/** One that files, command lines and addresses take without quotes. */
export function configuredPassword(random: Random): string {
  if (random.chance(0.35)) return chosenPassword(random).replace(/[^A-Za-z0-9_.-]/g, '') + random.digits(1);
  return generated(random, random.pick(['', '_-', '._-']));
}

/** A sentence of words with spaces between. */
export function spokenPhrase(random: Random): string {
  return Array.from({ length: random.between(4, 6) }, () => random.pick(PHRASE_WORDS)).join(' ');
}

/** What is printed under a router. */
export function routerKey(random: Random): string {
  const digits = random.chance(0.6) ? random.digits(20) : random.digits(16);
  return grouped(
    digits,
    Array.from({ length: digits.length / 4 }, () => 4),
    random.pick([' ', '']),
  );
}

/** A bare word, which only what stands around it makes a password. */
export function bareWord(random: Random): string {
  return random.pick([...WORDS, ...PHRASE_WORDS]).toLowerCase();
}
