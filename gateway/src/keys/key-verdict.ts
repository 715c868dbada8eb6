/** What the answer to a key check means, in words that say what to do. No word of the provider's own is in them. */
import { AraError } from '../../../contracts/errors.js';
import type { Provider } from '../../../contracts/ids.js';

export interface KeyToCheck {
  provider: Provider;
  /** Null for a server that asks for none. */
  key: string | null;
  /** Of a compatible server. */
  baseUrl: string | null;
}

/** Where a new key is made. */
const KEYS_AT: Record<Exclude<Provider, 'compatible'>, string> = {
  anthropic: 'console.anthropic.com',
  openai: 'platform.openai.com/api-keys',
  google: 'aistudio.google.com/apikey',
};
const NAMES: Record<Provider, string> = {
  anthropic: 'Anthropic',
  openai: 'OpenAI',
  google: 'Google',
  compatible: 'The server',
};

/** Null when the provider takes the key. */
export function verdictOf({ provider, key }: KeyToCheck, status: number): AraError | null {
  const name = NAMES[provider];
  if (status >= 200 && status < 300) return null;
  if (status === 429)
    return new AraError('platform-unreachable', `${name} asks for a pause; the key was not checked`);
  if (status < 400 || status >= 500)
    return new AraError('platform-unreachable', `${name} answered with ${status}; the key was not checked`);
  if (provider !== 'compatible')
    return new AraError(
      'bad-credential',
      `${name} does not take this key; make a new one at ${KEYS_AT[provider]}`,
    );
  if (status !== 401 && status !== 403)
    return new AraError(
      'bad-request',
      `baseUrl: the server answers, but has no list of models there (${status}); the address often ends in /v1`,
    );
  return new AraError(
    'bad-credential',
    key === null ? 'The server asks for a key' : 'The server does not take this key',
  );
}

/** Whether there is no public address of that name. */
export const isNowhere = (error: unknown): boolean =>
  /^(ENOTFOUND|EAI_|ENODATA)/.test((error as { code?: string } | null)?.code ?? '');

export function whyUnreachable(provider: Provider, host: string, error: unknown): string {
  const { code = '', name = '' } = (error ?? {}) as { code?: string; name?: string };
  if (isNowhere(error)) return `${host} has no public address`;
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code))
    return `${host} has a certificate that is not trusted`;
  if (/^(TimeoutError|AbortError)$/.test(name)) return `${NAMES[provider]} did not answer in time`;
  return `${NAMES[provider]} did not answer`;
}
