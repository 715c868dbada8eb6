/**
 * How long everything is kept, as one table: it is shown to users, stands in the documentation, and a test holds it against
 * the jobs that remove and the settings that say how long. Words are for the reader; `by` names what removes.
 */
import type { Settings } from '../../../config/schema.js';
import { EXPORT_KEPT_HOURS } from '../../../contracts/archive.js';
import { DAYS } from './days.js';
import type { databaseJobs } from './jobs.js';

type By =
  | { job: keyof typeof databaseJobs }
  /** The container itself. */
  | { room: 'journal' | 'export' | 'outcome' }
  | { backup: 'data' | 'keystore' }
  | { queue: 'delivery' }
  /** The log itself, as it is written. */
  | { log: 'files' }
  /** You, or the end of your account. */
  | 'you'
  /** Whoever runs this installation. */
  | 'operator';

export interface RetentionRow {
  /** The same in every language. */
  id: string;
  what: string;
  where: 'container' | 'database' | 'queue' | 'backup' | 'machine';
  kept: string;
  removed: string;
  by: By;
}

const EVERY_HOUR = 'by a job, every hour';
const YOURS = 'by you, or with your account';

/** @param settings those that are in force */
export function retentionTable({ backup, log }: Pick<Settings, 'backup' | 'log'>): RetentionRow[] {
  const yours = (id: string, what: string, where: RetentionRow['where'] = 'container'): RetentionRow => ({
    id,
    what,
    where,
    kept: 'until you delete it',
    removed: YOURS,
    by: 'you',
  });
  const byJob = (job: keyof typeof databaseJobs, what: string, kept: string): RetentionRow => ({
    id: job,
    what,
    where: 'database',
    kept,
    removed: EVERY_HOUR,
    by: { job },
  });
  return [
    yours('conversations', 'Conversations'),
    yours('memory', 'Memory'),
    yours('files', 'Files'),
    yours('reminders', 'Reminders and settings of the assistant'),
    {
      id: 'message-text',
      what: 'The words of a message on its way',
      where: 'container',
      kept: 'until it is answered',
      removed: 'with its outcome',
      by: { room: 'outcome' },
    },
    {
      id: 'journal',
      what: 'That a message came and how it ended, without its words',
      where: 'container',
      kept: `${days(DAYS.journal)}; the newest of each chat for as long as the container`,
      removed: 'by the container, every six hours',
      by: { room: 'journal' },
    },
    {
      id: 'export',
      what: 'A finished export, encrypted',
      where: 'container',
      kept: `${EXPORT_KEPT_HOURS} hours`,
      removed: 'by the container, which is woken for it',
      by: { room: 'export' },
    },
    yours('channel-credentials', 'Credentials of channels, encrypted'),
    {
      id: 'queue',
      what: 'A message in the queue, sealed',
      where: 'queue',
      kept: 'until it is delivered',
      removed: 'with its delivery',
      by: { queue: 'delivery' },
    },
    yours('api-keys', 'API keys, encrypted', 'database'),
    yours('account', 'Your account and how you sign in', 'database'),
    byJob('sessions', 'Sessions', `${days(DAYS.sessionUnused)} unused, ${days(DAYS.session)} in all`),
    byJob('ceremonies', 'Steps of a sign-in that was begun', 'minutes'),
    byJob('invitations', 'Invitations', days(DAYS.invitation)),
    byJob('sign-in-attempts', 'Tries to sign in, by keyed hash', days(DAYS.signInAttempt)),
    byJob('audit-trail', 'What was done with your account', days(DAYS.audit)),
    byJob('data-flows', 'Hosts that your container spoke to, by day', days(DAYS.egressLedger)),
    byJob('usage-figures', 'Usage figures', days(DAYS.usageFigures)),
    byJob('key-uses', 'When your keys were used, and for how many tokens', days(DAYS.keyUses)),
    byJob('operator-accesses', 'When the operator looked into your data, and why', days(DAYS.audit)),
    byJob('receipts', 'Receipts of deletions, by keyed hash', days(DAYS.receipt)),
    {
      id: 'tombstones',
      what: 'That an account was deleted, as a keyed hash, so that no backup brings it back',
      where: 'machine',
      kept: 'as long as this Ara',
      removed: 'by nobody',
      by: 'operator',
    },
    {
      id: 'backups',
      what: 'Backups of all of the above but queue and sessions, encrypted with your own key',
      where: 'backup',
      kept: days(backup.keepDays),
      removed: 'by a job, every hour, and with each backup',
      by: { backup: 'data' },
    },
    {
      id: 'keystore-backups',
      what: 'Backups of the keys that open them',
      where: 'backup',
      kept: days(backup.keystoreKeepDays),
      removed: 'by a job, every hour, and with each backup',
      by: { backup: 'keystore' },
    },
    {
      id: 'log',
      what: "The gateway's log: codes, figures and account ids",
      where: 'machine',
      kept: `${days(log.keepDays)}, and at most ${log.maxMegabytes} MB`,
      removed: 'by the gateway, as it writes and every hour',
      by: { log: 'files' },
    },
  ];
}

const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`);
