/** Payment card numbers: the right length for their issuer, a Luhn digit that fits, and written as cards are or spoken of as one. */
import { luhn } from './check-digits.js';
import { writtenNumbers, type WrittenNumber } from './digit-groups.js';
import type { Finding } from './finding.js';
import { around } from './surroundings.js';

interface Issuer {
  /** The first digits, as inclusive ranges of numbers of the same length. */
  prefixes: readonly (readonly [number, number])[];
  lengths: readonly number[];
  /** Lengths that other numbers have more often: these want a word for a card nearby. */
  rare?: readonly number[];
}

const one = (prefix: number): [number, number] => [prefix, prefix];

/** After ISO/IEC 7812 and the issuers' published ranges. */
const issuers: readonly Issuer[] = [
  { prefixes: [one(4)], lengths: [16], rare: [13, 19] }, // Visa
  {
    prefixes: [
      [51, 55],
      [2221, 2720],
    ],
    lengths: [16],
  }, // Mastercard
  { prefixes: [one(34), one(37)], lengths: [15] }, // American Express
  { prefixes: [one(6011), [644, 649], one(65)], lengths: [16], rare: [19] }, // Discover
  { prefixes: [one(62)], lengths: [16, 19], rare: [17, 18] }, // UnionPay
  { prefixes: [[3528, 3589]], lengths: [16], rare: [17, 18, 19] }, // JCB
  { prefixes: [[300, 305], one(3095), one(36), one(38), one(39)], lengths: [14], rare: [16, 19] }, // Diners Club
  {
    prefixes: [one(5018), one(5020), one(5038), one(5893), one(6304), [6759, 6763]],
    lengths: [16],
    rare: [12, 13, 18, 19],
  }, // Maestro
  { prefixes: [[2200, 2204]], lengths: [16], rare: [17, 18, 19] }, // Mir
  { prefixes: [one(60), one(508), one(353), one(356), [81, 82]], lengths: [16] }, // RuPay
  { prefixes: [one(9792), one(8600), one(9860), one(5019), one(5061), one(6500)], lengths: [16] }, // Troy, Uzcard, Humo, Dankort, Verve
];

const CARD_WORD =
  /card|karte|carte|tarjeta|\bcarta\b|cart[ãa]o|kaart|\bpas\b|kort|\bkart[aęyi]\b|kortti|karty|visa|master|amex|american express|maestro|diners|discover|\bcb\b|\bcc\b|cv[vcn]2?\b|\bcsc\b|credit|debit|kredit|crédit|valid (?:thru|till|until|to)|\bexp(?:\b|ir)|gültig|ablauf|scad|caduc|venc|geldig|vervalt|карт|security code|number on the (?:front|back)|カード|卡/i;
const EXPIRY = /(?<![\d/.-])(?:0?[1-9]|1[0-2]) ?[/-] ?(?:20)?[23]\d(?![\d/-])/;
/** A name of another sort of number right before it. */
const OTHER_NAME =
  /(?:imei|siret|siren|isbn|ean|iban|iccid|(?:order|tracking|parcel|invoice|serial|customer|reference|ticket|phone|bestell|auftrags?|sendungs?|kunden|rechnungs?)[\s-]?(?:n(?:umbe|umme|)r|no|id|#)?|commande|pedido|ordine|suivi|colis)\.?\s*(?:is|ist|no|nr|n°|number|numéro|#|:)?[\s.:#]*$/i;

export function findCardNumbers(text: string): Finding[] {
  const found: Finding[] = [];
  for (const number of writtenNumbers(text, [12, 19], mayBeCard)) {
    const { from, to } = number;
    const last = found.at(-1);
    // The longest that begins here: a shorter one may pass by chance.
    const isLonger = last?.from === from;
    if ((last && from < last.to && !isLonger) || !isCard(text, number)) continue;
    if (isLonger) last.to = to;
    else found.push({ kind: 'card number', from, to });
  }
  return found;
}

function mayBeCard(digits: string): boolean {
  if (!/^[2-689]/.test(digits)) return false;
  const isIssued = isAnyIssuer(digits) || issuerFit(digits) !== 'none';
  return isIssued && luhn(digits) && new Set(digits).size > 1;
}

function isCard(text: string, number: WrittenNumber): boolean {
  const { digits, from, to, separators } = number;
  if (isPartOfMore(text, from, to) || OTHER_NAME.test(text.slice(Math.max(0, from - 40), from))) return false;
  if (issuerFit(digits) === 'usual' && isWrittenAsOne(number)) return true;
  const words = around(text, number, 90, 60);
  return separators.size <= 1 && (CARD_WORD.test(words) || EXPIRY.test(words));
}

function issuerFit(digits: string): 'usual' | 'rare' | 'none' {
  const issuer = issuers.find(
    ({ prefixes, lengths, rare = [] }) =>
      [...lengths, ...rare].includes(digits.length) &&
      prefixes.some(([low, high]) => {
        const prefix = Number(digits.slice(0, String(low).length));
        return prefix >= low && prefix <= high;
      }),
  );
  if (!issuer) return 'none';
  return issuer.lengths.includes(digits.length) ? 'usual' : 'rare';
}

/** Banks and shops at home have ranges of their own; 89 begins the number of a SIM card. */
const isAnyIssuer = (digits: string): boolean => digits.length >= 15 && /^[3-6]/.test(digits);

/** A decimal, a price, a telephone number, or a piece of a longer name or path. */
function isPartOfMore(text: string, from: number, to: number): boolean {
  return (
    /(?:\d[.,]|[+€$£]|[\p{L}\d]-|\/[\w-]*\/?)$/u.test(
      text.slice(Math.max(0, from - 24), from).replace(/^.*\s/s, ''),
    ) || /^(?:[.,]\d{1,2}(?![\d/-])|-[\p{L}\d]| ?[€$£%])/u.test(text.slice(to, to + 4))
  );
}

/** In one piece, or in the groups that are on the cards; and not in the middle of a longer number. */
function isWrittenAsOne({ shape, separators, before, after }: WrittenNumber): boolean {
  if (separators.has('\n') || separators.size > 1) return false;
  if (before.length >= 3 || (after.length >= 4 && !/^(?:0[1-9]|1[0-2])[23]\d$/.test(after))) return false;
  const written = shape.join('-');
  return (
    shape.length === 1 || /^(?:4-4-4-(?:[1-7]|4-[1-3])|4-6-[45]|8-[678]|4-5-6|6-(?:8|9|10|13))$/.test(written)
  );
}
