/** What an error on the way to a provider means to us: one table for all providers, since their libraries agree in form. */
import { DoorRefusal, DoorSilence } from '../door-fetch.js';
import type { FailureReason } from '../../../../contracts/rooms-door.js';
import { ModelError } from './model.js';

/** What the providers' libraries throw: `status` for a refusal, none for an error event inside a stream. */
interface ProviderRefusal {
  status: number | undefined;
  type: string;
  code: string;
  message: string;
  afterSeconds: number | null;
}

const NO_CREDIT =
  /credit balance|billing|spend limit|insufficient_quota|exceeded your current quota|usage limit/i;
const TOO_LONG =
  /too long|context length|context_length|context window|too many tokens|maximum context|string_above_max/i;
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
  cause instanceof SyntaxError || (cause instanceof Error && ('code' in cause || 'status' in cause));

function ofDoor(code: string): ModelError {
  if (code === 'no-key') return new ModelError('no-key');
  return DOOR_PASSES.has(code) ? passing('provider-down') : new ModelError('internal');
}

interface Rule {
  applies: (refusal: ProviderRefusal) => boolean;
  means: (refusal: ProviderRefusal) => ModelError;
}

const hasType = ({ type, code }: ProviderRefusal, ...types: string[]): boolean =>
  types.includes(type) || types.includes(code);
const saysOf = ({ type, code, message }: ProviderRefusal): string => `${type} ${code} ${message}`;
/** The provider blames the request, or does not say by a status whom it blames. */
const blamesUs = ({ status }: ProviderRefusal): boolean =>
  status === undefined || (status >= 400 && status < 500);
const down = ({ afterSeconds }: ProviderRefusal): ModelError => passing('provider-down', afterSeconds);
const plainly = (reason: FailureReason) => (): ModelError => new ModelError(reason);

/** The first rule that applies decides. */
const rules: Rule[] = [
  {
    applies: (refusal) => refusal.status === 402 || (blamesUs(refusal) && NO_CREDIT.test(saysOf(refusal))),
    means: plainly('over-quota'),
  },
  {
    applies: (refusal) =>
      refusal.status === 429 || hasType(refusal, 'rate_limit_error', 'rate_limit_exceeded'),
    // Only a provider that says when to come back is asked again: others would count it as one more request too many.
    means: ({ afterSeconds }) =>
      new ModelError('rate-limited', { retry: afterSeconds !== null, afterSeconds }),
  },
  {
    applies: (refusal) =>
      refusal.status === 413 ||
      hasType(refusal, 'request_too_large') ||
      (blamesUs(refusal) && refusal.status !== 404 && TOO_LONG.test(saysOf(refusal))),
    means: plainly('too-long'),
  },
  { applies: (refusal) => hasType(refusal, 'model_not_found'), means: plainly('refused-by-provider') },
  {
    applies: (refusal) =>
      refusal.status === 401 ||
      refusal.status === 403 ||
      hasType(refusal, 'authentication_error', 'permission_error', 'invalid_api_key'),
    means: plainly('bad-key'),
  },
  {
    applies: (refusal) =>
      refusal.status === undefined && !hasType(refusal, 'invalid_request_error', 'not_found_error'),
    means: down,
  },
  { applies: ({ status = 0 }) => status >= 500 || status === 408, means: down },
];

function ofProvider(refusal: ProviderRefusal): ModelError {
  const rule = rules.find(({ applies }) => applies(refusal));
  return rule ? rule.means(refusal) : new ModelError('refused-by-provider');
}

function passing(reason: 'provider-down', afterSeconds: number | null = null): ModelError {
  return new ModelError(reason, { retry: true, afterSeconds });
}

/** Both libraries hang the answer's body on the error: one the whole of it, the other what lies under `error`. */
function refusalOf(thrown: unknown): ProviderRefusal | null {
  if (!isRecord(thrown) || !('status' in thrown)) return null;
  if (typeof thrown['status'] !== 'number' && !isRecord(thrown['error'])) return null;
  const body = isRecord(thrown['error']) ? thrown['error'] : {};
  const inner = isRecord(body['error']) ? body['error'] : body;
  const details = isRecord(inner['details']) ? inner['details'] : {};
  return {
    status: typeof thrown['status'] === 'number' ? thrown['status'] : undefined,
    type: textOf(inner['type']),
    code: textOf(inner['code'] ?? details['error_code']),
    message: textOf(inner['message']),
    afterSeconds:
      thrown['headers'] instanceof Headers ? secondsOf(thrown['headers'].get('retry-after')) : null,
  };
}

function secondsOf(header: string | null): number | null {
  if (!header) return null;
  const seconds = Number.isNaN(Number(header)) ? (Date.parse(header) - Date.now()) / 1_000 : Number(header);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

function causesOf(thrown: unknown): unknown[] {
  const causes: unknown[] = [];
  // Bounded: a cause can be a ring.
  for (
    let cause = thrown;
    cause !== undefined && causes.length < 8;
    cause = isRecord(cause) ? cause['cause'] : undefined
  )
    causes.push(cause);
  return causes;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
