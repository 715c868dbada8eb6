/** Private keys, and API keys and tokens: by the forms their makers gave them, or by the words around a random string. */
import type { Finding, SensitiveKind } from './finding.js';

const PRIVATE_KEYS: readonly RegExp[] = [
  // PEM and PGP; a block that was cut off counts up to the end of the text.
  /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|$)/g,
  /PuTTY-User-Key-File-\d:[\s\S]*?Private-MAC: [0-9a-f]+/g,
  /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/g,
  // Bitcoin's wallet import format and extended private keys.
  /\b(?:5[HJK][1-9A-HJ-NP-Za-km-z]{49}|[KL][1-9A-HJ-NP-Za-km-z]{51}|[xyz]prv[1-9A-HJ-NP-Za-km-z]{100,112})\b/g,
];

/** Each as its maker documents it or as secret scanners know it. */
const TOKENS: readonly RegExp[] = [
  /\bsk-(?:ant-|proj-|svcacct-|admin-|or-v1-)?[A-Za-z0-9_-]{20,}/g, // Anthropic, OpenAI, OpenRouter and others
  /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/g, // AWS
  /\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{50,}/g,
  /\bgl(?:pat|dt|rt|cbt|ptt|ft|soat)-[A-Za-z0-9_.-]{20,}/g, // GitLab
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bxapp-\d-[A-Za-z0-9-]{20,}/g, // Slack
  /\bhttps:\/\/hooks\.slack\.com\/services\/[A-Z0-9]+\/[A-Z0-9]+\/[A-Za-z0-9]+/g,
  /\bAIza[A-Za-z0-9_-]{35}/g, // Google
  /\bya29\.[A-Za-z0-9_-]{20,}|\bGOCSPX-[A-Za-z0-9_-]{20,}/g,
  /\b(?:sk|rk|pk|whsec)_(?:live|test)_[A-Za-z0-9]{16,}|\bwhsec_[A-Za-z0-9+/=]{24,}/g, // Stripe
  /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g, // SendGrid
  /\b(?:SK|AC)[0-9a-f]{32}\b/g, // Twilio
  /\bkey-[0-9a-f]{32}\b/g, // Mailgun
  /\bhf_[A-Za-z0-9]{30,}|\bgsk_[A-Za-z0-9]{40,}|\br8_[A-Za-z0-9]{30,}|\bxai-[A-Za-z0-9]{40,}|\bpplx-[A-Za-z0-9]{40,}/g,
  /\bnpm_[A-Za-z0-9]{36}|\bpypi-[A-Za-z0-9_-]{40,}/g,
  /\b(?:dop|doo|dor)_v1_[0-9a-f]{64}|\bdapi[0-9a-f]{32}|\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/g,
  /\bdckr_pat_[A-Za-z0-9_-]{20,}|\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}|\blin_api_[A-Za-z0-9]{30,}|\bntn_[A-Za-z0-9]{40,}|\bsecret_[A-Za-z0-9]{43}\b/g,
  /\b\d{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g, // Telegram bots
  /\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}/g, // Discord
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*/g, // JWT
  /\bsyt_[A-Za-z0-9_]{20,}|\bmct_[A-Za-z0-9_]{20,}/g, // Matrix
  /\bAccountKey=[A-Za-z0-9+/]{40,}={0,2}/g, // Azure
];

/** A name of a secret, and behind it a string that nobody would write otherwise. */
const NAMED =
  /\b(?:api|access|auth|secret|client|private|encryption|signing|service|bearer|refresh|session|app)?[ _-]?(?:key|token|secret|bearer)(?:[ _-]?(?:id|key|value))?\b["'`]?\s*(?:is|ist|=|:|=>|:=|lautet|est|es)?\s*["'`]?([A-Za-z0-9_+/=.~-]{16,})/gi;

export function findKeys(text: string): Finding[] {
  const of = (kind: SensitiveKind, patterns: readonly RegExp[]): Finding[] =>
    patterns.flatMap((pattern) =>
      [...text.matchAll(pattern)].map(({ 0: { length }, index }) => ({
        kind,
        from: index,
        to: index + length,
      })),
    );
  const named = [...text.matchAll(NAMED)].flatMap(({ 0: whole, 1: value = '', index }): Finding[] => {
    if (!looksRandom(value)) return [];
    const from = index + whole.length - value.length;
    return [{ kind: 'API key or token', from, to: from + value.length }];
  });
  return [...of('private key', PRIVATE_KEYS), ...of('API key or token', TOKENS), ...named];
}

/** Digits and letters mixed, and more different characters than words have. */
function looksRandom(value: string): boolean {
  const letters = /[A-Za-z]/.test(value) && /\d/.test(value);
  const isPlain = /^[a-z]+(?:[-_.][a-z0-9]+)*$/.test(value) && !/[0-9].*[a-z].*[0-9]/.test(value);
  return letters && !isPlain && entropy(value) >= 3.2;
}

/** Bits a character. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
