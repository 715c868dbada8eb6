/** The words that a wallet can be made from again: twelve or more small words in a row, where a sentence calls them so. */
import type { Finding } from './finding.js';

const CALLED =
  /(?:seed|recovery|mnemonic|backup|wallet|secret|bip-?39|wiederherstellungs|sicherungs|récupération|recuperaci[oó]n|recupero|ripristino|herstel)[ -]?(?:phrase|words?|seed|phrasen?|wörter|satz|sätze|zin|woorden)|mnemonic|(?:phrase|frase|mots|palabras|parole) (?:de |di |d')?(?:récupération|recuperaci[oó]n|recupero|secr[eè]te|semilla|seed|mnémonique)|\bseed\b|\bwallet\b|\b(?:12|24|twelve|twenty-four|zwölf|douze|doce|dodici|twaalf)[ -](?:words?|wörter|mots|palabras|parole|woorden)/giu;
/** At most so far behind the name. */
const BEGINS_WITHIN = 60;
const WORD_AFTER = /[\s,;|"'`:.()\d-]{0,9}/uy;
const WORD = /\p{Ll}{3,10}(?!\p{L})/uy;
/** These hold sentences together and are in no list of words for a wallet. */
const IN_SENTENCES = new Set(
  'the and for are was were not from has have with your should never does which where how who please been them their its his her our into than der die das und les des una del con het een van'.split(
    ' ',
  ),
);
const FEWEST = 12;
const MOST = 24;

export function findSeedPhrases(text: string): Finding[] {
  const found: Finding[] = [];
  for (const { 0: name, index } of text.matchAll(CALLED)) {
    const begin = index + name.length;
    if (begin < (found.at(-1)?.to ?? 0)) continue;
    const starts = [
      ...text
        .slice(begin, begin + BEGINS_WITHIN)
        .matchAll(/(?:[:=>\n"'`(-]|\b(?:is|are|ist|lautet|est|es|è|sind|sont|son|sono))\s*/gu),
    ];
    for (const start of starts) {
      const from = begin + start.index + start[0].length;
      const to = endOfWords(text, from);
      if (to === null) continue;
      found.push({ kind: 'private key', from, to });
      break;
    }
  }
  return found.length > 0 ? found : alone(text);
}

/** Nothing but words, as many as such phrases have: nobody writes a sentence like that. */
function alone(text: string): Finding[] {
  const words = /^\s*((?:\p{Ll}{3,8} ){11}(?:(?:\p{Ll}{3,8} ){12})?\p{Ll}{3,8})\s*$/u.exec(text)?.[1];
  if (words === undefined || words.split(' ').some((word) => IN_SENTENCES.has(word))) return [];
  const from = text.indexOf(words);
  return [{ kind: 'private key', from, to: from + words.length }];
}

/** Where the words end; null where they are too few or a sentence. */
function endOfWords(text: string, from: number): number | null {
  let at = from;
  let end = from;
  let words = 0;
  while (words < MOST) {
    WORD_AFTER.lastIndex = at;
    const gap = WORD_AFTER.exec(text)?.[0] ?? '';
    WORD.lastIndex = at + gap.length;
    const word = WORD.exec(text)?.[0];
    if (gap.length > 8 || word === undefined || IN_SENTENCES.has(word)) break;
    words += 1;
    at += gap.length + word.length;
    end = at;
  }
  return words >= FEWEST ? end : null;
}
