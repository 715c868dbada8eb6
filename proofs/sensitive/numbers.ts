/** Makes the numbers of everyday life that look like secrets and are none. */
import { failingLuhn, grouped, luhnDigit } from './digits.js';
import { DIGITS, UPPER, type Random, type Slots } from './random.js';

/** A hash sign becomes a digit, a circumflex a capital letter. */
function pattern(random: Random, shape: string): string {
  return shape.replace(/#/g, () => random.digits(1)).replace(/\^/g, () => random.text(UPPER, 1));
}

const shapes =
  (...all: readonly string[]) =>
  (random: Random): string =>
    pattern(random, random.pick(all));

const phone = shapes(
  '(415) 555-01##',
  '212-555-01##',
  '+1 415 555 01##',
  '+1 (646) 555-01##',
  '415.555.01##',
  '30255501##',
  '1-800-555-01##',
  '020 7946 0###',
  '+44 7700 900###',
  '07700 900###',
  '+44 (0)20 7946 0###',
  '+49 17# #######',
  '017#/#######',
  '030 ########',
  '+49 (0)89 ######-##',
  '0049 151 ########',
  '06 ## ## ## ##',
  '+33 6 ## ## ## ##',
  '06.##.##.##.##',
  '6## ## ## ##',
  '+34 6## ### ###',
  '+39 347 ### ####',
  '06-########',
  '+31 6 ########',
  '079 ### ## ##',
  '090-####-####',
  '+971 50 ### ####',
  '0664 #######',
);

const orderStart = (random: Random): string =>
  random.pick(['4', '51', '34', '6011', '10', '20', '99', '70', '3']);

function longOrder(random: Random): string {
  const digits = failingLuhn(random, orderStart(random), 16);
  return random.chance(0.5) ? digits : grouped(digits, [4, 4, 4, 4]).join(random.pick([' ', '-']));
}

const order = shapes(
  '#####',
  '########',
  '#########',
  'ORD-202#-0####',
  'A##########',
  '^^^-######',
  '30#-#######-#######',
);

function tracking(random: Random): string {
  return random.pick([
    () => `1Z${random.text(DIGITS + UPPER, 6)}${random.digits(10)}`,
    () => `00340434${random.digits(12)}`,
    () => grouped(`9400${random.digits(18)}`, [4, 4, 4, 4, 4, 2]).join(' '),
    () => random.digits(12),
    () =>
      `${random.text('RCEL', 1)}${random.text(UPPER, 1)}${random.digits(9)}${random.pick(['DE', 'GB', 'FR', 'NL'])}`,
    () => failingLuhn(random, '09', 14),
    () => `JJD${random.digits(18)}`,
    () => `3S${random.text(UPPER, 4)}${random.digits(9)}`,
  ])();
}

const ibans: readonly [string, string][] = [
  ['DE', '##################'],
  ['FR', '#######################'],
  ['ES', '####################'],
  ['NL', '^^^^##########'],
  ['IT', '^######################'],
  ['GB', '^^^^##############'],
  ['AT', '################'],
  ['BE', '############'],
  ['CH', '#################'],
];

/** With the two check digits that make the whole come out at 1 by 97. */
function iban(random: Random): string {
  const [country, shape] = random.pick(ibans);
  const account = pattern(random, shape);
  const counted = [...`${account}${country}00`].map((sign) => parseInt(sign, 36)).join('');
  const whole = country + String(98n - (BigInt(counted) % 97n)).padStart(2, '0') + account;
  return random.chance(0.6) ? (whole.match(/.{1,4}/g) ?? []).join(' ') : whole;
}

function barCode(body: string): string {
  const sum = [...body].reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  return body + String((10 - (sum % 10)) % 10);
}

function isbn(random: Random): string {
  const digits = barCode(`978${random.pick(['0', '1', '3', '2'])}${random.digits(8)}`);
  return random.chance(0.7) ? grouped(digits, [3, 1, 2, 6, 1]).join('-') : digits;
}

/** Both are made with a Luhn digit by their own rule, and no card begins like them at that length. */
function imei(random: Random): string {
  const body = random.pick(['35', '86', '01']) + random.digits(12);
  const digits = body + luhnDigit(body);
  return random.chance(0.5) ? digits : grouped(digits, [2, 6, 6, 1]).join('-');
}

function siret(random: Random): string {
  const siren = random.pick(['8', '5', '4']) + random.digits(7);
  const whole = `${siren}${luhnDigit(siren)}000${random.digits(1)}`;
  return grouped(whole + luhnDigit(whole), [3, 3, 3, 5]).join(random.pick([' ', '']));
}

/** The IMEI and the SIRET, whose numbers are told from cards by their length, their start and their name. */
export const ownLuhn = /IMEI|SIRET/;

export const numberSlots = {
  phone,
  mobileFrance: shapes('06 ## ## ## ##', '+33 6 ## ## ## ##', '06.##.##.##.##', '07########'),
  mobileGermany: shapes('017# #######', '+49 151 ########', '0176/########', '0160-#######'),
  mobileSpain: shapes('6## ### ###', '6## ## ## ##', '+34 6## ### ###'),
  mobileJapan: shapes('090-####-####', '080-####-####'),
  order,
  longOrder,
  tracking,
  iban,
  isbn,
  imei,
  siret,
  ean: (random) => barCode(random.pick(['40', '50', '87', '30', '80', '76']) + random.digits(10)),
  place: (random) =>
    `${random.between(35, 59)}.${random.digits(6)}, ${random.between(1, 19)}.${random.digits(6)}`,
  plate: shapes(
    'B-^^ ####',
    'M ^^ ###',
    '^^-###-^^',
    '##-^^^-#',
    '^^## ^^^',
    '#^^^###',
    '#### ^^^',
    'ZH ######',
  ),
  flight: shapes('LH ###', 'BA####', 'KL ####', 'AF ####', 'U2 ####', 'FR####', 'UA##'),
  booking: (random) => random.text('ABCDEFGHJKLMNPQRSTUVWXYZ23456789', 6),
  vat: shapes(
    'DE#########',
    'NL#########B01',
    'FR## #########',
    'ESB########',
    'IT###########',
    'ATU########',
    'GB### #### ##',
  ),
  germanVat: shapes('DE#########'),
  italianVat: shapes('IT###########', '0##########'),
  germanTaxId: shapes('Steuernummer ##/###/#####', 'Steuer-ID ## ### ### ###'),
  taxId: shapes(
    'Steuernummer ##/###/#####',
    'Steuer-ID ## ### ### ###',
    'EIN ##-#######',
    'UTR ##### #####',
    'CIF B-########',
  ),
  meter: (random) => random.digits(8),
  invoice: shapes('RE-202#-####', 'INV-#####', '202#/####', 'F202#-000###', '#######', 'R########'),
  account: shapes(
    'sort code 20-##-##, account ########',
    'account ########, BLZ 100#####',
    'routing 021000021, account ##########',
  ),
  serial: (random) => random.text('CDFGHJKLMNPQRTVWXYZ0123456789', 12),
  product: shapes(
    'item ###.###.##',
    'SKU-^^-#####',
    'art. no. ######',
    'part ^##-####-##',
    'item ############',
    '^^^ ####/##',
  ),
} satisfies Slots;
