/** Passwords beside the name of who logs in with them, in pairs such as `login: anna / hunter2!`. */
import type { Finding } from './finding.js';
import { passwordsIn, type PasswordForm } from './password-form.js';
import { isPlainPassword, isStrong, isVeryStrong } from './password-values.js';
import { USER_NAME } from './password-words.js';

const USER = `[^\\s"'\`/|,;:=]{2,64}`;
const MAIL = '[\\w.+-]{1,64}@[\\w-]{1,63}(?:\\.[\\w-]{1,63}){1,4}';
const JOINT =
  '(?:[ \\t]{0,3}[/|:;,•·][ \\t]{0,3}|[ \\t]+-[ \\t]+|[ \\t]+(?:and|und|et|y|e|en|with|using|mit|avec|con|&|\\+|och|og|i)[ \\t]+|[ \\t]*\\r?\\n[ \\t]*)';
const LOGIN = `(?<![\\p{L}\\d])${USER_NAME}`;
/** None without a digit or a sign is looked at, so that names and words are passed over. */
const VALUE = `["'\`]?(?=[^\\s"'\`]*[\\d!@#$%&*?+=~^_-])(?<value>[^\\s"'\`]{3,80})`;
/** A word with a number behind it at least. */
const isCounted = (value: string): boolean =>
  value.length >= 7 && !value.includes('/') && /\p{L}/u.test(value) && /\d/.test(value) && isStrong(value);

const pairs: readonly PasswordForm[] = [
  // u: anna p: …
  {
    form: /(?<![\p{L}\d])(?:u|usr?|user|id|login)\s{0,2}[:=]\s{0,2}[^\s:=]{2,64}[\s,;/|]{1,4}(?:p|pw|pass)\s{0,2}[:=]\s{0,2}(?<value>[^\s"'`]{3,80})/giu,
    holds: (value) => isStrong(value) || isPlainPassword(value),
  },
  // anna@example.org / …
  {
    form: new RegExp(`(?<![\\w.+:/-])(?!git@)${MAIL}(?:${JOINT}|[ \\t]+)${VALUE}`, 'gu'),
    holds: isVeryStrong,
  },
  // login anna / …, and without a sign between
  {
    form: new RegExp(
      `${LOGIN}["']?(?:[ \\t]{1,3}[^\\s:=,;/|]{1,32}){0,4}?["']?\\s{0,2}[:=]?\\s{1,3}["']?${USER}["']?${JOINT}${VALUE}`,
      'giu',
    ),
    holds: isVeryStrong,
  },
  {
    form: new RegExp(`${LOGIN}["']?\\s{0,2}[:=]?[ \\t]{1,3}["']?${USER}["']?[ \\t]{1,3}${VALUE}`, 'giu'),
    holds: isVeryStrong,
  },
  {
    form: new RegExp(
      `${LOGIN}["']?[ \\t]{0,2}[:=]?[ \\t]{1,2}(?:is[ \\t]|ist[ \\t])?${USER}[ \\t]{0,2}[/:|][ \\t]{0,2}${VALUE}`,
      'giu',
    ),
    holds: isCounted,
  },
  // log in as anna with …, credentials are anna and …
  {
    form: new RegExp(
      `${LOGIN}[ \\t]{1,2}(?:is|are|ist|sind|with|mit|met|avec|con|as|als|est|es|è|on as)[ \\t]{1,2}${USER}${JOINT}${VALUE}`,
      'giu',
    ),
    holds: isCounted,
  },
  { form: new RegExp(`${LOGIN}[^\\n]{0,40}\\n?[ \\t]{0,4}${MAIL}${JOINT}${VALUE}`, 'giu'), holds: isCounted },
  {
    form: new RegExp(
      `${LOGIN}[ \\t]{0,2}[:=][ \\t]{0,2}[a-z][\\w.@-]{1,40}[ \\t]/[ \\t](?<value>\\p{Ll}{4,30})(?=[ \\t]*(?:$|\\n))`,
      'giu',
    ),
    holds: isPlainPassword,
  },
  // root:…
  {
    form: /(?<![\w/@.-])(?:root|admin|administrator|sysadmin|superuser|pi|ubuntu|postgres|sa|oracle|guest):(?<value>[^\s"'`/]{4,64})/g,
    holds: isStrong,
  },
  // anna:… are the credentials
  {
    form: /(?<![^\s"'`(])[\w.-]{2,32}[:/](?<value>[^\s"'`]{6,64})(?=[^\n]{1,40}\b(?:creds|credentials|login|log-?in|zugangsdaten|identifiants|credenciales|credenziali|inloggegevens)\b)/giu,
    holds: isVeryStrong,
  },
  // VPN: anna / …
  {
    form: new RegExp(
      `(?<![\\p{L}\\d])(?:vpn|ftp|ssh|nas|admin|server|portal|webmail|router|imap|smtp|database|db|cms|wordpress)[ \\t]?:[ \\t]${USER}[ \\t]?/[ \\t]?${VALUE}`,
      'giu',
    ),
    holds: isCounted,
  },
  // Wi-Fi: name / password
  {
    form: new RegExp(
      `(?:wi-?fi|wlan|ssid|hotspot)\\s?[:=][ \\t][^\\n,;/|]{2,32}[ \\t]?[,;/|][ \\t]?${VALUE}`,
      'gi',
    ),
    holds: isCounted,
  },
];

export function findPasswordPairs(text: string): Finding[] {
  return passwordsIn(text, pairs);
}
