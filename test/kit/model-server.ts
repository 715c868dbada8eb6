/** What the fake model providers share: keys, scripted answers, streaming, records and faults. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Listener, openEventStream, reset, sendJson, type ListenerOptions } from './listener.js';
import { cut, spoken } from './model-answer.js';
import type {
  Answer,
  Dialect,
  FullAnswer,
  ModelError,
  ModelRequest,
  Script,
  TextAnswer,
} from './model-answer.js';
import { WatchedList } from './watched-list.js';

const KEY_HEADERS = new Set(['authorization', 'x-api-key', 'cookie']);
const CHARACTERS_PER_CHUNK = 20;
const CHARACTERS_PER_TOKEN = 4;

export class FakeModelServer<Body> {
  /** Who may call; a test adds and deletes. */
  readonly keys: Set<string>;
  readonly #requests = new WatchedList<ModelRequest<Body>>();
  /** What was wrong with the others. A good client leaves this empty. */
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
    const refuse = (error: ModelError): void => this.#refuse(response, error, key);
    const [path] = (request.url ?? '').split('?', 1);
    if (request.method !== 'POST' || path !== this.dialect.path) {
      this.violations.push(`${request.method} ${path}`);
      return refuse(this.dialect.notFound(`${path}`));
    }
    const keyOk = key !== undefined && this.keys.has(key);
    const parsed = this.dialect.parse(readJson(raw), request.headers);
    if (!parsed.ok) {
      this.violations.push(parsed.error.message);
      return refuse(keyOk ? parsed.error : this.dialect.badKey(key));
    }
    const record: ModelRequest<Body> = {
      body: parsed.body,
      headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !KEY_HEADERS.has(name))),
      keyOk,
      at: performance.now(),
      bytes: raw.length,
      aborted: false,
    };
    response.once('close', () => {
      record.answeredAt = performance.now();
      record.status = response.headersSent ? response.statusCode : 0;
      record.aborted = !response.writableFinished;
      this.#requests.changed(record);
    });
    this.#requests.add(record);
    if (!keyOk) return refuse(this.dialect.badKey(key));
    const script: Script<Body> =
      this.#script ?? ((body) => ({ text: `echo: ${this.dialect.lastUserText(body)}` }));
    const answer = await script(parsed.body, ++this.#count);
    await this.#answer(parsed.body, response, answer, key);
  }

  async #answer(body: Body, response: ServerResponse, answer: Answer, key: string): Promise<void> {
    if (answer === 'hang') return;
    const streams = this.dialect.streams(body);
    if (answer === 'malformed-sse') {
      if (!streams) return void response.writeHead(200).end('{"id": "cut sho');
      const full = this.#full(body, { text: 'x' });
      openEventStream(response);
      response.end(
        `${this.dialect.start(body, full)}${this.dialect.piece(body, full, 'x').trimEnd().slice(0, -5)}\n\n`,
      );
      return;
    }
    const error = 'error' in answer ? answer.error : undefined;
    if (error && (error.afterChunks === undefined || !streams)) return this.#refuse(response, error, key);
    const text =
      'text' in answer && answer.text !== undefined
        ? answer.text
        : `echo: ${this.dialect.lastUserText(body)}`;
    const full = this.#full(body, { ...('error' in answer ? {} : answer), text });
    if ('delayMs' in answer && answer.delayMs) await sleep(answer.delayMs);
    if (!streams) {
      if ('cutAfter' in answer) return reset(response);
      return sendJson(response, 200, this.dialect.whole(body, full), this.#requestId());
    }
    const cutAfter = 'cutAfter' in answer ? answer.cutAfter : error?.afterChunks;
    await this.#stream(
      body,
      response,
      full,
      cutAfter,
      'perChunkMs' in answer ? answer.perChunkMs : undefined,
    );
    if (error) response.end(this.dialect.errorEvent(spoken(error, key)));
    else if ('orderly' in answer && answer.orderly) response.end();
    else if (cutAfter !== undefined) await flushAndReset(response);
  }

  async #stream(
    body: Body,
    response: ServerResponse,
    full: FullAnswer,
    cutAfter: number | undefined,
    perChunkMs: number | undefined,
  ): Promise<void> {
    openEventStream(response, this.#requestId());
    const events = full.pieces.map((text) => this.dialect.piece(body, full, text)).slice(0, cutAfter);
    const start = this.dialect.start(body, full);
    const end = cutAfter === undefined ? this.dialect.end(body, full) : '';
    if (!perChunkMs) {
      // The whole answer leaves in one write, which keeps the fake cheap to measure against.
      response.write(start + events.join('') + end);
    } else {
      response.write(start);
      for (const event of events) {
        await sleep(perChunkMs);
        if (response.destroyed) return;
        response.write(event);
      }
      response.write(end);
    }
    if (cutAfter === undefined) response.end();
  }

  #full(body: Body, answer: TextAnswer): FullAnswer {
    const { chunks = Math.ceil(answer.text.length / CHARACTERS_PER_CHUNK) } = answer;
    return {
      id: String(++this.#lastId).padStart(8, '0'),
      pieces: typeof chunks === 'number' ? cut(answer.text, chunks) : chunks,
      text: answer.text,
      stop: answer.stop ?? 'end',
      inputTokens: answer.inputTokens ?? Math.ceil(JSON.stringify(body).length / CHARACTERS_PER_TOKEN),
      outputTokens: answer.outputTokens ?? Math.max(1, Math.ceil(answer.text.length / CHARACTERS_PER_TOKEN)),
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

/** The chunks before the cut must arrive: a reset throws away what the network still holds. */
async function flushAndReset(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => response.write(':\n\n', () => resolve()));
  await sleep(20);
  reset(response);
}
