/** Posts updates to a bot's webhook as Telegram does: chats side by side, each chat in order, again until it is taken. */
import { Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { Update } from '@grammyjs/types';

export interface WebhookOptions {
  /** The authority that signed the webhook's certificate. */
  ca?: string;
  /** The pause after the first failure; it doubles with each further one. */
  retryDelayMs: number;
}

export interface WebhookSettings {
  url: string;
  secretToken: string | undefined;
  maxConnections: number;
}

const LONGEST_RETRY_DELAY_MS = 60_000;
const ANSWER_TIMEOUT_MS = 60_000;

export class WebhookSender {
  lastError: { at: number; message: string } | undefined;
  readonly #agent: PlainAgent | TlsAgent;
  readonly #secure: boolean;
  /** Chats with an update under way or waiting for its next try. */
  readonly #busy = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #sending = 0;
  #failures = 0;
  #stopped = false;

  constructor(
    readonly settings: WebhookSettings,
    private readonly options: WebhookOptions,
    private readonly pending: readonly Update[],
    private readonly onTaken: (update: Update) => void,
  ) {
    this.#secure = settings.url.startsWith('https:');
    const common = { keepAlive: true, maxSockets: settings.maxConnections };
    this.#agent = this.#secure
      ? new TlsAgent({ ...common, ...(options.ca && { ca: options.ca }) })
      : new PlainAgent(common);
  }

  start(): void {
    this.#stopped = false;
    this.pump();
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#busy.clear();
    this.#agent.destroy();
  }

  /** Sends what may be sent now; to be called whenever there may be more. */
  pump(): void {
    if (this.#stopped) return;
    for (const update of [...this.pending]) {
      if (this.#sending >= this.settings.maxConnections) return;
      const queue = queueOf(update);
      if (this.#busy.has(queue)) continue;
      this.#busy.add(queue);
      this.#sending++;
      void this.#deliver(update, queue);
    }
  }

  async #deliver(update: Update, queue: string): Promise<void> {
    let problem: string | undefined;
    try {
      const status = await this.#post(JSON.stringify(update));
      if (status < 200 || status > 299) problem = `Wrong response from the webhook: ${status}`;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    this.#sending--;
    if (problem === undefined) {
      this.#failures = 0;
      this.#busy.delete(queue);
      this.onTaken(update);
      this.pump();
      return;
    }
    if (this.#stopped) return;
    this.lastError = { at: Date.now(), message: problem };
    const delay = Math.min(this.options.retryDelayMs * 2 ** this.#failures++, LONGEST_RETRY_DELAY_MS);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#busy.delete(queue);
      this.pump();
    }, delay);
    this.#timers.add(timer);
  }

  #post(body: string): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const { secretToken, url } = this.settings;
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(secretToken !== undefined && { 'x-telegram-bot-api-secret-token': secretToken }),
    };
    const options = { method: 'POST', headers, agent: this.#agent, timeout: ANSWER_TIMEOUT_MS };
    const request = (this.#secure ? tlsRequest : plainRequest)(url, options, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', reject);
    });
    request.once('timeout', () => request.destroy(new Error('Read timeout expired')));
    request.once('error', reject);
    request.end(body);
    return promise;
  }
}

function queueOf(update: Update): string {
  const message = update.message ?? update.edited_message ?? update.callback_query?.message;
  return String(message?.chat.id ?? update.update_id);
}
