/**
 * Takes rows out of the journal whose message ended long ago: no platform brings one again after so long. What says who may
 * be written to by itself stays: the newest message of each chat, and the newest of all.
 */
import type { RoomTrouble } from '../../../../contracts/gateway-door.js';
import { isStorageFull } from '../../storage-full.js';
import type { Journal } from './journal.js';

/** Days that a message without its words stays after its outcome. */
export const JOURNAL_DAYS = 90;

const DAY = 86_400_000;
const EVERY = 6 * 3_600_000;
const AGAIN_AFTER = 10 * 60_000;
const OLD = `
  DELETE FROM messages WHERE state IN ('answered', 'failed', 'cancelled') AND changed_at < ?
    AND seq < (SELECT max(seq) FROM messages)
    AND seq NOT IN (SELECT max(seq) FROM messages WHERE kind != 'own' GROUP BY channel, chat)`;

export class JournalCleaning {
  private nextAt = 0;

  /** @param onTrouble told when it could not be done; it is tried again by itself */
  constructor(
    private readonly journal: Pick<Journal, 'run'>,
    private readonly onTrouble: (trouble: RoomTrouble) => void,
    private readonly clock: () => number = Date.now,
  ) {}

  /** Call it often, while nothing waits: it reads the whole journal when its time has come. Never throws. */
  look(): void {
    const now = this.clock();
    if (now < this.nextAt) return;
    this.nextAt = now + EVERY;
    try {
      this.journal.run(OLD, now - JOURNAL_DAYS * DAY);
    } catch (error) {
      // A full volume, say: messages still come and go, and what is old may stay a little longer.
      this.nextAt = now + AGAIN_AFTER;
      const code = isStorageFull(error) ? 'storage-full' : 'failed';
      this.onTrouble({ part: 'journal-cleaning', code });
    }
  }
}
