/** The updates that wait for one bot: handed out by long polling, or posted to its webhook. */
import { ApiProblem, type UpdateKind, unixSeconds } from './telegram-problem.js';
import type { Update, WebhookInfo } from '@grammyjs/types';

import { WebhookSender, type WebhookOptions, type WebhookSettings } from './telegram-webhook.js';

/** Kinds that a bot gets only when it names them. */
const ON_REQUEST = new Set<string>([
  'chat_member',
  'message_reaction',
  'message_reaction_count',
] satisfies UpdateKind[]);
const LONGEST_POLL_SECONDS = 50;
const MOST_UPDATES = 100;

export const OTHER_GET_UPDATES =
  'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';
const WEBHOOK_ACTIVE =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

export interface PollArguments {
  offset?: number;
  limit?: number;
  timeout?: number;
  allowed_updates?: readonly string[];
}

interface Poll {
  limit: number;
  timer: NodeJS.Timeout;
  resolve: (updates: Update[]) => void;
  reject: (problem: ApiProblem) => void;
}

export class UpdateQueue {
  /** Oldest first; an update stays until it is confirmed. */
  readonly pending: Update[] = [];
  #allowed: ReadonlySet<string> | undefined;
  #poll: Poll | undefined;
  #webhook: WebhookSender | undefined;

  constructor(
    private readonly webhookOptions: WebhookOptions,
    private readonly onDelivered: (updateId: number) => void,
  ) {}

  add(update: Update): void {
    const kind = Object.keys(update).find((key) => key !== 'update_id') ?? '';
    if (this.#allowed ? !this.#allowed.has(kind) : ON_REQUEST.has(kind)) return;
    this.pending.push(update);
    this.#webhook?.pump();
    const poll = this.#poll;
    // Answered a tick later, so that updates of one moment travel together as they do from Telegram.
    if (poll) setImmediate(() => this.#answer(poll));
  }

  async poll(given: PollArguments, closed: AbortSignal): Promise<Update[]> {
    if (this.#webhook) throw new ApiProblem(409, WEBHOOK_ACTIVE);
    this.interrupt(new ApiProblem(409, OTHER_GET_UPDATES));
    if (given.allowed_updates) this.#allow(given.allowed_updates);
    this.#confirm(given.offset ?? 0);
    const limit = Math.min(Math.max(given.limit ?? MOST_UPDATES, 1), MOST_UPDATES);
    const seconds = Math.min(Math.max(given.timeout ?? 0, 0), LONGEST_POLL_SECONDS);
    if (this.pending.length > 0 || seconds === 0) return this.#take(limit);
    const { promise, resolve, reject } = Promise.withResolvers<Update[]>();
    const poll: Poll = {
      limit,
      resolve,
      reject,
      timer: setTimeout(() => this.#finish(poll), seconds * 1000),
    };
    this.#poll = poll;
    closed.addEventListener('abort', () => this.#forget(poll), { once: true });
    return promise;
  }

  /** Ends the poll that is under way, if any, with an error. */
  interrupt(problem: ApiProblem): boolean {
    const poll = this.#poll;
    if (!poll) return false;
    this.#poll = undefined;
    clearTimeout(poll.timer);
    poll.reject(problem);
    return true;
  }

  setWebhook(settings: WebhookSettings, allowed: readonly string[] | undefined): void {
    this.interrupt(new ApiProblem(409, 'Conflict: terminated by setWebhook request'));
    if (allowed) this.#allow(allowed);
    this.#webhook?.stop();
    this.#webhook = new WebhookSender(settings, this.webhookOptions, this.pending, (update) => {
      const at = this.pending.indexOf(update);
      if (at >= 0) this.pending.splice(at, 1);
      this.onDelivered(update.update_id);
    });
    this.#webhook.pump();
  }

  deleteWebhook(): void {
    this.#webhook?.stop();
    this.#webhook = undefined;
  }

  drop(): void {
    this.pending.length = 0;
  }

  webhookInfo(): WebhookInfo {
    const webhook = this.#webhook;
    return {
      url: webhook?.settings.url ?? '',
      has_custom_certificate: false,
      pending_update_count: this.pending.length,
      ...(webhook && { max_connections: webhook.settings.maxConnections, ip_address: '127.0.0.1' }),
      ...(webhook?.lastError && {
        last_error_date: unixSeconds(webhook.lastError.at),
        last_error_message: webhook.lastError.message,
      }),
      ...(this.#allowed && { allowed_updates: [...this.#allowed] as UpdateKind[] }),
    };
  }

  /** The server goes down: nothing is sent or answered until `resume`. */
  suspend(): void {
    this.#webhook?.stop();
    if (this.#poll) this.#forget(this.#poll);
  }

  resume(): void {
    this.#webhook?.start();
  }

  #allow(kinds: readonly string[]): void {
    this.#allowed = kinds.length > 0 ? new Set(kinds) : undefined;
  }

  /** An offset confirms all before it; a negative one keeps only that many of the newest. */
  #confirm(offset: number): void {
    const kept =
      offset < 0 ? this.pending.slice(offset) : this.pending.filter((update) => update.update_id >= offset);
    this.pending.splice(0, this.pending.length, ...kept);
  }

  #take(limit: number): Update[] {
    const taken = this.pending.slice(0, limit);
    for (const { update_id } of taken) this.onDelivered(update_id);
    return taken;
  }

  #answer(poll: Poll): void {
    if (this.#poll === poll) this.#finish(poll);
  }

  #finish(poll: Poll): void {
    if (this.#poll === poll) poll.resolve(this.#take(poll.limit));
    this.#forget(poll);
  }

  /** Nobody listens to this poll any more; what was not answered yet ends empty. */
  #forget(poll: Poll): void {
    if (this.#poll === poll) this.#poll = undefined;
    clearTimeout(poll.timer);
    poll.resolve([]);
  }
}
