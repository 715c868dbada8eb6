/** What an error on the way to a provider means to us: one table for all providers, since their libraries agree in form. */
import { DoorRefusal, DoorSilence } from '../door-fetch.js';
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

function ofProvider({ status, type, code, message, afterSeconds }: ProviderRefusal): ModelError {
  const words = `${type} ${code} ${message}`;
  const is = (...types: string[]): boolean => types.includes(type) || types.includes(code);
  const client = status === undefined || (status >= 400 && status < 500);

  if (status === 402 || (client && NO_CREDIT.test(words))) return new ModelError('over-quota');
  if (status === 429 || is('rate_limit_error', 'rate_limit_exceeded'))
    // Only a provider that says when to come back is asked again: others would count it as one more request too many.
    return new ModelError('rate-limited', { retry: afterSeconds !== null, afterSeconds });
  if (status === 413 || is('request_too_large') || (client && status !== 404 && TOO_LONG.test(words)))
    return new ModelError('too-long');
  if (is('model_not_found')) return new ModelError('refused-by-provider');
  if (status === 401 || status === 403 || is('authentication_error', 'permission_error', 'invalid_api_key'))
    return new ModelError('bad-key');
  if (status === undefined)
    return is('invalid_request_error', 'not_found_error')
      ? new ModelError('refused-by-provider')
      : passing('provider-down', afterSeconds);
  if (status >= 500 || status === 408) return passing('provider-down', afterSeconds);
  return new ModelError('refused-by-provider');
}

const passing = (reason: 'provider-down', afterSeconds: number | null = null): ModelError =>
  new ModelError(reason, { retry: true, afterSeconds });

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
