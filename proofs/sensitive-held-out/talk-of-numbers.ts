/** Messages with numbers that are nobody's secret: phones, accounts, orders, books, places, prices. */
import { DIGITS, HEX, UPPER, type Random, type Slots } from '../sensitive/random.js';
import { barCodeDigit } from './check-digits.js';
import { grouped, luhnDigit } from './cards.js';
import type { Templates } from './telling.js';

export const TALK_OF_NUMBERS: Templates = {
  en: [
    'call {{first}} at {{phone}} and ask about the boiler',
    'Order #{{digits8}} has shipped, tracking {{ups}}',
    'your parcel {{parcel}} arrives on {{day}} between {{time}} and 18:00',
    'ISBN {{isbn}}, can you find that used under 10 euros?',
    'meet me here: {{place}}',
    'we fly {{flight}} on {{date}}, lands {{time}}, then {{flight}} to {{city}}',
    'IMEI {{imei}} – is this phone still under warranty?',
    'Invoice no. {{digits8}}-{{small}}, due {{date}}, total €{{amount}}, VAT ID DE{{number}}{{digits4}}12',
    'meter reading electricity: {{digits8}} kWh, gas {{digits4}},{{small}} m³',
    "final score 3:1, halftime 1:0, goals 12' 34' 67' 89'",
    'lottery numbers were 4 11 17 28 33 45, extra 9. I had 4 11 18. so close',
    'router shows IP 192.168.178.{{small}} and MAC {{mac}}',
    'paint for the hallway: #{{hex6}}, skirting #{{hex6}}',
    'Zoom meeting ID: {{meeting}}, {{day}} {{time}}',
    'bench press 3x{{small}} at 72.5 kg, squat 5x5 at 95, deadlift 1x5 at 120',
    'EIN {{ein}} is our company number for the invoice',
    'transaction ref {{digits8}}{{digits8}} shows as pending since {{day}}, what does pending mean',
    'barcode on the box says {{ean}}',
    'car plate {{plate}}, parking spot {{number}}',
    'spreadsheet row: 2024-01 1832.50 / 2024-02 1944.10 / 2024-03 2010.00 / 2024-04 1788.90, what is the average',
  ],
  de: [
    'überweis bitte {{amount}} € an {{name}}, IBAN {{iban}}',
    'Kundennummer {{digits8}}, Vertragsnr. {{digits8}}, bitte zum {{date}} kündigen',
    'Bestellnummer 30{{digits8}}{{digits4}} ist noch nicht da',
    'Sendung {{parcel}} liegt in der Packstation {{number}}',
    'ruf mal {{phone}} an, da gehts um den Kostenvoranschlag',
    'Zug ICE {{number}} um {{time}} ab Gleis {{small}}, Wagen 27 Platz 104',
    'Zählerstand {{digits8}}, abgelesen am {{date}}',
    'Handelsregister HRB {{number}}{{small}}, USt-IdNr. DE{{number}}{{digits4}}88',
  ],
  fr: [
    'virement de {{amount}} € sur {{iban}} au nom de {{name}}',
    'SIRET {{siret}} pour la facture de {{company}}',
    'appelle {{first}} au {{phone}} stp',
    'commande n° {{digits8}} toujours pas livrée',
    'train TGV {{digits4}} voiture {{small}} place {{number}}',
  ],
  es: [
    'llama al {{phone}} y pregunta por {{first}}',
    'pedido {{digits8}}, ¿cuándo llega?',
    'haz una transferencia de {{amount}} € a {{iban}}',
    'vuelo {{flight}} el {{day}} a las {{time}}',
  ],
  it: [
    'chiama {{first}} al {{phone}}',
    'bonifico di {{amount}} euro, IBAN {{iban}}',
    'partita IVA {{digits8}}{{number}} per la fattura',
  ],
  nl: [
    'bel {{first}} even op {{phone}}',
    'maak {{amount}} euro over naar {{iban}} t.n.v. {{name}}',
    'KvK-nummer {{digits8}}, factuur van {{date}}',
  ],
  pt: ['liga para {{phone}} e fala com {{first}}', 'encomenda {{digits8}} ainda não chegou'],
  pl: ['zadzwoń do {{first}} {{phone}}', 'przesyłka {{parcel}} w paczkomacie'],
  sv: ['ring {{first}} på {{phone}}', 'organisationsnummer {{swedishCompany}} på fakturan till {{company}}'],
};

function iban(random: Random): string {
  const [country, length] = random.pick<[string, number]>([
    ['DE', 18],
    ['FR', 23],
    ['ES', 20],
    ['AT', 16],
    ['BE', 12],
  ]);
  const account = random.digits(length);
  const code = [...country].map((letter) => letter.charCodeAt(0) - 55).join('');
  const check = String(98n - (BigInt(`${account}${code}00`) % 97n)).padStart(2, '0');
  const whole = country + check + account;
  return random.chance(0.6) ? (whole.match(/.{1,4}/g) ?? []).join(' ') : whole;
}

function article(prefix: string, random: Random): string {
  const body = prefix + random.digits(12 - prefix.length);
  return body + barCodeDigit(body);
}

function byLuhn(body: string): string {
  return body + luhnDigit(body);
}

export const NUMBER_SLOTS: Slots = {
  iban,
  isbn: (random) => grouped(article('978', random), [3, 1, 4, 4, 1], random.pick(['-', ''])),
  ean: (random) => article(random.pick(['40', '54', '76', '87']), random),
  imei: (random) => byLuhn(`35${random.digits(12)}`),
  siret: (random) => grouped(byLuhn(random.text('3456789', 1) + random.digits(12)), [3, 3, 3, 5], ' '),
  swedishCompany: (random) => grouped(byLuhn(`556${random.between(2, 9)}${random.digits(5)}`), [6, 4], '-'),
  ein: (random) => `${random.between(20, 88)}-${random.digits(7)}`,
  ups: (random) => `1Z${random.text(UPPER + DIGITS, 6)}${random.digits(10)}`,
  parcel: (random) =>
    random.pick([`0034${random.digits(16)}`, `RR${random.digits(9)}DE`, `JJD${random.digits(18)}`]),
  place: (random) =>
    `${random.between(36, 58)}.${random.digits(6)}, ${random.between(1, 19)}.${random.digits(6)}`,
  flight: (random) =>
    random.pick(['LH', 'AF', 'KL', 'BA', 'SK', 'TP', 'LO', 'FR']) +
    random.pick([' ', '']) +
    random.padded(101, 2980, 3),
  mac: (random) => Array.from({ length: 6 }, () => random.text(HEX, 2)).join(':'),
  hex6: (random) => random.text(HEX, 6),
  meeting: (random) => grouped(random.digits(11), [3, 4, 4], ' '),
  plate: (random) =>
    `${random.pick(['B', 'HH', 'KI', 'L'])}-${random.text(UPPER, 2)} ${random.between(10, 9999)}`,
};
