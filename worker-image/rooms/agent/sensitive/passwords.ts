/** Passwords: the string behind a word for it, as people write it in several languages, or inside an address. */
import type { Finding } from './finding.js';

const WORD =
  '(?:pass ?word|passwd|pass ?phrase|pass ?code|pwd|pw|passwort|kennwort|geheimzahl|mot de passe|mdp|contrase(?:ñ|n)a|clave|senha|parola|wachtwoord|lösenord|has(?:ł|l)o|login|credentials|pin)';

/** `password: hunter2`, `pwd=…`. */
const ASSIGNED = new RegExp(
  `(?<![\\p{L}\\d])${WORD}(?:\\s?\\([^)]{0,30}\\))?["'\`*_]*\\s{0,3}(?:=>|:=|[:=→])\\s{0,3}["'\`*„“”«]*([^\\s"'\`„“”«»]{3,64})`,
  'giu',
);

/** `my password is hunter2`, `das Passwort lautet …`, with words such as `for the router` between. */
const STATED = new RegExp(
  `(?<![\\p{L}\\d])${WORD}(?:\\s+(?!is\\b|ist\\b|lautet\\b|est\\b|es\\b|é\\b|è\\b|was\\b|to\\b)[\\p{L}\\d'’.-]+){0,5}\\s+(?:is|ist|lautet|est|es|é|è|was|war|to)(?:\\s+(?:now|jetzt|still|set to|currently))?:?\\s+(["'\`„“«]?)([^\\s"'\`„“”«»]{3,64})(["'\`“”»]?)([ \\t]+\\p{L}+)?`,
  'giu',
);

/** `https://user:password@host`. */
const IN_ADDRESS = /\b[a-z][a-z0-9+.-]{1,15}:\/\/[^\s/:@]{0,64}:([^\s/@]{3,64})@/gi;

/** Told after `login` and `user`: `login: anna / hunter2`. */
const PAIRED =
  /\b(?:user(?:name)?|login|e-?mail|benutzer(?:name)?)\s*[:=]\s*\S{2,64}[\s,;/|]+(?:pass(?:word)?|pw|pwd|kennwort|passwort)\s*[:=]?\s*(\S{4,64})/gi;

/** What people say of a password without telling it. */
const SAID_OF_IT = new Set(
  (
    'a an the my your his her our their this that not no yes now too very so still also only just always never wrong right correct incorrect ' +
    'invalid valid expired old new weak strong long short secure insecure safe unsafe required needed missing lost forgotten forgot ' +
    'hidden empty blank correct case changed reset set stored saved encrypted hashed visible known unknown shared important different ' +
    'same good bad okay fine longer shorter in on at for to of with without and or but if when it easy hard simple complicated what why how ' +
    'being been going getting about used asked sent protected stolen leaked compromised over under less more than at least difficult ' +
    'nicht falsch richtig abgelaufen alt neu zu sehr noch auch nur schwach stark lang kurz sicher unsicher geändert vergessen weg bekannt ' +
    'trop pas faux correct expiré oublié no incorrecta correcta muy demasiado caducada obligatorio leer ungültig gültig kaputt hier there here'
  ).split(' '),
);

const PLACEHOLDER =
  /^(?:\*+|x+|\.+|•+|…+|<.*|\[.*|\{.*|\$\{?.*|%.*|null|none|undefined|true|false|string|required|optional|hidden|secret|redacted|example|your.*|my.*|forgot.*|reset.*|change.*|n\/a|tbd)$/i;

export function findPasswords(text: string): Finding[] {
  return [
    ...found(text, ASSIGNED, 1, (value) => isSaid(value) && !/^https?:/i.test(value)),
    ...found(text, IN_ADDRESS, 1, isSaid),
    ...found(text, PAIRED, 1, isSaid),
    ...stated(text),
  ];
}

function found(text: string, pattern: RegExp, group: number, holds: (value: string) => boolean): Finding[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const value = trimmed(match[group] ?? '');
    return holds(value) ? at(text, match.index, match[0], value) : [];
  });
}

/** After `is`, a plain word counts only where the sentence ends with it, since most such sentences tell no password. */
function stated(text: string): Finding[] {
  return [...text.matchAll(STATED)].flatMap((match) => {
    const [whole, open = '', raw = '', close = '', next = ''] = match;
    const value = trimmed(raw);
    const quoted = open !== '' && close !== '';
    const ends = next === '' || /[.,;!?)]$/.test(raw);
    const holds =
      isSaid(value) && (quoted || isMixed(value) || (ends && !SAID_OF_IT.has(value.toLowerCase())));
    return holds ? at(text, match.index, whole, value) : [];
  });
}

const at = (text: string, from: number, whole: string, value: string): Finding[] => {
  const start = text.indexOf(value, from + whole.lastIndexOf(value));
  return [{ kind: 'password', from: start, to: start + value.length }];
};

const trimmed = (value: string): string =>
  value.replace(/[.,;!?)*_]+$/, (end) =>
    /[!?*_]/.test(end) && isMixed(value.slice(0, -end.length)) ? end : '',
  );

const isSaid = (value: string): boolean =>
  value.length >= 3 && !PLACEHOLDER.test(value) && !SAID_OF_IT.has(value.toLowerCase());

/** Digits or signs among letters, or capitals inside: no word of a sentence. */
const isMixed = (value: string): boolean =>
  (/\p{L}/u.test(value) && /[\d!@#$%^&*_+=~]/.test(value)) ||
  /\p{Ll}\p{Lu}/u.test(value) ||
  /^\d{4,}$/.test(value);
