/** Receives by long polling: the next poll confirms a batch only when the journal holds it. */
import type { Api } from 'grammy';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelState } from '../../contracts/channel-state.js';
import type { BridgeHost } from '../bridge.js';
import { saysAny } from './failure.js';
import type { Intake } from './intake.js';
import type { Recovery, Timing } from './recovery.js';
import { forGrammy } from './transport.js';

/** The most that Telegram gives at once. */
const BATCH = 100;

/** A server that answers an empty poll sooner than this does not hold polls; it is asked no oftener than this. */
const SHORTEST_EMPTY_POLL = 250;

/** In a conflict the other program takes the poll away within seconds; one that lasts this long has no rival. */
const PROOF_OF_PEACE = 10_000;

export class Poller {
  private readonly signal: ReturnType<typeof forGrammy>;

  constructor(
    private readonly host: BridgeHost,
    private readonly api: Api,
    private readonly intake: Intake,
    private readonly recovery: Recovery,
    private readonly timing: Timing,
    private readonly report: (state: ChannelState) => void,
  ) {
    this.signal = forGrammy(recovery.signal);
  }

  /** Polls until stopped or until the token is refused. Never throws. */
  async run(): Promise<void> {
    let going = await this.recovery.insist(() => this.leaveWebhook());
    if (going) this.report('connected');
    while (going) {
      going = await this.recovery.insist(() => this.poll());
      if (going) this.report('connected');
    }
  }

  private async leaveWebhook(): Promise<void> {
    await this.api.deleteWebhook({ drop_pending_updates: false }, this.signal);
  }

  private async poll(): Promise<void> {
    const since = Date.now();
    const updates = await this.getUpdates().catch(async (error: unknown) => {
      // Somebody set a webhook since we started; without this the conflict would last for ever.
      if (saysAny(error, 'webhook')) await this.leaveWebhook();
      throw error;
    });
    if (updates.length > 0) return this.take(updates);
    const early = SHORTEST_EMPTY_POLL - (Date.now() - since);
    if (early > 0 && this.recovery.trouble === null) {
      await sleep(early, undefined, { signal: this.recovery.signal }).catch(() => undefined);
    }
  }

  private async getUpdates(): Promise<unknown[]> {
    const offset = Number(this.host.checkpoint() ?? NaN);
    const updates: unknown = await this.api.getUpdates(
      {
        ...(Number.isSafeInteger(offset) ? { offset } : {}),
        limit: BATCH,
        timeout: this.holdSeconds(),
        allowed_updates: ['message'],
      },
      this.signal,
    );
    return Array.isArray(updates) ? (updates as unknown[]) : [];
  }

  /** After trouble the first poll is not held, so that its success is known at once. */
  private holdSeconds(): number {
    const { trouble } = this.recovery;
    const hold = trouble === 'conflict' ? Math.min(PROOF_OF_PEACE, this.timing.poll) : this.timing.poll;
    return trouble === null || trouble === 'conflict' ? hold / 1000 : 0;
  }

  private async take(updates: unknown[]): Promise<void> {
    const positions = updates.map(positionOf).filter((position) => position !== null);
    if (positions.length === 0) throw new TypeError('updates without an id');
    const batch = [];
    for (const update of updates) batch.push(await this.intake.readOrSkip(update, this.recovery.signal));
    // Stopped meanwhile: nothing was promised, so the batch comes again.
    if (this.recovery.signal.aborted) return;
    this.intake.take(batch, String(Math.max(...positions) + 1));
  }
}

function positionOf(update: unknown): number | null {
  const id = (update as { update_id?: unknown } | null)?.update_id;
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : null;
}
