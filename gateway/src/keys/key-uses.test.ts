/** The ledger of key uses over a real Postgres: whoever changes, removes or moves a row of it is noticed. */
import { afterAll, beforeAll, beforeEach, expect, describe, it } from 'vitest';
import type { AccountId } from '../../../contracts/ids.js';
import { startCentre, type Centre } from '../../../test/kit/centre.js';
import { KeyUsesController } from '../api/me/key-uses.controller.js';
import { UsageService } from '../usage/usage.service.js';
import { nothingMore } from './key-request.js';
import { DAYS } from '../retention/days.js';
import { databaseJobs } from '../retention/jobs.js';
import { KeysService } from './keys.service.js';
import { KeyUsesService } from './key-uses.service.js';

let centre: Centre;
let ledger: KeyUsesService;
let alice: AccountId;
let bob: AccountId;
let users = 0;

beforeAll(async () => {
  centre = await startCentre({ controllers: [KeyUsesController] });
  ledger = centre.get(KeyUsesService);
});
afterAll(() => centre.stop());
beforeEach(async () => {
  users += 1;
  [alice, bob] = [await centre.addAccount(`alice-${users}`), await centre.addAccount(`bob-${users}`)];
  for (const account of [alice, bob])
    for (let at = 1; at <= 5; at++)
      await ledger.add(account, [
        { kind: 'released', provider: 'anthropic' },
        { kind: 'call', provider: 'anthropic', model: 'm', inputTokens: at, outputTokens: 2 },
      ]);
});

interface Chain {
  unbroken: boolean;
  brokenAt: number | null;
  rows: number;
  head: { number: number; hash: string } | null;
}
interface Page {
  uses: { number: number; kind: string; model: string | null; inputTokens: number; hash: string }[];
  more: boolean;
}
const chain = (account = alice): Promise<Chain> => centre.read(account, '/v1/me/key-uses/chain');
const page = (query = '', account = alice): Promise<Page> => centre.read(account, `/v1/me/key-uses${query}`);
const touch = (sql: string): Promise<unknown> => centre.query(sql, [alice]);

describe('the ledger of key uses', () => {
  it('shows its owner every use, newest first, page by page, and an unbroken chain', async () => {
    await ledger.add(
      alice,
      Array.from({ length: 50 }, () => ({ kind: 'call' as const, provider: 'openai' as const, model: 'm' })),
    );
    const first = await page();
    expect([first.uses.length, first.more, first.uses[0]?.number]).toEqual([50, true, 60]);
    const second = await page('?before=11');
    expect([second.uses.length, second.more]).toEqual([10, false]);
    expect(second.uses.at(-2)).toMatchObject({ number: 2, kind: 'call', model: 'm', inputTokens: 1 });
    expect(await chain()).toEqual({
      unbroken: true,
      brokenAt: null,
      rows: 60,
      head: { number: 60, hash: first.uses[0]!.hash },
    });
    expect((await page('', bob)).uses).toHaveLength(10);
  });

  it('keeps one chain although many write at once', async () => {
    await Promise.all(
      Array.from({ length: 20 }, () => ledger.add(alice, [{ kind: 'released', provider: 'google' }])),
    );
    expect(await chain()).toMatchObject({ unbroken: true, rows: 30 });
  });

  it.each<[string, string, number]>([
    ['a figure is changed', 'UPDATE key_uses SET input_tokens = 9 WHERE account_id = $1 AND number = 4', 4],
    [
      'a time is changed',
      "UPDATE key_uses SET at = at - interval '1 s' WHERE account_id = $1 AND number = 7",
      7,
    ],
    ['a row is gone', 'DELETE FROM key_uses WHERE account_id = $1 AND number = 5', 5],
    ['the first row is gone', 'DELETE FROM key_uses WHERE account_id = $1 AND number = 1', 1],
    ['the last row is gone', 'DELETE FROM key_uses WHERE account_id = $1 AND number = 10', 10],
    ['all rows are gone', 'DELETE FROM key_uses WHERE account_id = $1', 1],
    ['the head is gone', 'DELETE FROM key_use_heads WHERE account_id = $1', 11],
    [
      'two rows have changed places',
      'UPDATE key_uses SET number = CASE number WHEN 2 THEN 104 ELSE 102 END WHERE account_id = $1 AND number IN (2, 4)',
      2,
    ],
    [
      'two figures have changed places',
      'UPDATE key_uses SET input_tokens = 5 - input_tokens WHERE account_id = $1 AND number IN (4, 6)',
      4,
    ],
    [
      'a row is put in',
      `INSERT INTO key_uses SELECT account_id, 11, at, kind, provider, model, input_tokens, cached_tokens,
         output_tokens, hash FROM key_uses WHERE account_id = $1 AND number = 10`,
      11,
    ],
  ])('notices that %s', async (_what, sql, brokenAt) => {
    await touch(sql);
    // What was moved out of the way comes to its new place.
    await touch('UPDATE key_uses SET number = number - 100 WHERE account_id = $1 AND number > 100');
    expect(await chain()).toMatchObject({ unbroken: false, brokenAt });
    expect(await chain(bob)).toMatchObject({ unbroken: true });
  });

  it('notices the rows of another account', async () => {
    await touch('DELETE FROM key_uses WHERE account_id = $1');
    await centre.query('UPDATE key_uses SET account_id = $1 WHERE account_id = $2', [alice, bob]);
    await touch(
      'UPDATE key_use_heads SET hash = (SELECT hash FROM key_uses WHERE account_id = $1 AND number = 10) WHERE account_id = $1',
    );
    expect(await chain()).toMatchObject({ unbroken: false, brokenAt: 1 });
  });

  it('forgets what is old from its beginning only, and the chain stays whole', async () => {
    const carol = await centre.addAccount('carol');
    const use = { kind: 'released', provider: 'openai' } as const;
    const old = { ...use, at: Date.now() - (DAYS.keyUses + 1) * 86_400_000 };
    const verdict = () => ledger.verify(carol);
    await ledger.add(carol, [old, old, use, old]);
    await centre.query(databaseJobs['key-uses']);
    expect(await verdict()).toMatchObject({ brokenAt: null, rows: 2, head: { number: 4 } });
    const dave = await centre.addAccount('dave');
    await ledger.add(dave, [old, old]);
    await centre.query(databaseJobs['key-uses']);
    expect(await ledger.verify(dave)).toMatchObject({ brokenAt: null, rows: 0, head: { number: 2 } });
    await ledger.add(dave, [use]);
    expect(await ledger.verify(dave)).toMatchObject({ brokenAt: null, rows: 1, head: { number: 3 } });
    await centre.query('UPDATE key_uses SET number = 4 WHERE account_id = $1', [dave]);
    expect(await ledger.verify(dave)).toMatchObject({ brokenAt: 3 });
  });

  it('has each release before the key is given, and each call of a batch once', async () => {
    const keys = centre.get(KeysService);
    await keys.set(alice, 'openai', { ...nothingMore, key: 'sk-proj-12345678' });
    expect(await keys.release(alice, 'openai')).toBe('sk-proj-12345678');
    expect((await page()).uses[0]).toMatchObject({ number: 11, kind: 'released', provider: 'openai' });

    await centre.query(
      "INSERT INTO containers (account_id, sealed_key) VALUES ($1, '') ON CONFLICT DO NOTHING",
      [alice],
    );
    const call = {
      at: Date.now() + 3_600_000,
      provider: 'openai' as const,
      model: 'words of the container',
      inputTokens: 3,
      cachedTokens: 2,
      outputTokens: 1,
    };
    const usage = centre.get(UsageService);
    await usage.add(alice, 1, [], [call]);
    await usage.add(alice, 1, [], [call]);
    const [latest, before] = (await page()).uses;
    expect(latest).toMatchObject({ number: 12, kind: 'call', model: '(other)', inputTokens: 3 });
    expect(before?.number).toBe(11);
    await expect(usage.add(alice, 2, [], [{ ...call, inputTokens: 1e12 }])).rejects.toMatchObject({
      code: 'bad-request',
    });
    expect(await chain()).toMatchObject({ unbroken: true, rows: 12 });
  });

  it('that cannot be written keeps the key', async () => {
    const keys = centre.get(KeysService);
    await keys.set(alice, 'openai', { ...nothingMore, key: 'sk-proj-12345678' });
    await centre.query('ALTER TABLE key_uses RENAME TO key_uses_away');
    try {
      await expect(keys.release(alice, 'openai')).rejects.toThrow();
    } finally {
      await centre.query('ALTER TABLE key_uses_away RENAME TO key_uses');
    }
  });
});
