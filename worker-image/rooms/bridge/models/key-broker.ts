/**
 * The key broker: passes the agent room's model calls on with the user's API key, which lives in this room's memory
 * only. It meters them itself, since what the agent room says about tokens does not count, and a call that could pass
 * the budget is not sent.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request, type Agent } from 'node:https';
import { pipeline } from 'node:stream';
import { readBody, type DoorCall } from '../../../../contracts/door-http.js';
import { AraError } from '../../../../contracts/errors.js';
import type { Settings } from '../../../../contracts/gateway-door.js';
import { provider as providerSchema, type Provider } from '../../../../contracts/ids.js';
import { EgressError } from '../egress-agent.js';
import { MeteredCall } from './metered-call.js';
import { readCall } from './model-call.js';
import { Redaction } from './redaction.js';
import type { SpendingBook } from './spending.js';
import { addressOf, keyHeader, routeOf } from './upstreams.js';

/** Most bytes of one call: what Anthropic takes, and more than most agents send. */
const MAX_BODY = 32 * 1_048_576;
/** All that passes from the agent to the provider beside the body; above all no credential of its own. */
const REQUEST_HEADERS = ['accept', 'anthropic-version'];
const RESPONSE_HEADERS = ['content-type', 'content-length', 'retry-after', 'request-id', 'x-request-id'];
const TURN = /^[1-9]\d{0,14}$/;

export interface BrokerParts {
  /** Asks the gateway for the key. */
  release(provider: Provider): Promise<string>;
  /** Told when a provider does not take the key. */
  onRefused(provider: Provider): void;
  agent: Agent;
  settings(): Settings;
  spending: SpendingBook;
  /** Whether the agent room holds this turn. */
  isOpen(turn: number): boolean;
}

interface Outgoing {
  host: string;
  port: number;
  path: string;
  headers: Record<string, string | number>;
  body: Buffer;
}

export class KeyBroker {
  private readonly keys = new Map<Provider, string>();
  private generation = 0;

  constructor(
    private readonly parts: BrokerParts,
    /** Milliseconds, from any beginning. */
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** Keys or settings were changed: ask again. */
  forget(): void {
    this.keys.clear();
    this.generation++;
  }

  /** @throws AraError `not-allowed`, `no-key`, `too-large`, `bad-request`, `over-budget`, `platform-unreachable`, `host-stopped` */
  async pass({ params, query, request: incoming, response }: DoorCall): Promise<void> {
    const provider = providerSchema.parse(params['provider']);
    if (incoming.method !== 'POST') throw new AraError('not-allowed');
    const route = routeOf(provider, params['rest'] ?? '', query);
    const turn = this.turnOf(incoming);
    const call = readCall(provider, await readBody(incoming, MAX_BODY), route);
    const key = await this.key(provider);
    // The agent gave up meanwhile.
    if (response.destroyed) return;

    const { host, port, basePath } = addressOf(provider, this.parts.settings());
    const headers = {
      ...picked(incoming, REQUEST_HEADERS),
      'content-type': call.type,
      'content-length': call.body.length,
      // What is compressed cannot be metered.
      'accept-encoding': 'identity',
      ...keyHeader(provider, key),
    };
    const metered = new MeteredCall(this.parts.spending, provider, turn, call, this.clock);
    const outgoing = { host, port, path: basePath + route.path, headers, body: call.body };
    const answer = await this.send(outgoing, response, metered).catch((error: unknown) => {
      metered.refused();
      throw error;
    });
    // The provider no longer knows this key; perhaps a new one is set.
    if (answer.statusCode === 401) {
      this.keys.delete(provider);
      this.parts.onRefused(provider);
    }
    giveBack(answer, response, key, metered);
  }

  private send(
    { body, ...options }: Outgoing,
    response: ServerResponse,
    metered: MeteredCall,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = request({ ...options, method: 'POST', agent: this.parts.agent }, resolve);
      outgoing.on('error', (error) => {
        // Once there was a connection, the provider may have begun to answer.
        if (outgoing.socket) metered.over(false);
        // The cause is left out: an error of the TLS layer may hold the request's head.
        const stopped = error instanceof EgressError && error.stopped;
        reject(new AraError(stopped ? 'host-stopped' : 'platform-unreachable'));
      });
      response.on('close', () => outgoing.destroy());
      outgoing.end(body);
    });
  }

  private async key(provider: Provider): Promise<string> {
    const known = this.keys.get(provider);
    if (known) return known;
    const { generation } = this;
    const key = await this.parts.release(provider);
    // Changed on its way: it might belong to another server than the one that is set now.
    if (generation !== this.generation) return this.key(provider);
    this.keys.set(provider, key);
    return key;
  }

  private turnOf({ headers }: IncomingMessage): number {
    const turn = headers['x-ara-turn'];
    if (typeof turn !== 'string' || !TURN.test(turn) || !this.parts.isOpen(Number(turn)))
      throw new AraError('not-allowed');
    return Number(turn);
  }
}

/** Streams the answer to the agent room as it comes. */
function giveBack(
  answer: IncomingMessage,
  response: ServerResponse,
  key: string,
  metered: MeteredCall,
): void {
  const { statusCode = 502 } = answer;
  if (statusCode >= 200 && statusCode < 300) {
    answer.on('data', (chunk: Buffer) => metered.read(chunk));
    // Before the agent sees the end, so that its turn does not end with a call unpaid.
    answer.once('end', () => metered.over(true));
    answer.once('error', () => metered.over(false));
  } else metered.refused();
  response.writeHead(statusCode, picked(answer, RESPONSE_HEADERS));
  // Some providers repeat a key that they refuse; the agent room must not see it.
  pipeline(answer, new Redaction(key), response, () => metered.over(false));
  response.flushHeaders();
}

function picked(message: IncomingMessage, names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = message.headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
