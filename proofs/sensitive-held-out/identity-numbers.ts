/** Social security numbers and their like of twelve countries, valid by their own rules. */
import type { Random } from '../sensitive/random.js';
import { grouped, luhnDigit } from './cards.js';
import * as check from './check-digits.js';

interface Birth {
  year: number;
  month: number;
  day: number;
}

function drawBirth(random: Random): Birth {
  return { year: random.between(1945, 2006), month: random.between(1, 12), day: random.between(1, 28) };
}

function two(value: number): string {
  return String(value % 100).padStart(2, '0');
}

function american(random: Random): string {
  const area = random.pick([random.padded(1, 665, 3), random.padded(667, 899, 3)]);
  const digits = area + random.padded(1, 99, 2) + random.padded(1, 9999, 4);
  return grouped(digits, [3, 2, 4], random.pick(['-', '-', '-', ' ', '']));
}

function british(random: Random): string {
  const prefix = random.text('ABCEGHJKLMNOPRSTWXYZ', 1) + random.text('ABCEGHJKLMNPRSTWXYZ', 1);
  if (/BG|GB|NK|KN|TN|NT|ZZ/.test(prefix)) return british(random);
  const number = prefix + random.digits(6) + random.text('ABCD', 1);
  return grouped(number, [2, 2, 2, 2, 1], random.pick([' ', ' ', '']));
}

function french(random: Random): string {
  const { year, month } = drawBirth(random);
  const department = random.chance(0.05)
    ? random.pick(['2A', '2B'])
    : random.pick(['13', '31', '35', '44', '59', '69', '75', '92']);
  const body =
    random.pick(['1', '2']) +
    two(year) +
    two(month) +
    department +
    random.padded(1, 590, 3) +
    random.padded(1, 599, 3);
  return grouped(body + check.frenchKey(body), [1, 2, 2, 2, 3, 3, 2], random.pick([' ', ' ', '']));
}

function german(random: Random): string {
  const { year, month, day } = drawBirth(random);
  const area = random.pick(['02', '10', '12', '13', '15', '18', '24', '50', '53', '65']);
  const body =
    area + two(day) + two(month) + two(year) + random.text('ABDEFGHJKLMNPRSTVWZ', 1) + random.digits(2);
  return grouped(body + check.germanPensionDigit(body), [2, 6, 1, 3], random.pick([' ', ' ', '']));
}

function austrian(random: Random): string {
  const { year, month, day } = drawBirth(random);
  const serial = random.padded(100, 999, 3);
  const birth = two(day) + two(month) + two(year);
  const digit = check.austrianDigit(serial, birth);
  return digit === 10 ? austrian(random) : `${serial}${digit}${random.pick([' ', ' ', ''])}${birth}`;
}

function swiss(random: Random): string {
  const body = `756${random.digits(9)}`;
  return grouped(body + check.barCodeDigit(body), [3, 4, 4, 2], random.pick(['.', '.', '.', '', ' ']));
}

function dutch(random: Random): string {
  const body = random.text('1234567', 1) + random.digits(7);
  const digit = check.dutchDigit(body);
  return digit === 10
    ? dutch(random)
    : grouped(`${body}${digit}`, [4, 2, 3], random.pick(['', '', '', '.', ' ']));
}

/** Spain has one number of the citizen, one of the foreigner and one of the insured. */
function spanishCitizen(random: Random): string {
  const number = random.between(1_000_000, 79_999_999);
  return String(number).padStart(8, '0') + random.pick(['', '', '-']) + check.spanishLetter(number);
}

function spanishForeigner(random: Random): string {
  const first = random.below(3);
  const digits = random.digits(7);
  const join = random.pick(['', '', '-']);
  return 'XYZ'.charAt(first) + join + digits + join + check.spanishLetter(Number(`${first}${digits}`));
}

function spanishInsured(random: Random): string {
  const body =
    random.pick(['08', '28', '29', '41', '46', '48']) + random.text('123456789', 1) + random.digits(7);
  const control = String(Number(body) % 97).padStart(2, '0');
  return grouped(body + control, [2, 8, 2], random.pick([' ', '/', '', '-']));
}

function italian(random: Random): string {
  const { year, month, day } = drawBirth(random);
  const consonants = 'BCDFGLMNPRSTVZ';
  const names = random.pick(['RSS', 'FRR', 'BNC', 'CLM', 'GRC', 'MRN']) + random.text(consonants, 3);
  const place = random.pick(['H501', 'F205', 'L219', 'A944', 'D612', 'F839', 'A662']);
  const body = names + two(year) + 'ABCDEHLMPRST'.charAt(month - 1) + two(day + random.pick([0, 40])) + place;
  const number = body + check.italianLetter(body);
  return random.chance(0.15) ? number.toLowerCase() : number;
}

function polish(random: Random): string {
  const { year, month, day } = drawBirth(random);
  const body = two(year) + two(year >= 2000 ? month + 20 : month) + two(day) + random.digits(4);
  return body + check.polishDigit(body);
}

function swedish(random: Random): string {
  const { year, month, day } = drawBirth(random);
  const body = two(year) + two(month) + two(day) + random.digits(3);
  const century = random.chance(0.5) ? String(Math.floor(year / 100)) : '';
  return `${century}${body.slice(0, 6)}${random.pick(['-', '-', ''])}${body.slice(6)}${luhnDigit(body)}`;
}

function canadian(random: Random): string {
  const body = random.text('1234567', 1) + random.digits(7);
  return grouped(body + luhnDigit(body), [3, 3, 3], random.pick([' ', ' ', '-', '']));
}

function portuguese(random: Random): string {
  const body = random.pick(['1', '2']) + random.digits(9);
  return grouped(body + check.portugueseDigit(body), [3, 3, 3, 2], random.pick(['', ' ', '']));
}

export const IDENTITY_NUMBERS = {
  american,
  british,
  canadian,
  french,
  german,
  austrian,
  swiss,
  dutch,
  spanishCitizen,
  spanishForeigner,
  spanishInsured,
  italian,
  polish,
  swedish,
  portuguese,
};

export type IdentityKind = keyof typeof IDENTITY_NUMBERS;
