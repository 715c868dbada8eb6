/** API keys and tokens that have no form of their own: random strings that a name or a sentence calls one. */
import type { Finding } from './finding.js';
import { isPlaceholder } from './placeholders.js';
import { isVeryStrong } from './password-values.js';
import { isHexadecimal, isUuid, looksRandom, mayBeMade } from './randomness.js';

/** What a token may be written with; `:fx` ends DeepL's. */
const CANDIDATE = /(?<![A-Za-z\d_+/~.%-])[A-Za-z\d_+/~.%-]{12,}(?::fx)?={0,2}/g;
const LONGEST = 4_000;
/** Without a name, right before it, in code. */
const SHORTEST_SAID = 16;

/** A name, in code or configuration or an address, that ends with what it is. */
const SECRET_NAME =
  /(?:token|secret|api_?-?key|apikey|key|app-?_?id|appid|sig|jwt|pat|bearer|authorization|credentials?)\d?$/i;
const OTHER_NAME =
  /(?:public|pub|primary|foreign|sort|cache|partition|idempotency|unique|object|hash|host|map|row|react|i18n|translation|storage|lookup|index|group|message|event|composite|shortcut|hot|mon|tur|site|publishable|project|file|image|s3|routing|license_?plate)[_.-]?key$|(?:csrf|xsrf|next|page|pagetoken|continuation|sync|cursor|sample|cancel|design|pad|eos|bos|unk)[_.-]?(?:page)?[_.-]?token$|^(?:client|application)_?-?id$/i;
const ASSIGNED = /(?<name>[A-Za-z][\w.-]{0,60})["'\]]{0,2}\s{0,2}(?<link>=>|:=|[=:])\s{0,3}["'`]?$/;

const SECRET =
  /(?:(?:api|app|access|auth|secret|client|service|bearer|refresh|session|bot|deploy|personal|licen[sc]e|encryption|signing|webhook|account|developer|admin|master|server|rest|zugangs|zugriffs|geheim)[ _-]?)?(?:\b|_|(?<=[a-z]))(?:keys?|tokens?|secrets?|bearer)(?:\b|_)|(?:api|access)[ -]?(?:schlüssel|sleutel|nøgle|nøkkel|nyckel|avain|klucz|klíč|kulcs|anahtar)\p{L}*|zugriffsschlüssel|cl[ée]s? (?:secr[eè]te|d'acc[eè]s|(?:de |d')?l?'?api)|(?:clave|llave)s? (?:secreta|de acceso|(?:de )?(?:la )?api)|chiav[ei] (?:segreta|d'accesso|(?:di |dell?')?(?:api))|chave (?:secreta|d[ea] (?:acesso|api)|api)|klucz (?:do )?api|jeton|jwt|apikey|appid|api[ -]?(?:ключ|키|キー|密钥)|(?<!\p{L})(?:schlüssel|sleutel|nøgle|nyckel)(?!\p{L})|ключ api|токен\p{L}*|トークン|密钥|令牌|토큰/giu;
/** What else a random string may be. */
const OTHER =
  /\b(?:commit|sha-?\d*|md5\w*|hash(?:es)?|checksum|prüfsumme|digest|uuid|guid|etag|integrity|fingerprint|public[ _-]key|primary key|öffentliche\p{L}* schlüssel|clé publique|clave pública|chiave pubblica|publickey|public|trace\w*|span\w*|correlation|address|adresse|container|image|invoice|tracking|serial|revision|build|node_modules|password|passwort|passwd|passphrase|kennwort|contraseña|wachtwoord|mot de passe|mdp|pwd|pw|ssh|authorized_keys|known_hosts|data uri|csrf|xsrf)(?![\p{L}\d])/giu;
/** What an id may belong to. */
const OWNER =
  /\b(?:id|ids|user|client|customer|request|order|session|device|job|message|case|event|object|record|row|file|document)(?![\p{L}\d])/giu;

/** Parts of programs, and files. */
const IDENTIFIER =
  /^[a-z]{2,}\w*(?:\.[A-Za-z_]\w*)+$|^[\w.-]+\.(?:[a-z]{2,4}|mp[34])$|^(?:[A-Za-z_]+\d{0,2}[/.])+[A-Za-z_]+\d{0,2}$/;

/** `passphrase for the key: …`, `wifi key: …` are passwords. */
const OF_PASSWORD =
  /(?:pass(?:word|phrase|wort|code)|wi-?fi|wlan|wpa[23]?|network|netzwerk)s?(?![\p{L}_])[^\n.;,"']{0,30}(?:key|schlüssel|code)[ \t]?(?:is|ist|[:=])?\s?["'`]?$/iu;
const SERVICE = /\b(?:apis?|services?|dienst|server|bot|app|integration|endpoint|webhook)\b/i;

const LINKING =
  /^["'`)]*[ \t]*(?:\((?=[\p{L} ])|(?:as|is|für|als|comme|come|como|est|ist|es|è|<-|←|=|-|for)(?=[ \t]))[ \t]*(?:(?:the|my|our|your|an?|mein\p{L}*|dein\p{L}*|der|den|das|la|le|el|mi|ma|mon|il|de|het|mijn)[ \t]+)?(?:[\p{L}\d]+[ \t]+){0,2}$/u;

const HEADER =
  /\b(?:authorization["'`]?\s{0,2}[:=,]\s{0,2}["'`]?(?:bearer|basic|token|apikey|key)|bearer)\s+([A-Za-z\d_+/~.=:-]{16,})/gi;

/** Secrets that people chose themselves hold signs as passwords do. */
const WITH_SIGNS =
  /(?:secret(?:[_-]?key)?|api[_-]?key|auth[_-]?token|access[_-]?token)["'`]?[ \t]{0,2}[:=][ \t]{0,2}["'`]?([^\s"'`]{8,80})/gi;

export function findNamedTokens(text: string): Finding[] {
  const kind = 'API key or token';
  const inHeaders = [...text.matchAll(HEADER)].flatMap(({ 0: whole, 1: value = '', index }): Finding[] => {
    const to = index + whole.length;
    return isMade(value) && !isPlaceholder(value) ? [{ kind, from: to - value.length, to }] : [];
  });
  const called = [...text.matchAll(CANDIDATE)].flatMap(({ 0: whole, index: from }): Finding[] => {
    const value = whole.replace(/[.~]+$/, '');
    const isIt = value.length <= LONGEST && !isPlaceholder(value) && isCalledSecret(text, from, value);
    return isIt ? [{ kind, from, to: from + value.length }] : [];
  });
  const withSigns = [...text.matchAll(WITH_SIGNS)].flatMap(
    ({ 0: whole, 1: value = '', index }): Finding[] => {
      const to = index + whole.length;
      return isVeryStrong(value) ? [{ kind, from: to - value.length, to }] : [];
    },
  );
  return [...inHeaders, ...called, ...withSigns];
}

function isMade(value: string): boolean {
  return isUuid(value) || looksRandom(value);
}

function isCalledSecret(text: string, from: number, value: string): boolean {
  const before = text.slice(Math.max(0, from - 110), from);
  // The rest of an address is not looked at; its parameters come after `=`.
  const isPath = /:$/.test(before) && value.startsWith('/');
  if (isPath || IDENTIFIER.test(value) || OF_PASSWORD.test(before)) return false;
  const { name = '', link } = ASSIGNED.exec(before)?.groups ?? {};
  if (isSecretName(name, value, before)) return isMade(value) || mayBeMade(value);
  if (link === '=' || OTHER_NAME.test(name)) return isMade(value) && isCookie(name, before);
  return isSaid(before, value, text.slice(from + value.length, from + value.length + 70));
}

function isSaid(before: string, value: string, after: string): boolean {
  return (
    value.length >= SHORTEST_SAID && isMade(value) && (isSaidBefore(before, value) || isSaidAfter(after))
  );
}

function isCookie(name: string, before: string): boolean {
  return /sess|sid$|auth/i.test(name) && /cookie/i.test(before);
}

function isSecretName(name: string, value: string, before: string): boolean {
  if (/[?&](?:x-\w+-)?signature=$/i.test(before)) return true;
  if (!SECRET_NAME.test(name) || OTHER_NAME.test(name)) return false;
  // `key` alone names anything, most of all what is kept under a hash.
  return !/^key\d?$/i.test(name) || !(isHexadecimal(value) || isUuid(value));
}

/** Of the words before it the last one counts, if it is in the same sentence. */
function isSaidBefore(before: string, value: string): boolean {
  const said = last(before, SECRET);
  if (!said) return false;
  const between = before.slice(said.index + said[0].length);
  if (between.length > 60 || /^\.\w|[.?!;]\s|\n\s*\n|[{}]/.test(between) || last(between, OTHER))
    return false;
  if (/\bpublic[ _-]?$/i.test(before.slice(0, said.index)) || /^public/i.test(said[0])) return false;
  if (!isHexadecimal(value) && !isUuid(value)) return true;
  // A hash or an id is called a key in many ways that keep nothing locked.
  const isAnyKey =
    /^_?(?:keys?|schlüssel|sleutel|nøgle|nyckel)_?$/i.test(said[0].trim()) && !SERVICE.test(before);
  return !isAnyKey && !last(between, OWNER);
}

/** `use … as the token`, `… (my API key)`. */
function isSaidAfter(after: string): boolean {
  const said = first(after, SECRET);
  return said !== undefined && LINKING.test(after.slice(0, said.index));
}

function first(text: string, pattern: RegExp): RegExpExecArray | undefined {
  return text.matchAll(pattern).next().value;
}

function last(text: string, pattern: RegExp): RegExpExecArray | undefined {
  return [...text.matchAll(pattern)].at(-1);
}
