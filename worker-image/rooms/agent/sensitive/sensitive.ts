/** What a message holds that should perhaps not leave the container: found, named and blotted out. */
import { findCardNumbers } from './card-numbers.js';
import type { Finding } from './finding.js';
import { findKeys } from './keys.js';
import { findPasswords } from './passwords.js';
import { findSocialSecurityNumbers } from './social-security-numbers.js';

/** Each finder looks at the whole text; none of them may take long, whatever the text. */
const finders: readonly ((text: string) => Finding[])[] = [
  findKeys,
  findCardNumbers,
  findSocialSecurityNumbers,
  findPasswords,
];

/** In the order of the text; of two that overlap the one that begins first, or the longer. */
export function findSensitive(text: string): Finding[] {
  const all = finders.flatMap((find) => find(text));
  all.sort((one, other) => one.from - other.from || other.to - one.to);
  const apart: Finding[] = [];
  for (const each of all) if (each.from >= (apart.at(-1)?.to ?? 0)) apart.push(each);
  return apart;
}

/** The text with every finding replaced by its name. */
export function masked(text: string): string {
  let result = '';
  let at = 0;
  for (const { kind, from, to } of findSensitive(text)) {
    result += `${text.slice(at, from)}[${kind}]`;
    at = to;
  }
  return result + text.slice(at);
}

/** `a card number and an API key or token`; says nothing of what they are. */
export function namesOf(findings: readonly Finding[]): string {
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  const named = kinds.map((kind) => `${kind.startsWith('A') ? 'an' : 'a'} ${kind}`);
  const last = named.pop() ?? '';
  return named.length > 0 ? `${named.join(', ')} and ${last}` : last;
}
