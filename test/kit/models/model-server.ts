/** What the fake model providers share: keys, scripted answers, streaming, records and faults. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Listener, openEventStream, reset, sendJson, type ListenerOptions } from '../listener.js';
import { fullAnswer, spoken } from './model-answer.js';
import type {
  Dialect,
  FullAnswer,
  ModelError,
  ModelRequest,
  Script,
  ScriptedAnswer,
  StreamedAnswer,
} from './model-answer.js';
import type { Said } from '../said.js';
import { hearForm, transcriptionOf, type Heard } from './transcription.js';
import { WatchedList } from '../watched-list.js';

const KEY_HEADERS = new Set(['authorization', 'x-api-key', 'x-goog-api-key', 'cookie']);

export class FakeModelServer<Body> {
  /** Who may call; a test adds and deletes. */
  readonly keys: Set<string>;
  readonly #requests = new WatchedList<ModelRequest<Body>>();
  /** What was wrong with requests that were not well formed. A good client leaves this empty. */
  readonly violations: string[] = [];
  /** Who read the list of models, as one does to see whether a key is good. */
  readonly listed: { address: string; keyOk: boolean }[] = [];
  /** The sounds that were written down, and the words that each of them is taken to hold. */
  readonly heard: Heard[] = [];
  speech = 'These are the words of the recording.';
  readonly #listener: Listener;
  #script: Script<Body> | undefined;
  #count = 0;
  #lastId = 0;

  constructor(
    options: ListenerOptions & { keys?: Iterable<string> },
    private readonly dialect: Dialect<Body>,
  ) {
    this.keys = new Set(options.keys);
    this.#listener = new Listener(options, (request, response, body) => this.#take(request, response, body));
  }

  get url(): string {
    return this.#listener.url;
  }

  get port(): number {
    return this.#listener.port;
  }

  /** Requests that were well formed, whatever was answered. */
  get requests(): readonly ModelRequest<Body>[] {
    return this.#requests.items;
  }

  /** Decides each answer from now on; without a script the last text of the user is echoed. */
  script(script: Script<Body> | undefined): void {
    this.#script = script;
  }

  /** The first request that fits, of those that came or else of those to come; also woken when one is answered or aborted. */
  waitForRequest(
    predicate: (request: ModelRequest<Body>) => boolean,
    timeoutMs = 5000,
  ): Promise<ModelRequest<Body>> {
    const describe = (): string =>
      `${this.requests.length} requests, violations: ${this.violations.join('; ')}`;
    return this.#requests.waitFor(predicate, timeoutMs, describe);
  }

  /** What a request comes to, as scripts are told it. */
  said(body: Body): Said {
    return this.dialect.said(body);
  }

  start(): Promise<void> {
    return this.#listener.start();
  }

  /** Cuts every connection; `start` comes up again at the same address. */
  stop(): Promise<void> {
    return this.#listener.stop();
  }

  async #take(request: IncomingMessage, response: ServerResponse, raw: Buffer): Promise<void> {
    // Before it is checked, which is a good part of the fake's own time.
    const at = performance.now();
    const key = this.dialect.keyOf(request.headers);
    const keyOk = key !== undefined && this.keys.has(key);
    const mayAsk = keyOk || this.dialect.keyless === true;
    if (
      request.method === 'GET' &&
      this.dialect.lists(new URL(request.url ?? '/', this.url), request.headers)
    ) {
      this.listed.push({ address: request.url ?? '', keyOk });
      if (mayAsk) sendJson(response, 200, { data: [], models: [] }, this.#requestId());
      else this.#refuse(response, this.dialect.badKey(key), key);
      return;
    }
    if (request.method === 'POST' && this.dialect.hears?.(new URL(request.url ?? '/', this.url)))
      return this.#hear(request, response, raw, mayAsk ? null : key);
    const parsed = this.#parse(request, raw);
    if (!parsed.ok) {
      this.violations.push(parsed.error.message);
      this.#refuse(response, mayAsk ? parsed.error : this.dialect.badKey(key), key);
      return;
    }
    this.#record({ body: parsed.body, at, bytes: raw.length, keyOk }, request, response);
    if (!mayAsk) {
      this.#refuse(response, this.dialect.badKey(key), key);
      return;
    }
    const answer = this.#script ? await this.#script(parsed.body, ++this.#count, this.said(parsed.body)) : {};
    if (answer === 'malformed-sse') this.#malform(parsed.body, response);
    else if (answer !== 'hang') await this.#answer(parsed.body, response, answer, key);
  }

  /** A sound is written down. `badKey` is what was shown in place of a key that is good; null for a good one. */
  async #hear(
    request: IncomingMessage,
    response: ServerResponse,
    raw: Buffer,
    badKey: string | undefined | null,
  ): Promise<void> {
    if (badKey !== null) return this.#refuse(response, this.dialect.badKey(badKey), badKey);
    const anyModel = this.dialect.keyless === true;
    const heard = await hearForm(raw, request.headers['content-type'] ?? '', anyModel);
    if ('problem' in heard) {
      this.violations.push(heard.problem);
      const error = { status: 400, type: 'invalid_request_error', message: heard.problem };
      return this.#refuse(response, error, undefined);
    }
    this.heard.push(heard);
    const answer = transcriptionOf(this.speech, heard.file.content.length);
    sendJson(response, 200, answer, this.#requestId());
  }

  #parse(request: IncomingMessage, raw: Buffer): ReturnType<Dialect<Body>['parse']> {
    const url = new URL(request.url ?? '/', this.url);
    if (request.method === 'POST' && this.dialect.serves(url))
      return this.dialect.parse(readJson(raw), request.headers, url);
    return { ok: false, error: this.dialect.notFound(`${request.method} ${url.pathname}`) };
  }

  #record(
    asked: Pick<ModelRequest<Body>, 'body' | 'at' | 'bytes' | 'keyOk'>,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !KEY_HEADERS.has(name)),
    );
    const record: ModelRequest<Body> = { ...asked, headers, aborted: false };
    response.once('close', () => {
      record.answeredAt = performance.now();
      record.status = response.headersSent ? response.statusCode : 0;
      record.aborted = !response.writableFinished;
      this.#requests.changed(record);
    });
    this.#requests.add(record);
  }

  #malform(body: Body, response: ServerResponse): void {
    if (!this.dialect.streams(body)) {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": "cut sho');
      return;
    }
    const { start, pieces } = this.dialect.stream(body, this.#full(body, { text: 'x' }));
    openEventStream(response);
    // Of the first event: the one before would be whole.
    response.end(`${start}${pieces[0]?.split('\n\n', 1)[0]?.slice(0, -5)}\n\n`);
  }

  async #answer(body: Body, response: ServerResponse, answer: ScriptedAnswer, key: string | undefined) {
    const { error, delayMs } = answer;
    if (delayMs) await sleep(delayMs);
    const streams = this.dialect.streams(body);
    const full = this.#full(body, answer);
    if (error && (error.afterChunks === undefined || !streams)) this.#refuse(response, error, key);
    else if (streams) await this.#stream(response, this.dialect.stream(body, full), answer, key);
    else if (answer.cutAfter !== undefined) reset(response);
    else sendJson(response, 200, this.dialect.whole(body, full), this.#requestId());
  }

  async #stream(
    response: ServerResponse,
    { start, pieces, end }: StreamedAnswer,
    { error, perChunkMs, orderly, cutAfter = error?.afterChunks }: ScriptedAnswer,
    key: string | undefined,
  ): Promise<void> {
    const events = [start, ...pieces.slice(0, cutAfter)];
    if (error) events.push(this.dialect.errorEvent(spoken(error, key)));
    else if (cutAfter === undefined) events.push(end);

    openEventStream(response, this.#requestId());
    // Without pauses the whole answer leaves in one write, which keeps the fake cheap to measure against.
    await writeEach(response, perChunkMs ? events : [events.join('')], perChunkMs ?? 0);
    if (cutAfter === undefined || error || orderly) response.end();
    else await resetLate(response);
  }

  #full(body: Body, answer: ScriptedAnswer): FullAnswer {
    return fullAnswer(answer, {
      id: String(++this.#lastId).padStart(8, '0'),
      thinks: this.dialect.thinks(body),
      callPrefix: this.dialect.callPrefix,
      echo: `echo: ${this.said(body).text}`,
      requestBytes: JSON.stringify(body).length,
    });
  }

  #refuse(response: ServerResponse, error: ModelError, key: string | undefined): void {
    const { status, retryAfter, plain } = error;
    const inHeader = retryAfter !== undefined && !this.dialect.retryInBody;
    const headers = {
      ...this.#requestId(),
      ...(inHeader ? { 'retry-after': String(retryAfter) } : {}),
    };
    const said = spoken(error, key);
    if (plain) response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(said.message);
    else sendJson(response, status, this.dialect.errorBody(said), headers);
  }

  #requestId(): Record<string, string> {
    const id = `req_${String(this.#lastId).padStart(8, '0')}`;
    return { 'request-id': id, 'x-request-id': id };
  }
}

function readJson(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString());
  } catch {
    return undefined;
  }
}

async function writeEach(response: ServerResponse, parts: readonly string[], pauseMs: number): Promise<void> {
  for (const [index, part] of parts.entries()) {
    if (index > 0) await sleep(pauseMs);
    if (response.destroyed) return;
    response.write(part);
  }
}

/** The chunks before the cut must arrive: a reset throws away what the network still holds. */
async function resetLate(response: ServerResponse): Promise<void> {
  await sleep(20);
  reset(response);
}

/** The key of an `authorization: Bearer` header. */
export function bearerOf({ authorization = '' }: IncomingHttpHeaders): string | undefined {
  return /^Bearer (.+)$/.exec(authorization)?.[1];
}
