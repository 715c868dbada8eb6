/** What a message holds that should perhaps not leave the container: found, named and blotted out. */
import { findCardNumbers } from './card-numbers.js';
import type { Finding } from './finding.js';
import { withoutAccounts, withoutPublic } from './harmless.js';
import { findNamedTokens } from './named-tokens.js';
import { findPasswordPairs } from './password-pairs.js';
import { findPasswordsInPlaces } from './password-places.js';
import { findPasswordsInTables } from './password-tables.js';
import { findPasswords } from './passwords.js';
import { plain } from './plain.js';
import { findPrivateKeys } from './private-keys.js';
import { findSeedPhrases } from './seed-phrases.js';
import { findSocialSecurityNumbers } from './social-security-numbers.js';
import { findTokensByForm } from './token-forms.js';

/** The surest first. Each looks at the whole text; none of them may take long, whatever the text. */
const finders: readonly ((text: string) => Finding[])[] = [
  findPrivateKeys,
  findSeedPhrases,
  findTokensByForm,
  (text) => findCardNumbers(withoutAccounts(text)),
  (text) => findSocialSecurityNumbers(withoutAccounts(text)),
  findNamedTokens,
  findPasswordsInPlaces,
  findPasswordPairs,
  findPasswordsInTables,
  findPasswords,
];

/** In the order of the text; those that overlap are one, of the kind that was surest. */
export function findSensitive(text: string): Finding[] {
  const written = withoutPublic(plain(text));
  const all = finders.flatMap((find, rank) => find(written).map((finding) => ({ ...finding, rank })));
  all.sort((one, other) => one.from - other.from || one.rank - other.rank);
  const apart: typeof all = [];
  for (const each of all) {
    const last = apart.at(-1);
    if (!last || each.from >= last.to) apart.push({ ...each });
    else {
      if (each.rank < last.rank) [last.kind, last.rank] = [each.kind, each.rank];
      last.to = Math.max(last.to, each.to);
    }
  }
  return apart.map(({ kind, from, to }) => ({ kind, from, to }));
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
