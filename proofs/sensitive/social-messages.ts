/** Messages with a social security number in them. */
import { Deck, fill, type Drawn, type Random } from './random.js';
import { american, british, dutch, french, german, spanish, swiss } from './social-numbers.js';
import { elsewhereSlots, everydaySlots } from './words.js';

interface Country {
  share: number;
  number(random: Random): string;
  english: readonly string[];
  own: readonly string[];
}

const americanWords = [
  'My SSN is {{number}}',
  'my social security number is {{number}}, can you fill in the W-9?',
  'ssn: {{number}}',
  'SSN {{number}} DOB {{birthday}}',
  'social: {{number}}',
  'Name: {{person}}\nDOB: {{birthday}}\nSSN: {{number}}\nAddress: {{medium}} Oak Street, {{city}}',
  'Fill out the rental application, my social is {{number}} and I make {{large}} a year',
  "{{name}}'s social security number, in case the school asks: {{number}}",
  'I need a letter to the IRS. Taxpayer {{person}}, SSN {{number}}, they got my refund of {{price}} wrong',
  'they asked for my SS# which is {{number}}, was that a scam?',
  'Here is everything for the background check: {{person}}, born {{birthday}}, social security no. {{number}}',
  'is it safe to give {{number}} (my ssn) to a landlord?',
  'pls save my kids socials: {{name}} {{number}}',
  'Social Security Number (SSN): {{number}}\nEmployer: {{company}}\nFiling status: single',
  'Can you put this on the form? Social Security #{{number}}',
  'the ssn on the form is wrong, it should be {{number}}',
  'my social security card says {{number}} {{person}}',
  '{"name": "{{person}}", "ssn": "{{number}}"}',
  "Hi HR, you asked for my social security number for payroll. It's {{number}}. Best, {{name}}",
];

const countries: readonly Country[] = [
  {
    share: 0.3,
    number: (random) => american(random).join('-'),
    english: [
      ...americanWords,
      // Three, two and four digits with dashes are known by sight.
      '{{number}}',
      'sure, {{number}} is mine and the one of {{name}} I have to look up',
      'W-2 for {{person}}, {{number}}, {{company}}, wages {{large}}',
      'for the tax return: {{person}} {{number}}, married, {{small}} kids',
    ],
    own: ['Mi número de seguro social es {{number}}, ayúdame con el formulario', 'mi social es {{number}}'],
  },
  {
    share: 0.08,
    number: (random) => american(random).join(' '),
    english: americanWords,
    own: ['mi número de seguro social: {{number}}'],
  },
  {
    share: 0.08,
    number: (random) => american(random).join(''),
    english: americanWords,
    own: ['mi número de seguro social: {{number}}'],
  },
  {
    share: 0.1,
    number: british,
    english: [
      'my national insurance number is {{number}}',
      'NI number: {{number}}',
      'NINO {{number}}',
      'New starter form: {{person}}, NI no. {{number}}, start date {{date}}',
      'HMRC want my NI number ({{number}}) and the P60, where do I send that?',
      'Write to HMRC: I am {{person}}, National Insurance {{number}}, and my tax code is wrong.',
      "{{name}}'s NI is {{number}}, payroll needs it by {{weekday}}",
    ],
    own: [],
  },
  {
    share: 0.1,
    number: french,
    english: ['My French social security number is {{number}}, which doctor can I register with?'],
    own: [
      'Mon numéro de sécurité sociale est le {{number}}',
      'n° de sécu : {{number}}',
      'numéro de sécu {{number}}, tu peux remplir la feuille de soins ?',
      'NIR : {{number}}\nNom : {{last}}\nPrénom : {{name}}',
      "Écris à la CPAM : je m'appelle {{person}}, numéro de sécurité sociale {{number}}, et j'attends ma carte vitale.",
      'voilà ma carte vitale {{number}}',
    ],
  },
  {
    share: 0.1,
    number: german,
    english: ['My new employer in {{city}} wants my German social security number, it is {{number}}, right?'],
    own: [
      'Meine Sozialversicherungsnummer ist {{number}}',
      'Sozialversicherungsnummer: {{number}}',
      'Rentenversicherungsnummer {{number}}, Krankenkasse TK, Steuerklasse 1',
      'SV-Nummer: {{number}}\nName: {{person}}\nEintritt: {{date}}',
      'Schreib der Deutschen Rentenversicherung, Versicherungsnummer {{number}}, dass ich umgezogen bin.',
      'meine rentenversicherungsnummer lautet {{number}} glaub ich, kann das stimmen?',
      'RV-Nr. {{number}}',
    ],
  },
  {
    share: 0.1,
    number: swiss,
    english: ['my AHV number is {{number}}', 'Swiss social security (AHV/AVS) no. {{number}}, {{person}}'],
    own: [
      'Meine AHV-Nummer ist {{number}}',
      'AHV-Nr. {{number}}',
      'AHV: {{number}}, geboren am {{birthday}}',
      'Mon numéro AVS est {{number}}',
      'N° AVS {{number}}, permis B, {{city}}',
      'Numero AVS: {{number}}',
    ],
  },
  {
    share: 0.07,
    number: spanish,
    english: ['My Spanish social security number is {{number}}, can you fill in the contract?'],
    own: [
      'Mi número de la seguridad social es {{number}}',
      'NUSS: {{number}}',
      'nº seguridad social {{number}}',
      'Número de afiliación a la Seguridad Social: {{number}}\nNombre: {{person}}',
      'el de la empresa me pide el número de la seguridad social, es {{number}}',
    ],
  },
  {
    share: 0.07,
    number: dutch,
    english: ['my BSN is {{number}}, they need it at the gemeente', 'BSN {{number}} for {{person}}'],
    own: [
      'Mijn BSN is {{number}}',
      'bsn: {{number}}',
      'Burgerservicenummer {{number}}, geboren {{birthday}}',
      'mijn burgerservicenummer is {{number}}, kun je het formulier invullen?',
      'de huisarts vraagt mijn BSN ({{number}}), mag dat?',
    ],
  },
];

export function socialMessages(random: Random): () => Drawn {
  const dealt = countries.map((country) => {
    const own = country.own.map((template) => ({ template, english: false }));
    const english = country.english.map((template) => ({ template, english: true }));
    return { ...country, deck: new Deck(random, [...own, ...english]) };
  });
  return () => {
    let left = random.fraction();
    const country = dealt.find(({ share }) => (left -= share) < 0) ?? dealt[0]!;
    const { template, english } = country.deck.deal();
    const secret = country.number(random);
    const slots = {
      ...everydaySlots,
      ...(english ? {} : elsewhereSlots),
      birthday: english ? birthday : elsewhereBirthday,
      number: () => secret,
    };
    const text = fill(template, slots, random);
    // A number alone is a whole message; anything after it would only be noise.
    return { text, secret, english: english && text !== secret };
  };
}

function elsewhereBirthday(random: Random): string {
  return [random.padded(1, 28, 2), random.padded(1, 12, 2), random.between(1940, 2009)].join('.');
}

/** What stands beside such a number is a birthday. */
function birthday(random: Random): string {
  const [day, month, year] = [random.padded(1, 28, 2), random.padded(1, 12, 2), random.between(1940, 2009)];
  return random.pick([`${month}/${day}/${year}`, `${day}.${month}.${year}`, `${year}-${month}-${day}`]);
}
