/**
 * The step that makes stores forget what they no longer show: Redis rewrites its append-only file, Postgres its tables and
 * the statistics on them, and the write-ahead log moves on. What a role may not do is left to the server's own rhythm, and
 * the receipt says so: what lay there is counts, ids and sealed boxes whose keys are gone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../../../../config/schema.js';
import { rowsOf } from '../../sign-in/rows.js';
import type { NotReached } from '../receipt.js';
import { withRedis } from '../redis.js';
import type { AccountTable, Step, StepTools } from '../step.js';

/** Rewritten whole up to this size, which locks a table for a moment; larger ones are vacuumed. */
const SMALL = 64 * 1_048_576;
const REWRITE_WITHIN = 10_000;

export const hygiene = (tables: readonly AccountTable[]): Step => ({
  name: 'hygiene',
  about: 'Deleted rows and jobs leave the files of the database and of the queue',
  within: 45_000,
  sweeps: true,
  async run(_of, tools) {
    const names = [...new Set(tables.map(({ name }) => name))];
    const missed = [...(await rewriteQueue(tools.settings)), ...(await rewriteTables(tools, names))];
    return { removed: { 'tables rewritten': names.length }, notReached: missed };
  },
});

async function rewriteQueue(settings: Settings): Promise<NotReached[]> {
  if (!settings.redis.url) return [];
  const done = await withRedis(settings, async (redis) => {
    await redis.bgrewriteaof().catch(() => undefined); // One is under way, or it may not.
    for (const end = Date.now() + REWRITE_WITHIN; Date.now() < end; await sleep(50)) {
      const info = await redis.info('persistence');
      if (!/aof_rewrite_(in_progress|scheduled):1/.test(info)) {
        if (/aof_enabled:0/.test(info)) return true;
        // Once more when the one that was under way began before our jobs were gone.
        await redis.bgrewriteaof().catch(() => undefined);
        return await rewritten(redis);
      }
    }
    return false;
  });
  return done ? [] : [{ what: 'append-only file of the queue', why: 'Redis did not rewrite it in time' }];
}

async function rewritten(redis: { info(section: string): Promise<string> }): Promise<boolean> {
  for (const end = Date.now() + REWRITE_WITHIN; Date.now() < end; await sleep(50)) {
    const info = await redis.info('persistence');
    if (!/aof_rewrite_(in_progress|scheduled):1/.test(info)) return /aof_last_bgrewrite_status:ok/.test(info);
  }
  return false;
}

/** Each by itself and never in a transaction. */
async function rewriteTables({ database }: StepTools, names: string[]): Promise<NotReached[]> {
  const missed: NotReached[] = [];
  const attempt = async (what: string, ...statements: string[]): Promise<void> => {
    try {
      for (const statement of statements) await rowsOf(database, statement);
    } catch {
      missed.push({ what, why: 'the role of the database may not; it happens in the server’s own time' });
    }
  };
  for (const name of names) {
    const [size] = await rowsOf<{ bytes: string }>(database, 'SELECT pg_total_relation_size($1) AS bytes', [
      name,
    ]);
    const how = Number(size?.bytes ?? 0) <= SMALL ? 'FULL, ANALYZE' : 'ANALYZE';
    await attempt(`table ${name}`, `VACUUM (${how}) ${name}`);
  }
  await attempt('statistics of the database', forgetStatistics(names));
  // What the log still holds of it is behind this point, and its files go with the checkpoint.
  await attempt(
    'write-ahead log',
    'SELECT pg_switch_wal()',
    'CHECKPOINT',
    'SELECT pg_switch_wal()',
    'CHECKPOINT',
  );
  return missed;
}

/** An empty table keeps the statistics of what was in it, with values: they are made anew with the next rows. */
const forgetStatistics = (names: string[]): string =>
  `DELETE FROM pg_statistic WHERE starelid = ANY(ARRAY[${names.map((name) => `'${name}'::regclass`).join(', ')}])`;
