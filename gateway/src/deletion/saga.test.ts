/** The saga: killed after any step of any kind, it goes on where it was; and what stays of it afterwards. */
import { describe, expect, it } from 'vitest';
import { DeletionsService } from './deletions.service.js';
import { emptied, plan } from './plan.js';
import { DAYS } from '../retention/days.js';
import { databaseJobs } from '../retention/jobs.js';
import { DeletionRecords } from './records.js';
import { KilledSaga, alice, begin, centre, counts, finished, useDeletions } from './test-rig.js';

useDeletions();

const everyStep = (['memory', 'container', 'account'] as const).flatMap((kind) =>
  plan[kind].flatMap(({ name }) => [[kind, name, false] as const, [kind, name, true] as const]),
);

describe('killed', () => {
  const progress = (id: string) =>
    centre.get(DeletionsService).progress(centre.get(DeletionsService).token(id));

  it.each(everyStep)(
    'while it deletes %s, after the step %s (noted: %s), it goes on where it was',
    async (kind, step, noted) => {
      const saga = centre.get(KilledSaga);
      saga.killAt = { step, noted };
      const { id } = await begin(alice, kind);
      await saga.settled();
      const { steps, receipt: none } = await progress(id);
      expect(none).toBeNull();
      expect(steps).toHaveLength(plan[kind].findIndex(({ name }) => name === step) + (noted ? 1 : 0));
      await saga.startAgain();
      const { receipt } = await finished(id);
      expect(receipt.steps.map(({ name }) => name)).toEqual(plan[kind].map(({ name }) => name));
      expect(receipt.verification.found).toBe(0);
      const left = await counts(alice);
      for (const { name, column } of emptied[kind]) expect(left[`${name}.${column}`], name).toBe(0);
    },
    30_000,
  );
});

describe('afterwards', () => {
  it('a receipt is kept for 30 days, and no longer', async () => {
    const { id } = await begin(alice, 'memory');
    await finished(id);
    const records = centre.get(DeletionRecords);
    const age = (days: number) =>
      centre.query(`UPDATE deletions SET finished_at = now() - $2 * interval '1 day' WHERE id = $1`, [
        id,
        days,
      ]);
    await age(DAYS.receipt - 1);
    await centre.query(databaseJobs.receipts);
    await records.byToken(records.token(id));
    await age(DAYS.receipt + 1);
    await centre.query(databaseJobs.receipts);
    await expect(records.byToken(records.token(id))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('nobody guesses its address, and the database does not know it', async () => {
    const { id, receipt } = await begin(alice, 'memory');
    await finished(id);
    const records = centre.get(DeletionRecords);
    expect(receipt).toContain(`/receipt#${records.token(id)}`);
    for (const guess of ['', id, 'A'.repeat(43), records.token(alice)])
      await expect(records.byToken(guess)).rejects.toMatchObject({ code: 'not-found' });
    const [row] = await centre.query<{ text: string }>(
      'SELECT d::text AS text FROM deletions d WHERE id = $1',
      [id],
    );
    expect(row!.text).not.toContain(records.token(id));
  });

  it('the write-ahead log keeps no segment to be used again', async () => {
    expect(await centre.query('SHOW wal_recycle')).toEqual([{ wal_recycle: 'off' }]);
    expect(await centre.query('SHOW max_wal_size')).toEqual([{ max_wal_size: '64MB' }]);
  });
});
