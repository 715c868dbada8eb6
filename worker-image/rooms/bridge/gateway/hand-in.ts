/** Hands journal rows into the queue: sealed to the container itself, again and again until the queue has them. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AraError } from '../../../../contracts/errors.js';
import type { AccountId } from '../../../../contracts/ids.js';
import type { Sealer } from '../../../../contracts/seal.js';
import type { SealedMessage } from '../../../../contracts/sealed.js';
import type { GatewayLink } from './gateway-link.js';
import type { Journal, JournalRow } from '../journal/journal.js';

const BATCH = 50;
/** Most content of one call, so that its sealed form fits through the door whatever its letters take up. */
const BATCH_CONTENT = 300_000;
/** Past it the numbers begin again: no job of so long ago is left. */
const MAX_ATTEMPT = 1_000;
/** A message that the queue has held for so long was lost with it. */
const QUEUED_TOO_LONG = 15_000;
const LAST_RETRY = 1_000;

/** The name of a message in the queue: says nothing about the chat, and is the same each time. */
export function sealedId(account: AccountId, channel: string, platformId: string): string {
  return createHash('sha256').update(`${account}|${channel}|${platformId}`).digest('hex').slice(0, 32);
}

export class HandIn {
  private running: Promise<void> | null = null;
  private again = false;
  private stopped = false;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly journal: Journal,
    private readonly gateway: GatewayLink,
    private readonly account: AccountId,
    private readonly sealer: Sealer,
  ) {
    this.timer = setInterval(() => this.recall(QUEUED_TOO_LONG), QUEUED_TOO_LONG / 3).unref();
  }

  /** There is something to hand in. */
  wake(): void {
    this.again = true;
    if (this.stopped || this.running) return;
    this.running = this.pump().finally(() => {
      this.running = null;
      if (this.again) this.wake();
    });
  }

  /** What was queued before and has not come back is handed in once more: the queue it was in may be gone. */
  recall(queuedSince: number): void {
    if (this.journal.handInAgain(Date.now() - queuedSince) > 0) this.wake();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  private async pump(): Promise<void> {
    let wait = 50;
    while (!this.stopped) {
      this.again = false;
      const rows = this.journal.received(BATCH);
      if (rows.length === 0) return;
      const first = this.journal.handedIn(rows[0]?.seq ?? 0);
      let size = 0;
      // One attempt number names a whole call, so a mixed batch is cut where the number changes.
      const batch = rows.filter(
        (row) => this.journal.handedIn(row.seq) === first && (size += weightOf(row)) <= BATCH_CONTENT,
      );
      try {
        await this.gateway.handIn(
          batch.map((row) => this.seal(row)),
          first % MAX_ATTEMPT,
        );
        this.journal.markQueued(batch.map(({ seq }) => seq));
        wait = 50;
      } catch (error) {
        if (!(error instanceof AraError)) throw error;
        await sleep(wait);
        wait = Math.min(wait * 2, LAST_RETRY);
      }
    }
  }

  private seal(row: JournalRow): SealedMessage {
    const { channel, chat, platformId, sentAt, text, attachments, quoted } = row;
    const header = {
      v: 1 as const,
      kind: 'message' as const,
      account: this.account,
      channel,
      id: sealedId(this.account, channel, platformId),
    };
    const message = { channel, chat, platformId, position: 0, sentAt, text, attachments, quoted };
    return this.sealer.seal(header, Buffer.from(JSON.stringify(message)));
  }
}

/** About the characters that it takes up in a call. */
const weightOf = ({ text, attachments, quoted }: JournalRow): number =>
  text.length +
  (quoted?.length ?? 0) +
  attachments.reduce((sum, { reference, name }) => sum + reference.length + (name?.length ?? 0) + 200, 0);
