/** Deletions over a real Postgres and Redis: all of an account goes, nobody else's, and only then is there a receipt. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DeletionKind } from '../../../contracts/deletion.js';
import { AraError } from '../../../contracts/errors.js';
import { DeletionsService } from './deletions.service.js';
import { DeletionGate } from './gate.js';
import { emptied, plan } from './plan.js';
import { checkReceipt } from './receipt.js';
import { DeletionTools } from './tools.js';
import {
  alice,
  begin,
  bob,
  centre,
  client,
  containers,
  counts,
  deleted,
  finished,
  key,
  queued,
  useDeletions,
  users,
} from './test-rig.js';

useDeletions();

describe('the plan', () => {
  it('names every table that has a reference to an account, by a key or by the name of a column', async () => {
    const rows = await centre.query<{ name: string }>(`
      SELECT DISTINCT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_constraint AS f ON f.conrelid = c.oid AND f.contype = 'f'
        AND f.confrelid = 'accounts'::regclass AND a.attnum = ANY(f.conkey)
      WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND (f.oid IS NOT NULL OR a.attname ~ 'account' OR a.attname ~ '^(user|owner)(_id)?$')`);
    const planned = new Set(emptied.account.map(({ name }) => name));
    expect(rows.length).toBeGreaterThan(14);
    expect(rows.map(({ name }) => name).filter((name) => !planned.has(name))).toEqual([]);
    expect(planned.has('accounts')).toBe(true);
  });

  it('deletes an account as it deletes a container, and then the rest', () => {
    const names = (kind: DeletionKind) => plan[kind].map(({ name }) => name);
    for (const name of names('container')) expect(names('account')).toContain(name);
    expect(names('account').indexOf('tombstone')).toBe(0);
    expect(names('account').indexOf('farewell')).toBeLessThan(names('account').indexOf('unlink'));
    expect(names('account').indexOf('unlink')).toBeLessThan(names('account').indexOf('container'));
  });
});

describe('deleting an account', () => {
  it('leaves nothing of it in any table, in Redis, in files or at the engine, and nobody else loses anything', async () => {
    const before = await counts(bob);
    const receipt = await deleted(alice, 'account');
    expect(Object.values(await counts(alice)).every((count) => count === 0)).toBe(true);
    expect(await counts(bob)).toEqual(before);
    expect(containers.removed).toEqual([alice]);
    expect(queued).toEqual([bob]);
    for (const file of ['gateway.log', 'gateway.2026-11-01T00-00-00-000.log']) {
      const log = readFileSync(join(centre.settings.dataDir, 'logs', file), 'utf8');
      expect(log).not.toContain(alice);
      expect(log).toContain(bob);
    }
    expect(await client.keys(`*${bob}*`)).toHaveLength(1);
    const { receipt: body } = receipt;
    expect(body.verification.found).toBe(0);
    expect(body.verification.places.length).toBeGreaterThan(15);
    expect(JSON.stringify(receipt)).not.toContain(alice);
    expect(JSON.stringify(receipt)).not.toContain(`alice-${users}`);
    expect(checkReceipt(JSON.parse(JSON.stringify(receipt)), key)).toMatchObject({ valid: true });
    // The audit trail still says that one and the same somebody did it.
    const rows = await centre.query<{ by_subject: string | null }>(
      'SELECT DISTINCT by_subject FROM audit_trail WHERE subject = $1',
      [body.subject],
    );
    expect(rows).toEqual([{ by_subject: body.subject }]);
    expect(readFileSync(join(centre.settings.dataDir, 'tombstones.jsonl'), 'utf8')).toContain(body.subject);
    expect(centre.get(DeletionTools).tombstones.has(alice)).toBe(true);
    expect(centre.get(DeletionTools).tombstones.has(bob)).toBe(false);
  });

  it('takes nothing new while it runs', async () => {
    let go: () => void = () => undefined;
    containers.answers['POST /v1/deletion/farewell'] = () =>
      new Promise((resolve) => (go = () => resolve({ told: 1, missed: 0 })));
    const { id } = await begin(alice, 'account');
    await expect.poll(() => centre.get(DeletionGate).deleting(alice)).toBe('account');
    expect(() => centre.get(DeletionGate).check(alice)).toThrow(AraError);
    expect(() => centre.get(DeletionGate).check(bob)).not.toThrow();
    await expect(begin(alice, 'memory')).rejects.toMatchObject({ code: 'being-deleted' });
    await expect.poll(() => containers.asked.length).toBeGreaterThan(0);
    go();
    await finished(id);
    expect(centre.get(DeletionGate).deleting(alice)).toBeNull();
    await expect(begin(alice, 'account')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('says what did not answer, and goes on without', async () => {
    containers.answers['POST /v1/deletion/leave'] = {
      sources: [
        { name: 'telegram', reached: false, why: 'no-answer' },
        { name: 'whatsapp', reached: false, why: 'refused' },
        { name: 'matrix', reached: true, why: null },
      ],
    };
    containers.answers['POST /v1/deletion/farewell'] = new AraError('container-unavailable');
    const { receipt } = await deleted(alice, 'account');
    const missed = receipt.notReached.map(({ what }) => what);
    expect(missed).toEqual(expect.arrayContaining(['telegram', 'last message', 'messages in your chats']));
    expect(missed).not.toContain('matrix');
    const why = (name: string): string | undefined =>
      receipt.notReached.find(({ what }) => what === name)?.why;
    expect(why('telegram')).toContain('did not answer');
    expect(why('whatsapp')).toContain('no longer takes the credential');
    expect(receipt.verification.found).toBe(0);
  });
});

describe('deleting a container', () => {
  it('keeps the account, its keys, its figures and its sign-in', async () => {
    const { receipt } = await deleted(alice, 'container');
    const left = await counts(alice);
    for (const { name, column } of emptied.container) expect(left[`${name}.${column}`], name).toBe(0);
    for (const name of [
      'accounts.id',
      'api_keys.account_id',
      'usage_figures.account_id',
      'passkeys.account_id',
    ])
      expect(left[name], name).toBe(1);
    expect(receipt.files).toBe(true);
    expect(centre.get(DeletionTools).tombstones.has(alice)).toBe(false);
  });
});

describe('clearing memory', () => {
  it('tells the container, starts it anew, and counts afterwards', async () => {
    const { receipt } = await deleted(alice, 'memory', true);
    expect(containers.asked.map(({ call }) => call)).toEqual([
      'POST /v1/deletion/clear',
      'POST /v1/deletion/cleared',
      'GET /v1/content/holdings',
      'GET /v1/deletion/rest',
      'POST /v1/deletion/done',
    ]);
    expect(containers.asked[0]!.body).toMatchObject({ files: true });
    expect(containers.done).toContain(`sleep ${alice}`);
    expect(receipt.verification.places.map(({ place }) => place)).toContain('container: workspace');
    expect((await counts(alice))['channels.account_id']).toBe(1);
  });

  it('is not done as long as something is left', async () => {
    let left = 3;
    containers.answers['GET /v1/deletion/rest'] = () => ({ left: { 'journal texts': left } });
    const { id } = await begin(alice, 'memory');
    const token = centre.get(DeletionsService).token(id);
    await expect
      .poll(async () => (await centre.get(DeletionsService).progress(token)).trouble, { timeout: 10_000 })
      .toBe('left-over');
    expect((await centre.get(DeletionsService).progress(token)).receipt).toBeNull();
    left = 0;
    expect((await finished(id)).receipt.verification.found).toBe(0);
    // Not verified, so it was all done once more.
    expect(containers.asked.filter(({ call }) => call === 'POST /v1/deletion/clear').length).toBeGreaterThan(
      1,
    );
  }, 20_000);
});

describe('asked for twice by the same key', () => {
  it('it is one deletion', async () => {
    const one = await begin(alice, 'memory', false, 'same');
    expect(await begin(alice, 'memory', false, 'same')).toEqual(one);
    await finished(one.id);
  });
});
