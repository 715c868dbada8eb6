/** Passwords: the string that stands behind, before or between the words for it, as people and programs write it. */
import type { Finding } from './finding.js';
import { tellsBefore } from './password-before.js';
import {
  ANSWERED,
  ASSIGNED,
  DIRECT,
  FAR,
  FROM,
  HEADED,
  NEAR,
  STATED,
  STATED_OTHERWISE,
  TAKEN_UP,
} from './password-links.js';
import { isPlainPassword, isStrong, isVeryStrong, passphraseLength } from './password-values.js';
import { MAY_HOLD_WORD, NOT_MEANT, PASSWORD_WORD, PIN_PLACE, USER_NAME } from './password-words.js';
import { isPlaceholder } from './placeholders.js';
import { around, type Span } from './surroundings.js';

/** How far behind its word a password is looked for. */
const AHEAD = 180;
const BEHIND = 90;
const LONGEST = 80;

const QUOTED = /^(["'`])([ ]?)([^\n]{1,80}?)[ ]?\1/;
const BARE = /^[^\s"`<>]{2,80}/;

/** A pass for something, or a name that ends with `_pass`. */
const NOT_BEFORE_PASS = /(?:[_.-]|(?:boarding|bus|ski|day|season|rail|hall|mountain|guest|press|travel) )$/i;

const USER_BESIDE = new RegExp(
  `(?<![\\p{L}\\d])(?:${USER_NAME}|u|id)[\\s:="']|[\\w.-]@[\\w-]{1,63}\\.`,
  'iu',
);

interface Place {
  text: string;
  before: string;
  /** Where the word for it ends. */
  end: number;
  word: string;
  isVague: boolean;
  isNumeric: boolean;
  isBesideUser: boolean;
}

export function findPasswords(text: string): Finding[] {
  if (!MAY_HOLD_WORD.test(text)) return [];
  const said = [...text.matchAll(PASSWORD_WORD)].flatMap((match): Finding[] => {
    const end = match.index + match[0].length;
    const after = text.slice(end, end + AHEAD);
    if (NOT_MEANT.test(after) || isAmount(text, match)) return [];
    const before = text.slice(Math.max(0, match.index - BEHIND), match.index);
    const place: Place = {
      text,
      before,
      end,
      word: match[0].toLowerCase(),
      isVague: match.groups?.['vague'] !== undefined,
      isNumeric: /pin|puk|code|kod|zahl|combination|пин|код/i.test(match[0]),
      isBesideUser: USER_BESIDE.test(before),
    };
    const span =
      stated(place, after, FROM) ??
      assigned(place, after) ??
      stated(place, after, STATED) ??
      stated(place, after, STATED_OTHERWISE) ??
      stated(place, after, TAKEN_UP) ??
      direct(place, after) ??
      tellsBefore(before, match.index, after, place.isVague) ??
      near(place, after) ??
      below(place, after) ??
      far(place, after);
    return [span, span && another(text, span)].flatMap((each) =>
      each ? [{ kind: 'password' as const, ...each }] : [],
    );
  });
  return said;
}

/** `450 pw` is a rent. */
const isAmount = (text: string, { 0: word, index }: RegExpExecArray): boolean =>
  /^pw$/i.test(word) && /\d[ ]?$/.test(text.slice(Math.max(0, index - 2), index));

/** `from hunter2 to hunter3!`, `… or …`. */
function another(text: string, { to }: Span): Span | null {
  const rest = text.slice(to, to + AHEAD);
  const joint =
    /^["'`]?,?[ \t]+(?:to|or|and|auf|oder|und|ou|et|à|o|y|en|naar|of|->|→|now|now it is|now it's)[ \t]+["'`]?/i.exec(
      rest,
    )?.[0];
  if (joint === undefined) return null;
  const raw = bareAt(rest.slice(joint.length), false);
  return isStrong(raw) && isVeryStrong(`${raw}Aa`) ? spanOf(to + joint.length, raw) : null;
}

function assigned(place: Place, after: string): Span | null {
  const match = ASSIGNED.exec(after);
  if (!match) return null;
  // A dash goes on with a sentence as often; where the word begins the line it does not.
  const isDash = /(?:[^-]-|\||,)\s*$/.test(match[0]) && !/(?:^|\n)(?:[\p{L}'-]+ )?$/u.test(place.before);
  const isTold = !isDash && (isSure(place) || place.isBesideUser) && !isCode(place);
  return valueAt(place, match[0].length, after, { plain: isTold, loose: !match.groups?.['between'] });
}

function stated(place: Place, after: string, form: RegExp): Span | null {
  const match = form.exec(after);
  if (!match || (form !== STATED && place.word === 'pass')) return null;
  const isTold = form === STATED && isSure(place) && !isCode(place);
  const span = valueAt(place, match[0].length, after, { plain: isTold, loose: true });
  // `on` says where in English and what in Finnish.
  const isWhere = /\s(?:on|in)\s+$/.test(match[0]) && !place.word.startsWith('salasan');
  return span && isWhere && !isVeryStrong(place.text.slice(span.from, span.to)) ? null : span;
}

/** An abbreviation that few other things have. */
const isSure = ({ word, isVague }: Place): boolean => !isVague || /^(?:pw|p\/w|pwd|psw|ww)$/.test(word);

/** Codes for doors and the like are numbers; other codes are of many kinds. */
const isCode = ({ word }: Place): boolean =>
  /code|kod|combination|código|codice|код/.test(word) && !/pass/.test(word);

/** With a few words between that tell of no link, only what nobody could take for a name. */
function near(place: Place, after: string): Span | null {
  const pin = place.isNumeric
    ? /^(?:[ \t]+[\p{L}'-]{1,16}){1,5}[ \t]+(?=\d{4,8}(?![\d\p{L}]))/u.exec(after)?.[0]
    : undefined;
  if (pin !== undefined && PIN_PLACE.test(pin))
    return spanOf(place.end + pin.length, bareAt(after.slice(pin.length), false));
  const match = NEAR.exec(after);
  if (!match || place.isVague) return null;
  const raw = bareAt(after.slice(match[0].length), false);
  const isNoun =
    /^[ \t]+(?:for|of|on|from|für|von|vom|zum|zu|pour|de|du|del|para|per|di|dell|voor|van)[ \t]/i.test(
      match[0],
    );
  const isIt = isVeryStrong(raw) || (!isNoun && isStrong(raw) && /\p{Ll}.*\d/u.test(raw));
  return isIt ? spanOf(place.end + match[0].length, raw) : null;
}

/** In the next line, where the word is a heading or a question. */
function below(place: Place, after: string): Span | null {
  const heading = /(?:^|\n)[ \t*#]*(?:[\p{L}'-]+[ ])?$/u.test(place.before) ? HEADED.exec(after) : null;
  const match = heading ?? ANSWERED.exec(after);
  return match && isSure(place)
    ? valueAt(place, match[0].length, after, { plain: place.isBesideUser && heading !== null, loose: false })
    : null;
}

/** At the end of the sentence, behind a comma. */
function far(place: Place, after: string): Span | null {
  const match = place.isVague ? null : FAR.exec(after);
  if (!match) return null;
  const rest = after.slice(match[0].length);
  const raw = bareAt(rest, false);
  return isStrong(raw) && /\p{L}/u.test(raw) && endsLine(rest, raw)
    ? spanOf(place.end + match[0].length, raw)
    : null;
}

function direct(place: Place, after: string): Span | null {
  const match = DIRECT.exec(after);
  if (!match || (place.word === 'pass' && NOT_BEFORE_PASS.test(place.before))) return null;
  const rest = after.slice(match[0].length);
  const from = place.end + match[0].length;
  const quoted = QUOTED.exec(rest);
  if (quoted) return isToldDirectly(place, quoted[3] ?? '') ? inQuotes(from, quoted) : null;
  const words = /phra[sz]|zin|fras/.test(place.word) ? passphraseLength(rest) : 0;
  if (words > 0) return { from, to: from + words };
  const raw = bareAt(rest, match[0].includes('('));
  const span = spanOf(from, raw);
  if (/^\d{4,}$/.test(raw)) return isNumberThere(place, span, rest) ? span : null;
  return isStrongThere(place, raw) || isPlainThere(place, raw, rest) ? span : null;
}

function isNumberThere(place: Place, span: Span, rest: string): boolean {
  const raw = place.text.slice(span.from, span.to);
  if (!place.isVague && raw.length >= 6 && endsThere(rest, raw)) return true;
  return place.isNumeric && raw.length <= 8 && isPinThere(place, span);
}

/** A plain word behind its name counts beside a user. */
function isPlainThere({ word, isBesideUser }: Place, raw: string, rest: string): boolean {
  const isName = isBesideUser && /^(?:pass|pw|pwd|password|passwort|kennwort)$/.test(word);
  return isName && isPlainPassword(raw) && endsThere(rest, raw);
}

/** `pass` is a verb first of all. */
function isStrongThere({ word, isVague, isBesideUser }: Place, value: string): boolean {
  // An abbreviation in capitals is what many things have beside a short word.
  if (!isStrong(value) || (isVague && /^[A-Z\d-]+$/.test(value))) return false;
  return !/^(?:pass|ww)$/.test(word) || isBesideUser || /\d/.test(value);
}

function isToldDirectly(place: Place, value: string): boolean {
  const isName = !place.isVague || /^(?:pw|pwd|mdp)$/.test(place.word);
  return !/\s/.test(value) && (isStrongThere(place, value) || (isName && isOneWord(value)));
}

const isOneWord = (value: string): boolean => /^[^\s"'`]{4,64}$/.test(value) && isPlainPassword(value);

/** A number next to its word is one where the talk is of a card or a telephone, or of nothing else: PIN codes are also postal. */
function isPinThere({ text, before, word }: Place, span: Span): boolean {
  if (/pin ?code/.test(word)) return false;
  const isAlone =
    /(?:^|\n)(?:[\p{L}'-]+ ){0,2}$/u.test(before) && /^[.!]?\s*(?:$|\n)/.test(text.slice(span.to));
  return isAlone || PIN_PLACE.test(around(text, span, 60, 40).replace(/postal|address/gi, ''));
}

interface Expected {
  /** Whether a plain word will do. */
  plain: boolean;
  /** Whether a comma or more may follow it. */
  loose: boolean;
}

function valueAt(place: Place, skip: number, after: string, expected: Expected): Span | null {
  const rest = after.slice(skip);
  const from = place.end + skip;
  const quoted = QUOTED.exec(rest);
  if (quoted) return isQuotedPassword(quoted[3] ?? '', place, expected) ? inQuotes(from, quoted) : null;
  const words = expected.plain ? passphraseLength(rest) : 0;
  if (words > 0) return { from, to: from + words };
  const raw = bareAt(rest, false);
  if (raw.length < 3) return null;
  if (/^\d+[#*]?\d*$/.test(raw)) return isNumber(place, from, raw, rest) ? spanOf(from, raw) : null;
  const isIt =
    isStrong(raw) ||
    (expected.plain && isPlainPassword(raw) && (expected.loose ? endsThere(rest, raw) : endsLine(rest, raw)));
  return isIt ? spanOf(from, raw) : null;
}

function isQuotedPassword(value: string, place: Place, { plain }: Expected): boolean {
  if (isStrong(value) || passphraseLength(value) === value.length) return true;
  if (!isSure(place) || !plain || isPlaceholder(value)) return false;
  if (/\s/.test(value))
    return (
      value.length >= 8 &&
      !/\b(?:pass|please|enter|must|required|invalid|at least|your|bitte|veuillez|introduce|inserisci|voer|match|do not)/i.test(
        value,
      ) &&
      (/phra[sz]/.test(place.word) || !/^[A-Z][^.]*[.!?]$/.test(value))
    );
  return isPlainPassword(value);
}

/** Digits alone: told as one where the sentence or the line ends with them. */
function isNumber(place: Place, from: number, raw: string, rest: string): boolean {
  const { text, before, word } = place;
  if (raw.length < 4 || raw.length > 20 || !endsThere(rest, raw)) return false;
  const isPostal =
    /pin ?code/.test(word) && raw.length === 6 && !/(?:my|mijn|mein\p{L}*|mon|mi|mio) $/iu.test(before);
  if (isPostal) return PIN_PLACE.test(around(text, spanOf(from, raw), 60, 30));
  return place.isNumeric || !place.isVague || place.isBesideUser;
}

/** Of a bare value the signs that end a sentence are no part, unless they may belong to a password. */
function bareAt(rest: string, inBrackets: boolean): string {
  let raw = BARE.exec(rest)?.[0] ?? '';
  if (inBrackets) raw = raw.replace(/\).*$/, '');
  raw = raw.replace(/[.,;:'*)\]}]+$/, '');
  return /^\p{L}\p{Ll}*[!?]$/u.test(raw) ? raw.slice(0, -1) : raw.slice(0, LONGEST);
}

const endsThere = (rest: string, raw: string): boolean =>
  /^(?:[!?*_'`)]*(?:$|\n|[ \t]*(?:$|[\n\r,;.()|/<\\}#]|-+[ >]|[&+][ ]|[\w.]{1,30}=|(?:and|und|et|y|e|en|och|og|but|if|btw|so|please|pls|in case|lol|haha|thanks|thx|aber|falls|bitte|mais|pero|però|maar)(?:[ ,.!]|$)|\p{Extended_Pictographic}))|["'`])/u.test(
    rest.slice(raw.length),
  ) && !/^(?:[.,]\S|\. [\p{Ll}\d])/u.test(rest.slice(raw.length));
const endsLine = (rest: string, raw: string): boolean =>
  /^[.!?*_)]*[ \t]*(?:$|[\n\r])/.test(rest.slice(raw.length));

const spanOf = (from: number, raw: string): Span => ({ from, to: from + raw.length });
const inQuotes = (from: number, [, mark = '', blank = '', value = '']: RegExpExecArray): Span =>
  spanOf(from + mark.length + blank.length, value);
