/** The model providers: where each is, which of its calls the agent room may make, and how the key is shown to it. */
import { AraError } from '../../../../contracts/errors.js';
import type { Settings } from '../../../../contracts/gateway-door.js';
import type { Provider } from '../../../../contracts/ids.js';

/** One allowed call. */
export interface ModelRoute {
  /** Below the provider's address, without a slash before it; with the query string. */
  path: string;
  /** Where the path says it, and not the body. */
  model?: string;
  streamed?: boolean;
  /** The body is a sound, to be written down. */
  hears?: boolean;
}

/** Where a provider is reached; only https. */
export interface Address {
  host: string;
  port: number;
  /** Ends with a slash. */
  basePath: string;
}

interface Upstream {
  address(settings: Settings): string | null;
  /** Null for all that is out of the agent's reach. The query is without its question mark. */
  route(path: string, query: string): ModelRoute | null;
  keyHeader(key: string): Record<string, string>;
}

const only =
  (allowed: string) =>
  (path: string, query: string): ModelRoute | null =>
    path === allowed && query === '' ? { path } : null;

/** Where speech is written down, by the model that the query names. */
const hears =
  (allowed: string, models: RegExp) =>
  (path: string, query: string): ModelRoute | null => {
    const model = /^model=([\w.-]+)$/.exec(query)?.[1] ?? '';
    return path === allowed && models.test(model) ? { path, model, hears: true } : null;
  };

type Route = Upstream['route'];
const either =
  (...routes: Route[]): Route =>
  (path, query) =>
    routes.reduce<ModelRoute | null>((found, route) => found ?? route(path, query), null);

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

const upstreams: Record<Provider, Upstream> = {
  anthropic: {
    address: () => 'https://api.anthropic.com/',
    route: only('v1/messages'),
    keyHeader: (key) => ({ 'x-api-key': key }),
  },
  openai: {
    address: () => 'https://api.openai.com/',
    route: either(
      only('v1/chat/completions'),
      // The one whose price is known.
      hears('v1/audio/transcriptions', /^gpt-4o-mini-transcribe$/),
    ),
    keyHeader: bearer,
  },
  google: {
    address: () => 'https://generativelanguage.googleapis.com/',
    route: googleRoute,
    keyHeader: (key) => ({ 'x-goog-api-key': key }),
  },
  compatible: {
    address: ({ compatibleUrl }) => compatibleUrl,
    route: either(only('chat/completions'), hears('audio/transcriptions', /^[\w.-]{1,100}$/)),
    // The gateway's word for a server that wants no key.
    keyHeader: (key) => (key === 'none' ? {} : bearer(key)),
  },
};

/** @throws AraError `not-allowed` */
export function routeOf(provider: Provider, path: string, query: URLSearchParams): ModelRoute {
  const route = upstreams[provider].route(path, query.toString());
  if (!route) throw new AraError('not-allowed');
  return route;
}

/** @throws AraError `no-key` when the account has set no such server */
export function addressOf(provider: Provider, settings: Settings): Address {
  const address = upstreams[provider].address(settings);
  if (address === null) throw new AraError('no-key');
  const { protocol, hostname, port, pathname, username, search } = new URL(address);
  if (protocol !== 'https:' || username || search) throw new AraError('not-allowed');
  return { host: hostname, port: Number(port || 443), basePath: pathname.replace(/\/*$/, '/') };
}

export const keyHeader = (provider: Provider, key: string): Record<string, string> =>
  upstreams[provider].keyHeader(key);

/** Google's library calls `v1` unless it is told otherwise; what is newer than that is in `v1beta`. */
const GOOGLE_CALL =
  /^(?:v1|v1beta)\/models\/(?<model>[a-z0-9][a-z0-9.-]{0,99}):(?<method>generateContent|streamGenerateContent)$/;

function googleRoute(path: string, query: string): ModelRoute | null {
  const { model, method } = GOOGLE_CALL.exec(path)?.groups ?? {};
  if (model === undefined) return null;
  const streamed = method === 'streamGenerateContent';
  // Above all no `key`, which Google would take in place of ours. Without `alt` a stream is no stream of events.
  if (query !== (streamed ? 'alt=sse' : '')) return null;
  return { path: query ? `${path}?${query}` : path, model, streamed };
}
