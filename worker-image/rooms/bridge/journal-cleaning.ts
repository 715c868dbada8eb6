/**
 * Takes rows out of the journal whose message ended long ago: no platform brings one again after so long. What says who may
 * be written to by itself stays: the newest message of each chat, and the newest of all.
 */
import type { Journal } from './journal.js';

/** Days that a message without its words stays after its outcome. */
export const JOURNAL_DAYS = 90;

const DAY = 86_400_000;
const OLD = `
  DELETE FROM messages WHERE state IN ('answered', 'failed', 'cancelled') AND changed_at < ?
    AND seq < (SELECT max(seq) FROM messages)
    AND seq NOT IN (SELECT max(seq) FROM messages WHERE kind != 'own' GROUP BY channel, chat)`;

/** How many are gone. */
export const cleanJournal = (journal: Journal, now = Date.now()): number =>
  journal.run(OLD, now - JOURNAL_DAYS * DAY);
