/** What an error on the way to a provider means to us: one table for all of them. */
import { DoorRefusal, DoorSilence } from '../door-fetch.js';
import type { FailureReason } from '../../../../contracts/rooms-door.js';
import { ModelError } from './model.js';
import { refusalOf, type ProviderRefusal } from './provider-refusal.js';

const NO_CREDIT =
  /credit balance|billing|spend limit|insufficient_quota|exceeded your current quota|usage limit/i;
const TOO_LONG =
  /too long|context[ _](?:length|limit|size|window)|too many tokens|maximum (?:context|number of tokens)|payload size|string_above_max/i;
/** Refusals of the door that mean the same to the user. */
const DOOR_SAYS: Readonly<Record<string, FailureReason>> = {
  'no-key': 'no-key',
  'over-budget': 'over-budget',
  'too-large': 'too-long',
  'host-stopped': 'host-stopped',
};
/** Refusals of the door that are nobody's mistake and pass. */
const DOOR_PASSES = new Set([
  'platform-unreachable',
  'container-unavailable',
  'database-unavailable',
  'queue-unavailable',
  'draining',
  'too-many',
]);

export function modelErrorOf(thrown: unknown): ModelError {
  const causes = causesOf(thrown);
  const known = causes.find((cause) => cause instanceof ModelError);
  if (known) return known;
  if (causes.some((cause) => cause instanceof DoorSilence)) return new ModelError('timeout');
  const door = causes.find((cause) => cause instanceof DoorRefusal);
  if (door) return ofDoor(door.code);
  for (const cause of causes) {
    const refusal = refusalOf(cause);
    if (refusal) return ofProvider(refusal);
  }
  return causes.some(isBrokenConnection) ? passing('provider-down') : new ModelError('internal');
}

/** Sockets give a code, the libraries an error without a status, and half a line of JSON is a stream that broke. */
const isBrokenConnection = (cause: unknown): boolean =>
  cause instanceof SyntaxError ||
  (cause instanceof Error &&
    ('code' in cause || 'status' in cause || cause.message.startsWith('Incomplete JSON')));

function ofDoor(code: string): ModelError {
  const reason = DOOR_SAYS[code];
  if (reason) return new ModelError(reason);
  return DOOR_PASSES.has(code) ? passing('provider-down') : new ModelError('internal');
}

interface Rule {
  applies: (refusal: ProviderRefusal) => boolean;
  means: (refusal: ProviderRefusal) => ModelError;
}

const hasType = ({ type, code }: ProviderRefusal, ...types: string[]): boolean =>
  types.includes(type) || types.includes(code);
const saysOf = ({ type, code, words }: ProviderRefusal): string => `${type} ${code} ${words}`;
/** The provider blames the request, or does not say by a status whom it blames. */
const blamesUs = ({ status }: ProviderRefusal): boolean =>
  status === undefined || (status >= 400 && status < 500);
const down = ({ afterSeconds }: ProviderRefusal): ModelError => passing('provider-down', afterSeconds);
const plainly = (reason: FailureReason) => (): ModelError => new ModelError(reason);
// Only a provider that says when to come back is asked again: others would count it as one more request too many.
const rateLimited = ({ afterSeconds }: ProviderRefusal): ModelError =>
  new ModelError('rate-limited', { retry: afterSeconds !== null, afterSeconds });

/** The first rule that applies decides. */
const rules: Rule[] = [
  {
    // Both go on to speak of quota and billing, which would help against this as well.
    applies: (refusal) => hasType(refusal, 'rate_limit_exceeded') || isBriefQuota(refusal),
    means: rateLimited,
  },
  {
    applies: (refusal) => refusal.status === 402 || (blamesUs(refusal) && NO_CREDIT.test(saysOf(refusal))),
    means: plainly('over-quota'),
  },
  {
    applies: (refusal) => refusal.status === 429 || hasType(refusal, 'rate_limit_error'),
    means: rateLimited,
  },
  {
    applies: (refusal) =>
      refusal.status === 413 ||
      hasType(refusal, 'request_too_large') ||
      (blamesUs(refusal) && refusal.status !== 404 && TOO_LONG.test(saysOf(refusal))),
    means: plainly('too-long'),
  },
  {
    // Both come with the status of a key that may not do this.
    applies: (refusal) => hasType(refusal, 'model_not_found') || /flagged|moderation/i.test(refusal.words),
    means: plainly('refused-by-provider'),
  },
  {
    applies: (refusal) =>
      refusal.status === 401 ||
      refusal.status === 403 ||
      hasType(refusal, 'authentication_error', 'permission_error', 'invalid_api_key', 'API_KEY_INVALID'),
    means: plainly('bad-key'),
  },
  {
    applies: (refusal) =>
      refusal.status === undefined && !hasType(refusal, 'invalid_request_error', 'not_found_error'),
    means: down,
  },
  { applies: ({ status = 0 }) => status >= 500 || status === 408, means: down },
];

/** Google has one word for all its limits; it says when to come back, even where that is only the next day. */
const isBriefQuota = ({ type, words, afterSeconds }: ProviderRefusal): boolean =>
  type === 'RESOURCE_EXHAUSTED' && afterSeconds !== null && !words.includes('PerDay');

function ofProvider(refusal: ProviderRefusal): ModelError {
  const rule = rules.find(({ applies }) => applies(refusal));
  return rule ? rule.means(refusal) : new ModelError('refused-by-provider');
}

function passing(reason: 'provider-down', afterSeconds: number | null = null): ModelError {
  return new ModelError(reason, { retry: true, afterSeconds });
}

function causesOf(thrown: unknown): unknown[] {
  const causes: unknown[] = [];
  // Bounded: a cause can be a ring.
  for (
    let cause = thrown;
    cause !== undefined && causes.length < 8;
    cause = typeof cause === 'object' && cause !== null && 'cause' in cause ? cause.cause : undefined
  )
    causes.push(cause);
  return causes;
}
