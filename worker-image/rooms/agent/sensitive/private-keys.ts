/** Private keys: blocks and strings in the forms of the programs that make them, and strings that are called one. */
import type { Finding } from './finding.js';
import { entropy } from './randomness.js';

const HEAD = /-{4,5} ?BEGIN (?:[A-Z\d]+ ){0,3}(?:PRIVATE|SECRET) KEY(?: BLOCK)? ?-{4,5}/g;
const TAIL = /-{4,5} ?END (?:[A-Z\d]+ ){0,3}(?:PRIVATE|SECRET) KEY(?: BLOCK)? ?-{4,5}/g;
/** Ends of lines, also as programs write them into a string, and what stands at the start of lines that are quoted. */
const BREAK = '(?:[\\s>|"\'+`]|\\\\[nr])';
/** A line of headers or of base64 to its end, or enough base64 to be no word. */
const BODY = new RegExp(
  `^(?:${BREAK}*(?:Proc-Type|DEK-Info|Version|Comment|Hash|Subject)\\b|${BREAK}*[A-Za-z\\d+/]{20}|${BREAK}*(?:\\n|\\\\n)[ \\t>]*[A-Za-z\\d+/=]{3,}[ \\t]*(?:$|[\\r\\n\\\\"'\`-]))`,
);

const FORMS: readonly RegExp[] = [
  /PuTTY-User-Key-File-\d:[\s\S]*?(?:Private-MAC: ?[\da-f]+|$)/g,
  /AGE-(?:SECRET-KEY-1|PLUGIN-[A-Z\d]{1,20}-1)[\dA-Z]{40,}/g,
  // The insides of a key file without its first line: PKCS #1 and #8 as base64, and OpenSSH's.
  /(?<![A-Za-z\d+/])MII[A-Za-z\d+/]{3,5}(?:IBAAK|IBADAN)[A-Za-z\d+/=]{40,}(?:\s{1,4}[A-Za-z\d+/=]{20,})*/g,
  /(?<![A-Za-z\d+/])b3BlbnNzaC1rZXktdjE[A-Za-z\d+/=\s]{60,}/g,
  // A key file, coded once more.
  /(?<![A-Za-z\d+/])LS0tLS1CRUdJTi(?:BQUklWQVRFI|BSU0EgUFJJVkFURS|BFQyBQUklWQVRFI|BPUEVOU1NIIFBSSVZBVEUg|BFTkNSWVBURUQgUFJJVkFURS)[A-Za-z\d+/=]{20,}/g,
  // Bitcoin's wallet import format and extended private keys, Nostr's, Stellar's, Cardano's.
  /(?<![A-Za-z\d])(?:5[HJK][1-9A-HJ-NP-Za-km-z]{49}|[KLc][1-9A-HJ-NP-Za-km-z]{51}|[xyztuv]prv[1-9A-HJ-NP-Za-km-z]{100,112})(?![A-Za-z\d])/g,
  /(?<![A-Za-z\d])(?:nsec1[a-z\d]{58}|S[A-D][A-Z2-7]{54}|ed25519e?_sk1[a-z\d]{50,}|(?:addr|root|acct)_xsk1[a-z\d]{100,})(?![A-Za-z\d])/g,
  /<(?:RSA|DSA)KeyValue>[\s\S]{0,2000}?<D>[^<]{0,1000}<\/D>/g,
];

/** A name for a private key, and shortly behind it a string of the length of one. */
const CALLED =
  /(?:priv(?:ate)?[ _-]?key|secret[ _-]?(?:exponent|scalar|seed)|privat\p{L}* schlüssel|privatschlüssel|clé privée|clave privada|llave privada|chiave privata|chave privada|privésleutel|prywatny klucz|klucz prywatny|закрытый ключ|приватный ключ|秘密鍵|私钥)[^.?!\n]{0,40}?(?:[:=]|\s|\n)["'`\s]{0,4}((?:0x)?[\da-f]{64}|[A-Za-z\d+/]{43}=|[1-9A-HJ-NP-Za-km-z]{43,90})(?![A-Za-z\d])/giu;

/** JSON Web Keys: an object that says its type and holds the private number. */
const OBJECT = /\{[^{}]*\}/g;
const WEB_KEY = /"(?:d|k)"\s{0,3}:\s{0,3}"[A-Za-z\d_-]{20,}"/;

export function findPrivateKeys(text: string): Finding[] {
  const kind = 'private key';
  const formed = FORMS.flatMap((form) =>
    [...text.matchAll(form)].map(({ 0: { length }, index: from }): Finding => ({
      kind,
      from,
      to: from + length,
    })),
  );
  const called = [...text.matchAll(CALLED)].flatMap(({ 0: whole, 1: value = '', index }): Finding[] => {
    const to = index + whole.length;
    return entropy(value) > 2.5 ? [{ kind, from: to - value.length, to }] : [];
  });
  const objects = [...text.matchAll(OBJECT)].flatMap(({ 0: object, index: from }): Finding[] =>
    object.includes('"kty"') && WEB_KEY.test(object) ? [{ kind, from, to: from + object.length }] : [],
  );
  return [...blocks(text), ...formed, ...called, ...objects];
}

/** From the first line to the last; a block that was cut off counts up to the end of the text. A first line that is only spoken of has nothing under it. */
function blocks(text: string): Finding[] {
  const found: Finding[] = [];
  const ends = [...text.matchAll(TAIL)].map(({ 0: { length }, index }) => index + length);
  let next = 0;
  for (const { 0: head, index: from } of text.matchAll(HEAD)) {
    const inside = from + head.length;
    if (from < (found.at(-1)?.to ?? 0) || !BODY.test(text.slice(inside, inside + 200))) continue;
    while (next < ends.length && (ends[next] ?? 0) < inside) next += 1;
    found.push({ kind: 'private key', from, to: ends[next] ?? text.length });
  }
  return found;
}
