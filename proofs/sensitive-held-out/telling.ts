/** Turns a template into a message as somebody types it: hurried, with typos, with other talk around it. */
import { fill, type Random, type Slots } from '../sensitive/random.js';
import { slotsOf, type Language } from './people.js';

export type Templates = Readonly<Partial<Record<Language, readonly string[]>>>;

/** A template with its language; only prose is typed in a hurry, what is pasted stays as it was. */
export interface Wording {
  template: string;
  language: Language;
  prose: boolean;
}

const BEFORE: Readonly<Record<Language, readonly string[]>> = {
  en: ['hey', 'ok so', 'sorry for the late reply', 'Hi Ara, good morning!', 'one more thing', 'as promised'],
  de: ['hi', 'also', 'sorry, war grad unterwegs', 'Guten Morgen Ara!', 'noch was', 'wie versprochen'],
  fr: ['coucou', 'bon', 'désolé pour le retard', 'Bonjour Ara !', 'ah et aussi', 'comme convenu'],
  es: ['hola', 'oye', 'perdona el retraso', '¡Buenos días, Ara!', 'otra cosa', 'lo prometido'],
  it: ['ciao', 'allora', 'scusa il ritardo', 'Buongiorno Ara!', "un'altra cosa", 'come promesso'],
  nl: ['hoi', 'oké dus', 'sorry voor de late reactie', 'Goedemorgen Ara!', 'nog iets', 'zoals beloofd'],
  pt: ['oi', 'então', 'desculpa a demora', 'Bom dia, Ara!', 'mais uma coisa', 'como combinado'],
  pl: ['hej', 'no więc', 'sorki że dopiero teraz', 'Dzień dobry!', 'jeszcze jedno', 'tak jak obiecałam'],
  sv: ['hej', 'okej så', 'förlåt sent svar', 'God morgon!', 'en sak till', 'som utlovat'],
};

const AFTER: Readonly<Record<Language, readonly string[]>> = {
  en: ['thanks!!', 'no rush', 'lmk when done', 'I am on the train, so answer by text please', '🙏'],
  de: ['danke dir!', 'eilt nicht', 'sag bescheid wenns klappt', 'bin gleich im Zug, Netz ist schlecht', '🙏'],
  fr: ['merci !!', "pas d'urgence", 'dis moi si ça marche', 'je suis dans le train là', '🙏'],
  es: ['¡gracias!', 'sin prisa', 'avísame cuando esté', 'ahora entro a una reunión', '🙏'],
  it: ['grazie mille', 'senza fretta', 'fammi sapere', 'adesso entro in riunione', '🙏'],
  nl: ['dankje!', 'geen haast', 'laat maar weten of het lukt', 'zit nu in de trein', '🙏'],
  pt: ['obrigado!', 'sem pressa', 'me avisa quando der', 'vou entrar numa reunião agora', '🙏'],
  pl: ['dzięki!', 'nie pali się', 'daj znać jak się uda', '🙏'],
  sv: ['tack!', 'ingen brådska', 'hör av dig när det är klart', '🙏'],
};

const SHARE_LOWERED = 0.22;
const SHARE_MISTYPED = 0.12;
const SHARE_BEFORE = 0.16;
const SHARE_AFTER = 0.16;

export function wordingsOf(templates: Templates, prose = true): Wording[] {
  return Object.entries(templates).flatMap(([language, list]) =>
    list.map((template) => ({ template, language: language as Language, prose })),
  );
}

/** Writes a wording out; slots given here come before those of the language. */
export function write(wording: Wording, slots: Slots, random: Random): string {
  const typed = wording.prose && !/[\n=]|--/.test(wording.template);
  const template = typed ? hurried(wording.template, random) : wording.template;
  const all = { ...slotsOf(wording.language), ...slots };
  const text = fill(template, { ...all, ...once(all, ['date', 'time'], random) }, random);
  return amongTalk(text, wording.language, random);
}

/** These have one value in the whole message, as the lines of one chat are of one day. */
function once(slots: Slots, names: readonly string[], random: Random): Slots {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = slots[name]?.(random);
      return value === undefined ? [] : [[name, () => value]];
    }),
  );
}

/** Never touches a slot, so what fills it stands in the text as it was drawn. */
function hurried(template: string, random: Random): string {
  let pieces = template.split(/(\{\{\w+\}\})/);
  const outside = (change: (piece: string) => string) => {
    pieces = pieces.map((piece) => (piece.startsWith('{{') ? piece : change(piece)));
  };
  if (random.chance(SHARE_LOWERED)) outside((piece) => piece.toLowerCase());
  if (random.chance(SHARE_MISTYPED)) {
    const long = random.below(3);
    let seen = 0;
    outside((piece) =>
      piece.replace(/\p{L}{6,}/gu, (word) => (seen++ === long ? mistyped(word, random) : word)),
    );
  }
  return pieces.join('');
}

function mistyped(word: string, random: Random): string {
  const place = random.between(1, word.length - 3);
  return word.slice(0, place) + word.charAt(place + 1) + word.charAt(place) + word.slice(place + 2);
}

function amongTalk(text: string, language: Language, random: Random): string {
  const gap = text.includes('\n') ? random.pick(['\n', '\n\n']) : random.pick([', ', '\n', ' - ']);
  const before = random.chance(SHARE_BEFORE) ? random.pick(BEFORE[language]) + gap : '';
  const after = random.chance(SHARE_AFTER) ? random.pick(['\n', '\n\n']) + random.pick(AFTER[language]) : '';
  return before + text + after;
}
