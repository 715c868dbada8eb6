/** The key broker: passes the agent room's model calls on with the user's API key, which lives in this room's memory only. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request, type Agent } from 'node:https';
import { pipeline } from 'node:stream';
import { AraError } from '../../../contracts/errors.js';
import { provider as providerSchema, type Provider } from '../../../contracts/ids.js';
import type { DoorCall } from '../../../contracts/door-http.js';
import { Redaction } from './redaction.js';

interface Upstream {
  host: string;
  /** The calls that the agent may make; everything else at the provider stays out of its reach. */
  paths: ReadonlySet<string>;
  keyHeader(key: string): Record<string, string>;
}

const upstreams: Record<Provider, Upstream> = {
  anthropic: {
    host: 'api.anthropic.com',
    paths: new Set(['v1/messages']),
    keyHeader: (key) => ({ 'x-api-key': key }),
  },
  openai: {
    host: 'api.openai.com',
    paths: new Set(['v1/chat/completions']),
    keyHeader: (key) => ({ authorization: `Bearer ${key}` }),
  },
};

/** All that passes from the agent to the provider; above all no credential of its own. */
const REQUEST_HEADERS = ['content-type', 'content-length', 'accept', 'anthropic-version', 'anthropic-beta'];
const RESPONSE_HEADERS = ['content-type', 'content-length', 'retry-after', 'request-id', 'x-request-id'];

export class KeyBroker {
  private readonly keys = new Map<Provider, string>();

  constructor(
    private readonly release: (provider: Provider) => Promise<string>,
    private readonly agent: () => Agent,
  ) {}

  /** The key was changed or removed: ask for it again. */
  forget(): void {
    this.keys.clear();
  }

  /** @throws AraError `not-allowed`, `no-key`, `platform-unreachable` */
  async pass({ params, request: incoming, response }: DoorCall): Promise<void> {
    const provider = providerSchema.parse(params['provider']);
    const upstream = upstreams[provider];
    const path = params['rest'] ?? '';
    if (incoming.method !== 'POST' || !upstream.paths.has(path)) throw new AraError('not-allowed');
    const key = await this.key(provider);
    const answer = await this.send(upstream, path, key, incoming, response);
    // The provider no longer knows this key; perhaps a new one is set.
    if (answer.statusCode === 401) this.keys.delete(provider);
    response.writeHead(answer.statusCode ?? 502, picked(answer, RESPONSE_HEADERS));
    // Some providers repeat a key that they refuse; the agent room must not see it.
    pipeline(answer, new Redaction(key), response, () => undefined);
    response.flushHeaders();
  }

  private send(
    upstream: Upstream,
    path: string,
    key: string,
    incoming: IncomingMessage,
    response: ServerResponse,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: upstream.host,
          path: `/${path}`,
          method: 'POST',
          agent: this.agent(),
          headers: { ...picked(incoming, REQUEST_HEADERS), ...upstream.keyHeader(key) },
        },
        resolve,
      );
      // The cause is left out: an error of the TLS layer may hold the request's head.
      outgoing.on('error', () => reject(new AraError('platform-unreachable')));
      response.on('close', () => outgoing.destroy());
      incoming.pipe(outgoing);
    });
  }

  private async key(provider: Provider): Promise<string> {
    const known = this.keys.get(provider);
    if (known) return known;
    const key = await this.release(provider);
    this.keys.set(provider, key);
    return key;
  }
}

function picked(message: IncomingMessage, names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = message.headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
