/** What leaves the journal after its time, and what stays whatever its age. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DAYS } from '../../../../gateway/src/retention/days.js';
import { chatId, platformMessageId } from '../../../../contracts/ids.js';
import { Journal } from './journal.js';
import { JournalCleaning, JOURNAL_DAYS } from './journal-cleaning.js';

const DAY = 86_400_000;
let journal: Journal;
beforeEach(() => (journal = new Journal(':memory:')));
afterEach(() => journal.close());

let ids = 0;
/** A message of so many days ago; `ended` unless it waits. */
function message(chat: string, daysAgo: number, ended = true): number {
  ids += 1;
  const platformId = platformMessageId.parse(`m${ids}`);
  const [row] = journal.accept(
    'telegram',
    [
      { channel: 'telegram', platformId, chat: chatId.parse(chat), position: ids, text: 'x', sentAt: 0 },
    ] as never,
    null,
    'delivered',
  );
  const seq = row!.seq;
  if (ended) journal.end([seq], 'answered', null);
  journal.run('UPDATE messages SET changed_at = ? WHERE seq = ?', Date.now() - daysAgo * DAY, seq);
  return seq;
}
const clean = (): void =>
  new JournalCleaning(journal, () => {
    throw new Error('it could not be cleaned');
  }).look();
const seqs = (): number[] =>
  journal.all<{ seq: number }>('SELECT seq FROM messages ORDER BY seq').map(({ seq }) => seq);

it('removes what ended before its time, and nothing else', () => {
  const old = message('1', JOURNAL_DAYS + 1);
  const waiting = message('1', JOURNAL_DAYS + 1, false);
  const young = message('1', JOURNAL_DAYS - 1);
  const newest = message('1', 0);
  clean();
  expect(seqs()).toEqual([waiting, young, newest]);
  expect(seqs()).not.toContain(old);
});

it('keeps who may be written to, and the count', () => {
  const quiet = message('quiet', 400);
  message('busy', 300);
  const last = message('busy', 200);
  clean();
  expect(seqs()).toEqual([quiet, last]);
  expect(journal.knowsChat('telegram', chatId.parse('quiet'))).toBe(true);
  expect(journal.lastSeq()).toBe(last);
});

it('keeps what the table of retention says', () => {
  expect(JOURNAL_DAYS).toBe(DAYS.journal);
});

it('goes on when it cannot be done, says so in one word, and does it later', () => {
  const old = message('1', JOURNAL_DAYS + 1);
  message('1', 0);
  const troubles: unknown[] = [];
  let now = Date.now();
  const cleaning = new JournalCleaning(
    journal,
    (trouble) => troubles.push(trouble),
    () => now,
  );
  journal.database.exec('PRAGMA query_only = ON');
  cleaning.look();
  cleaning.look();
  expect(troubles).toEqual([{ part: 'journal-cleaning', code: 'failed' }]);
  journal.database.exec('PRAGMA query_only = OFF');
  now += 9 * 60_000;
  cleaning.look();
  expect(seqs()).toContain(old);
  now += 60_000;
  cleaning.look();
  expect([troubles.length, seqs().includes(old)]).toEqual([1, false]);
});

it('tells a full volume from anything else', () => {
  const troubles: unknown[] = [];
  const full = Object.assign(new Error('database or disk is full'), {
    code: 'ERR_SQLITE_ERROR',
    errcode: 13,
  });
  const run = (): never => {
    throw full;
  };
  new JournalCleaning({ run }, (trouble) => troubles.push(trouble)).look();
  expect(troubles).toEqual([{ part: 'journal-cleaning', code: 'storage-full' }]);
});

it('does it every few hours, and not in between', () => {
  let times = 0;
  let now = 0;
  const run = (): number => ++times;
  const cleaning = new JournalCleaning(
    { run },
    () => undefined,
    () => now,
  );
  for (const hours of [0, 1, 5, 6, 7, 12]) {
    now = hours * 3_600_000;
    cleaning.look();
  }
  expect(times).toBe(3);
});
