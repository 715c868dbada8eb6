/** Messages with the number of a payment card in them. */
import { card, written } from './digits.js';
import { Deck, fill, type Drawn, type Random } from './random.js';
import { elsewhereSlots, everydaySlots } from './words.js';

const english = [
  'My card number is {{card}}, expires {{expiry}}, cvc {{cvc}}.',
  'card number: {{card}}',
  'Please book it with my credit card: {{card}} exp {{expiry}}',
  'Can you pay the {{shop}} bill with {{card}}? valid till {{expiry}}, code {{cvc}}',
  '{{card}} {{expiry}} {{cvc}}',
  'cc {{card}} {{expiry}} {{cvc}} {{person}}',
  'use this card for the hotel in {{city}}: {{card}}',
  'Name: {{person}}\nCard: {{card}}\nExp: {{expiry}}\nCVV: {{cvc}}',
  'Save my credit card details pls\n{{card}}\n{{expiry}}\n{{cvc}}',
  'here is the company card, {{card}}, dont spend more than {{price}} on it',
  'I want to cancel my card {{card}} because I lost it in {{city}}',
  'The bank says they blocked {{card}} by mistake, write them a complaint',
  "My debit card's {{card}} and it keeps getting declined at {{shop}}, why?",
  'new card came today! {{card}}, expiry {{expiry}}',
  'is {{card}} a valid credit card number?',
  'What kind of card is {{card}}?',
  'put {{card}} into the booking form please, the name on it is {{person}}',
  'fill in the form:\n- name {{person}}\n- email {{email}}\n- card no. {{card}}\n- valid thru {{expiry}}',
  'Dear Sir or Madam, on {{date}} my card ({{card}}) was charged {{price}} twice. Please refund one of them.',
  'can u remember this for me {{card}} its my moms credit card',
  'Order {{small}} tickets for {{day}} and charge {{card}} ({{expiry}}, {{cvc}})',
  "{{name}}'s card is {{card}}. She said we can use it for the flights.",
  'try card {{card}} first and if that fails the other one, you have it already',
  'draft a mail to {{shop}}: my payment with card {{card}} did not go through, order from {{date}}',
  'payment info => {{card}} / {{expiry}} / {{cvc}}',
  'the number on the front is {{card}} and the security code is {{cvc}}',
  'card ending? no, the whole thing: {{card}}',
  'Translate to {{language}}: "I lost my bank card with the number {{card}}, please block it."',
  'Charge it to {{card}}. Thanks!',
  'pls top up my phone by {{price}}, card {{card}} {{expiry}} cvv {{cvc}}',
  '{"card": {"number": "{{card}}", "expiry": "{{expiry}}", "cvc": "{{cvc}}"}}',
  'Credit card no.: {{card}}',
  'My virtual card for subscriptions: {{card}}, {{expiry}}. Note it somewhere.',
  'Forwarded from {{name}}:\nhey, for the rental car use my card {{card}} valid until {{expiry}}',
];

const others = [
  'Meine Kreditkartennummer ist {{card}}, gültig bis {{expiry}}, Prüfziffer {{cvc}}.',
  'Kartennummer: {{card}}',
  'Kannst du bitte das Hotel mit {{card}} bezahlen? Ablaufdatum {{expiry}}',
  'ich hab meine karte verloren, nummer {{card}}, was muss ich jetzt machen',
  'Bitte schreib der Bank, dass sie die Karte {{card}} sperren soll.',
  'Kreditkarte {{person}}\n{{card}}\n{{expiry}}\n{{cvc}}',
  'Buch die Tickets mit der Firmenkarte ({{card}}, {{expiry}}).',
  'Mon numéro de carte bancaire est le {{card}}, expire le {{expiry}}, cryptogramme {{cvc}}.',
  'numéro de CB : {{card}}',
  "Peux-tu réserver l'hôtel à {{city}} avec ma carte {{card}} ? Merci !",
  "j'ai été débité deux fois sur la carte {{card}}, écris à la banque stp",
  'Carte : {{card}}\nDate : {{expiry}}\nCVV : {{cvc}}',
  'Mi tarjeta es {{card}}, caduca {{expiry}}, CVV {{cvc}}',
  'número de tarjeta: {{card}}',
  'Paga la factura con esta tarjeta de crédito: {{card}} por favor',
  'he perdido la tarjeta {{card}} en {{city}}, ¿a quién llamo?',
  'Compra las entradas con la {{card}}, válida hasta {{expiry}}, titular {{person}}.',
  'Il numero della mia carta di credito è {{card}}, scadenza {{expiry}}, cvv {{cvc}}',
  'numero carta: {{card}}',
  'prenota il treno per {{city}} con la carta {{card}} scad. {{expiry}}',
  'Mi hanno clonato la carta {{card}}, cosa devo fare?',
  'Mijn creditcardnummer is {{card}}, geldig tot {{expiry}}, cvc {{cvc}}.',
  'kaartnummer: {{card}}',
  'kun je het hotel in {{city}} betalen met {{card}}? vervalt {{expiry}}',
  'mijn kaart {{card}} is geweigerd bij {{shop}}, hoe kan dat',
];

/** Without a word around it only a number in groups, of a scheme known by sight, is plain to a human. */
const bare = ['{{card}}', '{{card}}\n{{expiry}}', '{{card}} 😬', '{{card}}\n{{person}}'];

/** Newer cards print the number in four rows, and people copy what they see. */
const rows = ['Here is what my card says:\n{{card}}\nvalid thru {{expiry}}', 'my card no:\n{{card}}'];

type Sort = 'English' | 'other' | 'bare' | 'rows';

export function cardMessages(random: Random): () => Drawn {
  const sorts: [Sort, string][] = [
    ...english.map((template): [Sort, string] => ['English', template]),
    ...others.map((template): [Sort, string] => ['other', template]),
    ...bare.map((template): [Sort, string] => ['bare', template]),
    ...rows.map((template): [Sort, string] => ['rows', template]),
  ];
  const deck = new Deck(random, sorts);
  return () => {
    const [sort, template] = deck.deal();
    const drawn = card(random, sort === 'bare' || sort === 'rows');
    const secret = {
      English: () => written(random, drawn),
      other: () => written(random, drawn),
      bare: () => drawn.groups.join(random.chance(0.8) ? ' ' : '-'),
      rows: () => drawn.groups.join('\n'),
    }[sort]();
    const slots = {
      ...everydaySlots,
      ...(sort === 'other' ? elsewhereSlots : {}),
      card: () => secret,
      expiry,
      // American Express prints four digits, everybody else three.
      cvc: () => random.digits(drawn.digits.length === 15 ? 4 : 3),
    };
    return { text: fill(template, slots, random), secret, english: sort === 'English' };
  };
}

function expiry(random: Random): string {
  const month = random.between(1, 12);
  const year = random.between(26, 31);
  const twoDigits = String(month).padStart(2, '0');
  return random.pick([
    `${twoDigits}/${year}`,
    `${twoDigits}/${year}`,
    `${month}/${year}`,
    `${twoDigits}/20${year}`,
    `${twoDigits}-${year}`,
    `${twoDigits} / ${year}`,
  ]);
}
