/** What the fake model providers share: keys, scripted answers, streaming, records and faults. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Listener, openEventStream, reset, sendJson, type ListenerOptions } from './listener.js';
import { cut, spoken } from './model-answer.js';
import type {
  Dialect,
  FullAnswer,
  ModelError,
  ModelRequest,
  Script,
  ScriptedAnswer,
} from './model-answer.js';
import { WatchedList } from './watched-list.js';

const KEY_HEADERS = new Set(['authorization', 'x-api-key', 'cookie']);
const CHARACTERS_PER_CHUNK = 20;
const CHARACTERS_PER_TOKEN = 4;

export class FakeModelServer<Body> {
  /** Who may call; a test adds and deletes. */
  readonly keys: Set<string>;
  readonly #requests = new WatchedList<ModelRequest<Body>>();
  /** What was wrong with requests that were not well formed. A good client leaves this empty. */
  readonly violations: string[] = [];
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

  start(): Promise<void> {
    return this.#listener.start();
  }

  /** Cuts every connection; `start` comes up again at the same address. */
  stop(): Promise<void> {
    return this.#listener.stop();
  }

  async #take(request: IncomingMessage, response: ServerResponse, raw: Buffer): Promise<void> {
    const key = keyOf(request);
    const keyOk = key !== undefined && this.keys.has(key);
    const parsed = this.#parse(request, raw);
    if (!parsed.ok) {
      this.violations.push(parsed.error.message);
      this.#refuse(response, keyOk ? parsed.error : this.dialect.badKey(key), key);
      return;
    }
    this.#record(parsed.body, request, response, raw.length, keyOk);
    if (!keyOk) {
      this.#refuse(response, this.dialect.badKey(key), key);
      return;
    }
    const answer = this.#script ? await this.#script(parsed.body, ++this.#count) : {};
    if (answer === 'malformed-sse') this.#malform(parsed.body, response);
    else if (answer !== 'hang') await this.#answer(parsed.body, response, answer, key);
  }

  #parse(request: IncomingMessage, raw: Buffer): ReturnType<Dialect<Body>['parse']> {
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (request.method === 'POST' && path === this.dialect.path) {
      return this.dialect.parse(readJson(raw), request.headers);
    }
    return { ok: false, error: this.dialect.notFound(`${request.method} ${path}`) };
  }

  #record(
    body: Body,
    request: IncomingMessage,
    response: ServerResponse,
    bytes: number,
    keyOk: boolean,
  ): void {
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !KEY_HEADERS.has(name)),
    );
    const record: ModelRequest<Body> = { body, headers, keyOk, at: performance.now(), bytes, aborted: false };
    response.once('close', () => {
      record.answeredAt = performance.now();
      record.status = response.headersSent ? response.statusCode : 0;
      record.aborted = !response.writableFinished;
      this.#requests.changed(record);
    });
    this.#requests.add(record);
  }

  #malform(body: Body, response: ServerResponse): void {
    const full = this.#full(body, 'x', {});
    if (!this.dialect.streams(body)) {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": "cut sho');
      return;
    }
    openEventStream(response);
    const broken = this.dialect.piece(body, full, 'x').trimEnd().slice(0, -5);
    response.end(`${this.dialect.start(body, full)}${broken}\n\n`);
  }

  async #answer(body: Body, response: ServerResponse, answer: ScriptedAnswer, key: string): Promise<void> {
    const { error, delayMs, text = `echo: ${this.dialect.lastUserText(body)}` } = answer;
    if (delayMs) await sleep(delayMs);
    const streams = this.dialect.streams(body);
    const full = this.#full(body, text, answer);
    if (error && (error.afterChunks === undefined || !streams)) this.#refuse(response, error, key);
    else if (streams) await this.#stream(body, response, full, answer, key);
    else if (answer.cutAfter !== undefined) reset(response);
    else sendJson(response, 200, this.dialect.whole(body, full), this.#requestId());
  }

  async #stream(
    body: Body,
    response: ServerResponse,
    full: FullAnswer,
    { error, perChunkMs, orderly, cutAfter = error?.afterChunks }: ScriptedAnswer,
    key: string,
  ): Promise<void> {
    const pieces = full.pieces.slice(0, cutAfter).map((text) => this.dialect.piece(body, full, text));
    const events = [this.dialect.start(body, full), ...pieces];
    if (error) events.push(this.dialect.errorEvent(spoken(error, key)));
    else if (cutAfter === undefined) events.push(this.dialect.end(body, full));

    openEventStream(response, this.#requestId());
    // Without pauses the whole answer leaves in one write, which keeps the fake cheap to measure against.
    await writeEach(response, perChunkMs ? events : [events.join('')], perChunkMs ?? 0);
    if (cutAfter === undefined || error || orderly) response.end();
    else await flushAndReset(response);
  }

  #full(body: Body, text: string, answer: ScriptedAnswer): FullAnswer {
    const { chunks = Math.ceil(text.length / CHARACTERS_PER_CHUNK) } = answer;
    return {
      id: String(++this.#lastId).padStart(8, '0'),
      pieces: typeof chunks === 'number' ? cut(text, chunks) : chunks,
      text,
      stop: answer.stop ?? 'end',
      inputTokens: answer.inputTokens ?? Math.ceil(JSON.stringify(body).length / CHARACTERS_PER_TOKEN),
      outputTokens: answer.outputTokens ?? Math.max(1, Math.ceil(text.length / CHARACTERS_PER_TOKEN)),
    };
  }

  #refuse(response: ServerResponse, error: ModelError, key: string | undefined): void {
    const retry: Record<string, string> =
      error.retryAfter === undefined ? {} : { 'retry-after': String(error.retryAfter) };
    const headers = { ...this.#requestId(), ...retry };
    sendJson(response, error.status, this.dialect.errorBody(spoken(error, key)), headers);
  }

  #requestId(): Record<string, string> {
    const id = `req_${String(this.#lastId).padStart(8, '0')}`;
    return { 'request-id': id, 'x-request-id': id };
  }
}

function keyOf({ headers }: IncomingMessage): string | undefined {
  const own = headers['x-api-key'];
  return typeof own === 'string' ? own : /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
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
async function flushAndReset(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => response.write(':\n\n', () => resolve()));
  await sleep(20);
  reset(response);
}
