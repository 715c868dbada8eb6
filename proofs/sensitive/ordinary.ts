/** Ordinary messages, a good part of them hard to tell from sensitive ones, and none of them sensitive. */
import { codeSnippets } from './code-snippets.js';
import { passesLuhn } from './digits.js';
import { everydayElsewhere } from './everyday-elsewhere.js';
import { everydayEnglish } from './everyday-english.js';
import { numberSlots, ownLuhn } from './numbers.js';
import { Deck, fill, type Random, type Slots } from './random.js';
import { talkOfNumbers } from './talk-of-numbers.js';
import { talkOfSecrets } from './talk-of-secrets.js';
import { technicalSlots } from './technical.js';
import { elsewhereSlots, everydaySlots } from './words.js';

const slots = {
  ...everydaySlots,
  ...numberSlots,
  ...technicalSlots,
  elsewhereDate: elsewhereSlots.date,
  elsewherePrice: elsewhereSlots.price,
  elsewhereCity: elsewhereSlots.city,
};

/** After so many draws the wordings are used up, and people repeat themselves too. */
const TRIES_TO_BE_NEW = 60;

export function ordinary(random: Random, count: number): string[] {
  const sources = [
    { share: 0.3, draw: everyday(random) },
    { share: 0.12, draw: dealing(random, everydayElsewhere, { ...slots, ...elsewhereSlots }) },
    { share: 0.1, draw: () => mail(random) },
    { share: 0.22, draw: dealing(random, talkOfNumbers) },
    { share: 0.18, draw: dealing(random, talkOfSecrets) },
    { share: 0.08, draw: dealing(random, codeSnippets) },
  ];
  const said = new Set<string>();
  const messages: string[] = [];
  while (messages.length < count) {
    let left = random.fraction();
    const { draw } = sources.find(({ share }) => (left -= share) < 0) ?? sources[0]!;
    const message = drawNew(draw, said);
    said.add(message);
    messages.push(message);
  }
  return messages;
}

/** An English message of everyday life, to write around something else too. */
export function everyday(random: Random): () => string {
  const draw = dealing(random, everydayEnglish);
  return () => (random.chance(0.2) ? addressed(random, draw()) : draw());
}

function drawNew(draw: () => string, said: ReadonlySet<string>): string {
  for (let tries = 1; ; tries++) {
    const message = draw();
    if (!mayBeMistaken(message) && (!said.has(message) || tries >= TRIES_TO_BE_NEW)) return message;
  }
}

function dealing(random: Random, templates: readonly string[], filling: Slots = slots): () => string {
  const deck = new Deck(random, templates);
  return () => {
    const template = deck.deal();
    const message = fill(template, filling, random);
    // A name at the start keeps its capital.
    return template.startsWith('{{') ? message : casually(random, message);
  };
}

/** Drawn numbers could by chance be what a human too would call a card or a social security number. */
function mayBeMistaken(message: string): boolean {
  if (/(?<!\d)\d{3}[- ]\d{2}[- ]\d{4}(?!\d)/.test(message)) return true;
  if (ownLuhn.test(message)) return false;
  return [...message.matchAll(/\d(?:[ -]?\d){12,}/g)]
    .map(([run]) => run.replace(/\D/g, ''))
    .some((digits) => digits.length <= 19 && passesLuhn(digits));
}

/** On a telephone the capital letter and the full stop are often left out, and thanks are added. */
function casually(random: Random, message: string): string {
  const style = random.fraction();
  if (message.includes('\n') || !/^[A-Z][a-z]+ [a-z]/.test(message)) return message;
  if (style < 0.2) return message[0]!.toLowerCase() + message.slice(1);
  if (style < 0.3) return message.replace(/[.?!]$/, '');
  return message;
}

/** What one says please and thanks to. */
const asked =
  /^(remind|wh|how|is|are|am|can|do|does|write|plan|explain|make|give|move|schedule|recipe|translate|add|put|cancel|summ|tell|teach|comp|conv|wake)/i;

function addressed(random: Random, message: string): string {
  if (message.includes('\n') || message.length < 20 || !asked.test(message)) return message;
  const before = random.pick(['Hi, ', 'hey ', 'Quick one: ', 'Hello! ', 'ok so ', 'one more thing, ', '']);
  const after = random.pick([' thx', ' 🙏', ' Thanks!', ' please', '', '']);
  return before + message + after;
}

const mailSentences: readonly string[] = [
  'I wanted to follow up on {{subject}}.',
  'Could you send me the numbers for {{month}} by {{weekday}}?',
  'We are still waiting for feedback from {{company}}.',
  'The meeting is now {{day}} at {{time}}, same room.',
  '{{name}} will join us from {{city}}.',
  'Our offer of {{price}} stands until {{date}}.',
  'I have attached the minutes and a first draft.',
  'The invoice {{invoice}} has been paid.',
  'Please let me know whether that works for you.',
  'Unfortunately {{name}} is ill, so we have to postpone {{subject}}.',
  'About {{medium}} % of the tickets are closed, {{small}} are left.',
  'You can reach me on {{phone}}.',
  'The delivery ({{tracking}}) should arrive {{day}}.',
  'Thank you for the quick reply.',
  'We agreed on {{small}} milestones, the first one is due {{date}}.',
  'I would rather talk about {{subject}} in person.',
  'The contract number is {{order}}.',
  'As {{name}} pointed out, the key risk is the schedule.',
];
const mailStarts = ['Hi {{name}},', 'Dear {{person}},', 'Hello {{name}},', 'Dear all,', 'Hi team,'];
const mailEnds = [
  'Best,\n{{name}}',
  'Kind regards\n{{person}}',
  'Cheers, {{name}}',
  'Thanks\n{{name}}',
  'Best regards,\n{{person}}\n{{company}}',
];
const mailAsks = [
  '',
  '',
  'can you make this shorter?\n\n',
  'reply to this:\n\n',
  'Is this polite enough?\n\n',
  'fwd from {{name}}:\n',
];

function mail(random: Random): string {
  const sentences = random.shuffled(mailSentences).slice(0, random.between(2, 5)).join(' ');
  const template = `${random.pick(mailAsks)}${random.pick(mailStarts)}\n\n${sentences}\n\n${random.pick(mailEnds)}`;
  return fill(template, slots, random);
}
