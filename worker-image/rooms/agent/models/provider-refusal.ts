/** A refusal of a provider, read out of whatever its library has thrown. */

export interface ProviderRefusal {
  /** HTTP's; undefined for an error inside a stream that does not say. */
  status: number | undefined;
  type: string;
  code: string;
  /** The provider's own words: for recognizing what they mean, never for anybody to read. */
  words: string;
  afterSeconds: number | null;
}

type Fields = Record<string, unknown>;

/** Null when what was thrown is no refusal. */
export function refusalOf(thrown: unknown): ProviderRefusal | null {
  if (!isRecord(thrown) || !('status' in thrown)) return null;
  const body = bodyOf(thrown);
  const status = [thrown['status'], body?.['code']].find((each) => typeof each === 'number');
  if (status === undefined && !body) return null;
  const details = detailsOf(body ?? {});
  return {
    status,
    type: textOf(body?.['type'] ?? body?.['status']),
    code: textOf(body?.['code']) || textOf(details['error_code'] ?? details['reason']),
    words: `${textOf(thrown['message'])} ${textOf(body?.['message'])}`,
    afterSeconds: afterSecondsOf(thrown['headers'], details),
  };
}

/** What lies under `error` in the answer: one library hangs that on the error, one the whole, and Google's writes it out. */
function bodyOf({ error, message }: Fields): Fields | null {
  const whole = isRecord(error) ? error : jsonIn(textOf(message));
  if (!whole) return null;
  return isRecord(whole['error']) ? whole['error'] : whole;
}

function jsonIn(message: string): Fields | null {
  try {
    const value: unknown = JSON.parse(message.slice(message.indexOf('{')));
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/** Google's are a list, of which each entry has fields of its own. */
function detailsOf({ details }: Fields): Fields {
  if (Array.isArray(details)) return Object.assign({}, ...details.filter(isRecord)) as Fields;
  return isRecord(details) ? details : {};
}

function afterSecondsOf(headers: unknown, { retryDelay }: Fields): number | null {
  const header = headers instanceof Headers ? headers.get('retry-after') : null;
  const wanted = header ?? textOf(retryDelay).replace(/s$/, '');
  if (!wanted) return null;
  const seconds = Number.isNaN(Number(wanted)) ? (Date.parse(wanted) - Date.now()) / 1_000 : Number(wanted);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
