/** Passwords that stand before the word for them: `hunter2! is my password`, `use … as the password`. */
import { isNoPassword, isPlainPassword, isStrong } from './password-values.js';
import type { Span } from './surroundings.js';

const VALUE = `(?:^|[\\s"'\`(])(?<value>[^\\s"'\`()]{4,64})["'\`]?[ \\t]+`;
const WHOSE =
  '(?:(?:an?|the|my|our|your|his|her|meine?|unsere?|das|ein|kein|mon|le|un|notre|mi|la|una|tu|mia|il|de|het|een|mijn|minha|moje|мой|mitt)[ \\t]+)?';
const BEFORE = new RegExp(
  `${VALUE}(?:(?:is|as|ist|als|est|comme|es|como|è|come|é|fue|war|was|som|jako|olarak)[ \\t]+)${WHOSE}(?:[\\p{L}\\d'.-]{1,20}[ \\t]+){0,2}$`,
  'iu',
);
/** `is … a good password?`, `why is … refused as a password?` */
const ASKED =
  /\b(?:is|ist|est|es|è)[ \t]+["'`]?(?<value>[^\s"'`()]{4,64})["'`]?[ \t]+(?:(?:an?|my|ein|mein|un|una|mon|mi|een|la)[ \t]+(?:[\p{L}-]{1,16}[ \t]+){0,3}|(?:[\p{L}-]{1,16}[ \t]+){1,3}as (?:an?|my|the) (?:[\p{L}-]{1,16}[ \t]+)?)$/iu;
/** `… <- that's the password`, `… (the password)`: at the start of a line, and nothing but that in it. */
const SHOWN =
  /(?:^|\n|\b(?:its|it's|is)[ \t]+)["'`]?(?<value>[^\s"'`()]{4,64})["'`]?[ \t]*(?:\(|<-+|←|-+>?|=)[ \t]*(?:(?:that's|thats|is|das ist|c'est|es|è|dit is)[ \t]+)?(?:[\p{L}'-]{1,16}[ \t]+){0,2}$/iu;
/** With a word for using it a plain word will do. */
const USED = new RegExp(
  `\\b(?:use|used|using|take|put|enter|type|nimm|benutze?|verwende|mets|utilise|pon|usa|metti|gebruik)[ \\t]+["'\`]?(?<value>[^\\s"'\`()]{4,64})["'\`]?[ \\t]+(?:as|als|comme|como|come)[ \\t]+${WHOSE}(?:[\\p{L}'.-]{1,20}[ \\t]+)?$`,
  'iu',
);
const OWN =
  /(?:^|[\n.!?][ ]?)["'`]?(?<value>[\p{Ll}\d]{5,64})["'`]?[ \t]+(?:is|ist|est|es|è)[ \t]+(?:my|mein|mon|mi|la mia|mijn)[ \t]+(?:[\p{L}'.-]{1,20}[ \t]+)?$/u;

export function tellsBefore(before: string, wordAt: number, after: string, isVague: boolean): Span | null {
  if (isVague) return null;
  const isEnd = /^[)\].,;!]?[ \t]*(?:$|\n|[,;.(])/.test(after);
  const strong = BEFORE.exec(before) ?? ASKED.exec(before) ?? (isEnd ? SHOWN.exec(before) : null);
  return (
    valueOf(before, wordAt, strong, isStrong) ??
    valueOf(before, wordAt, USED.exec(before) ?? (isEnd ? OWN.exec(before) : null), isPlainPassword)
  );
}

function valueOf(
  before: string,
  wordAt: number,
  match: RegExpExecArray | null,
  holds: (value: string) => boolean,
): Span | null {
  const value = match?.groups?.['value']?.replace(/[,;:.]+$/, '') ?? '';
  if (!match || !holds(value) || isNoPassword(value)) return null;
  const from = wordAt - before.length + match.index + match[0].indexOf(value);
  return { from, to: from + value.length };
}
