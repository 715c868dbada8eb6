/** matrix-bot-sdk's client with its calls carried over the room's own agent, and its log kept shut. */
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Agent } from 'node:https';
import type { Readable } from 'node:stream';
import { LogService, MatrixClient } from 'matrix-bot-sdk';
import { ASKS_FOR_MORE, MatrixFailure } from './failure.js';
import { carry, readWhole } from './transport.js';

// It would write what is said, and to whom, to standard output.
const silent = (): undefined => undefined;
LogService.setLogger({ info: silent, warn: silent, error: silent, debug: silent, trace: silent });

export interface ClientOptions {
  baseUrl: string;
  accessToken: string;
  agent: Agent;
  /** How long a call may stand still, milliseconds. */
  timeout: number;
}

export interface CallOptions {
  query?: Record<string, string>;
  body?: unknown;
  timeout?: number;
  signal?: AbortSignal;
}

/** The answers are not checked: whoever reads a field that matters does. */
export type Answer = Record<string, unknown>;

/** Longest wait that is believed: a timer counts no further than 24 days. */
const LONGEST_WAIT = 86_400_000;

export class Client extends MatrixClient {
  private readonly calls: ClientOptions;

  constructor(options: ClientOptions) {
    super(options.baseUrl, options.accessToken);
    this.calls = options;
  }

  /** Where every call of the SDK ends up. @throws MatrixFailure or TransportError */
  override async doRequest(
    method: string,
    endpoint: string,
    query?: Record<string, string> | null,
    body?: unknown,
    timeout = this.calls.timeout,
  ): Promise<Answer> {
    return this.call(method, endpoint, { timeout, query: query ?? {}, body: body ?? undefined });
  }

  /** @throws MatrixFailure or TransportError */
  async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const hasBody = options.body !== undefined;
    const response = await this.carry(method, path, {
      ...options,
      body: hasBody ? JSON.stringify(options.body) : undefined,
      headers: hasBody ? { 'content-type': 'application/json' } : {},
    });
    return answerOf(response.statusCode ?? 0, await readWhole(response), response.headers['retry-after']);
  }

  /** The homeserver shows an event that is sent twice with one transaction id once. @returns the event's id */
  async sendOnce(room: string, type: string, content: unknown, transaction: string): Promise<string> {
    return this.put(`${roomPath(room)}/send/${encodeURIComponent(type)}/${transaction}`, content);
  }

  async redact(room: string, event: string, transaction: string): Promise<void> {
    await this.put(`${roomPath(room)}/redact/${encodeURIComponent(event)}/${transaction}`, {});
  }

  /** @returns the `mxc://` address of what was sent */
  async uploadStream(content: Readable, size: number, type: string, name: string | null): Promise<string> {
    const response = await this.carry('POST', '/_matrix/media/v3/upload', {
      query: name === null ? {} : { filename: name },
      headers: { 'content-type': type, 'content-length': size },
      body: content,
    });
    const { content_uri: uri } = answerOf(response.statusCode ?? 0, await readWhole(response));
    if (typeof uri !== 'string') throw new MatrixFailure(502, '', 0);
    return uri;
  }

  /** The bytes behind an `mxc://` address as the homeserver has them. @throws MatrixFailure or TransportError */
  async download(uri: string, signal: AbortSignal): Promise<Readable> {
    const [, server = '', media = ''] = /^mxc:\/\/([^/?#]+)\/([\w-]+)$/.exec(uri) ?? [];
    if (!media) throw new MatrixFailure(404, 'M_NOT_FOUND', 0);
    const at = `${encodeURIComponent(server)}/${media}`;
    const first = await this.carry('GET', `/_matrix/client/v1/media/download/${at}`, { signal });
    const isOld = first.statusCode === 404 || first.statusCode === 400;
    // Before version 1.11 media was open to all, and elsewhere.
    if (isOld) first.resume();
    const response = isOld ? await this.carry('GET', `/_matrix/media/v3/download/${at}`, { signal }) : first;
    if (response.statusCode !== 200) answerOf(response.statusCode ?? 0, await readWhole(response));
    return response;
  }

  private async put(path: string, content: unknown): Promise<string> {
    const { event_id: event } = await this.call('PUT', path, { body: content });
    if (typeof event !== 'string') throw new MatrixFailure(502, '', 0);
    return event;
  }

  private carry(
    method: string,
    path: string,
    call: Omit<CallOptions, 'body'> & { headers?: OutgoingHttpHeaders; body?: string | Readable | undefined },
  ): Promise<IncomingMessage> {
    const url = new URL(this.calls.baseUrl + path);
    for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
    const { accessToken } = this.calls;
    return carry(this.calls.agent, {
      method,
      url,
      headers: { ...call.headers, ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}) },
      ...(call.body === undefined ? {} : { body: call.body }),
      timeout: call.timeout ?? this.calls.timeout,
      signal: call.signal,
    });
  }
}

export const API = '/_matrix/client/v3';
export const roomPath = (room: string): string => `${API}/rooms/${encodeURIComponent(room)}`;

/** @throws MatrixFailure */
function answerOf(status: number, body: Buffer, retryAfter?: string): Answer {
  const answer = parsed(body);
  if (status >= 200 && status < 300 && answer) return answer;
  const { errcode, retry_after_ms: wait, flows, session } = answer ?? {};
  const code = flows === undefined ? errcode : ASKS_FOR_MORE;
  const milliseconds = Number(wait ?? Number(retryAfter) * 1000);
  const pause = Number.isFinite(milliseconds) && milliseconds > 0 ? milliseconds : 1_000;
  // What is no answer of a homeserver is trouble on the way to it.
  const seen = answer ? status : Math.max(status, 502);
  const asked = flows !== undefined && typeof session === 'string' ? session : null;
  throw new MatrixFailure(seen, typeof code === 'string' ? code : '', Math.min(pause, LONGEST_WAIT), asked);
}

function parsed(body: Buffer): Answer | null {
  try {
    const answer: unknown = JSON.parse(body.toString('utf8'));
    return typeof answer === 'object' && answer !== null && !Array.isArray(answer)
      ? (answer as Answer)
      : null;
  } catch {
    return null;
  }
}
