/**
 * The independent search at the end: it does not ask the steps what they did, but every table, every key of the queue, every
 * file of the data folder and the container engine whether the account is still named there.
 */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import type { EntityManager } from 'typeorm';
import { contentHoldings } from '../../../contracts/content.js';
import { restResponse } from '../../../contracts/deletion.js';
import type { AccountId } from '../../../contracts/ids.js';
import { rowsOf, type Database } from '../sign-in/rows.js';
import { emptied } from './plan.js';
import type { Verification } from './receipt.js';
import { withRedis } from './redis.js';
import type { StepTools, Subject } from './step.js';

type Places = Verification['places'];

/** Larger files are none of ours: databases, which are asked by themselves. */
const LARGEST_FILE = 256 * 1_048_576;
/** Written by the database and the queue, which are searched by what they answer. */
const ASKED_OTHERWISE = ['postgres', 'redis'];
/** What is in them is their users' own: the gateway does not look into anybody's, and nobody's can name another account. */
const VOLUMES = ['volumes', 'containers'];

/** @param manager a transaction in which the deletion itself no longer names the account */
export async function scan(of: Subject, tools: StepTools, manager: EntityManager): Promise<Verification> {
  const places = [
    ...(of.kind === 'memory' ? await insideContainer(of, tools) : []),
    ...(of.kind === 'account' ? await everyTable(manager, of.account) : await emptiedTables(manager, of)),
    ...(await inQueue(of, tools)),
    ...(of.kind === 'memory' ? [] : await atEngine(of, tools)),
    ...(of.kind === 'account'
      ? [{ place: 'files: data folder', found: filesNaming(tools.settings.dataDir, of.account) }]
      : []),
  ];
  return {
    at: new Date().toISOString(),
    places,
    found: places.reduce((sum, { found }) => sum + found, 0),
  };
}

/** Of whatever schema and with whatever columns: a row that names the account anywhere. */
export async function everyTable(database: Database, account: AccountId): Promise<Places> {
  const tables = await rowsOf<{ schema: string; name: string }>(
    database,
    `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2`,
  );
  const hex = account.replaceAll('-', '');
  const places: Places = [];
  for (const { schema, name } of tables) {
    // As text, with and without dashes, and as bytes of a text.
    const [row] = await rowsOf<{ found: number }>(
      database,
      `SELECT count(*)::int AS found FROM "${schema}"."${name}" AS t
       WHERE t::text ILIKE ANY(ARRAY['%' || $1 || '%', '%' || $2 || '%', '%' || $3 || '%'])`,
      [account, hex, Buffer.from(account).toString('hex')],
    );
    places.push({ place: `database: ${schema}.${name}`, found: row?.found ?? 0 });
  }
  return places;
}

async function emptiedTables(database: Database, { account, kind }: Subject): Promise<Places> {
  const places: Places = [];
  for (const { name, column } of emptied[kind]) {
    const [row] = await rowsOf<{ found: number }>(
      database,
      `SELECT count(*)::int AS found FROM ${name} WHERE ${column} = $1`,
      [account],
    );
    places.push({ place: `database: ${name}`, found: row?.found ?? 0 });
  }
  return places;
}

async function inQueue(of: Subject, { settings, database }: StepTools): Promise<Places> {
  // What may wait for an account that stays: nothing of its messages, only the time of its next reminder.
  const kept = of.kind === 'memory' ? /^ara:wakes(:|$)/ : /^$/;
  if (settings.redis.url) {
    const found = await withRedis(settings, (redis) => keysNaming(redis, of.account, kept));
    return [{ place: 'queue: keys of Redis', found }];
  }
  const [row] = await rowsOf<{ found: number }>(
    database,
    `SELECT count(*)::int AS found FROM queue.job AS j
     WHERE j::text LIKE '%' || $1 || '%' AND (queue <> 'wakes' OR NOT $2)`,
    [of.account, of.kind === 'memory'],
  );
  return [{ place: 'queue: jobs', found: row?.found ?? 0 }];
}

async function keysNaming(redis: Redis, account: AccountId, kept: RegExp): Promise<number> {
  let found = 0;
  for await (const names of redis.scanStream({ count: 500 }) as AsyncIterable<string[]>) {
    for (const name of names) {
      if (kept.test(name)) continue;
      if (name.includes(account) || (await valueOf(redis, name)).includes(account)) found += 1;
    }
  }
  return found;
}

async function valueOf(redis: Redis, key: string): Promise<string> {
  switch (await redis.type(key)) {
    case 'string':
      return (await redis.get(key)) ?? '';
    case 'hash':
      return JSON.stringify(await redis.hgetall(key));
    case 'list':
      return JSON.stringify(await redis.lrange(key, 0, -1));
    case 'set':
      return JSON.stringify(await redis.smembers(key));
    case 'zset':
      return JSON.stringify(await redis.zrange(key, 0, -1));
    case 'stream':
      return JSON.stringify(await redis.xrange(key, '-', '+'));
    default:
      return ''; // Gone meanwhile.
  }
}

async function atEngine({ account }: Subject, { containers }: StepTools): Promise<Places> {
  const traces = await containers.traces(account);
  return Object.entries(traces).map(([what, found]) => ({ place: `engine: ${what}`, found }));
}

/** What the rooms, started anew, say when they are counted from outside. */
async function insideContainer(of: Subject, { containers }: StepTools): Promise<Places> {
  const door = await containers.awakeToDelete(of.account);
  const { conversations, memory, files } = await door.call(
    'GET',
    '/v1/content/holdings',
    undefined,
    contentHoldings,
  );
  const { left } = await door.call('GET', '/v1/deletion/rest', undefined, restResponse);
  return [
    { place: 'container: conversations', found: conversations.items },
    { place: 'container: memory', found: memory.items },
    ...(of.files ? [{ place: 'container: workspace', found: files.items }] : []),
    ...Object.entries(left).map(([what, found]) => ({ place: `container: ${what}`, found })),
  ];
}

/** Files whose name or content has the account's id; of volumes only the names, one for each user. */
export function filesNaming(folder: string, account: AccountId): number {
  let found = 0;
  const visit = (path: string, within: string | null): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (within === null && ASKED_OTHERWISE.includes(entry.name)) continue;
      const below = join(path, entry.name);
      if (entry.name.includes(account)) found += 1;
      else if (within !== null && VOLUMES.includes(within)) continue;
      else if (entry.isDirectory()) visit(below, within ?? entry.name);
      else if (entry.isFile() && holds(below, account)) found += 1;
    }
  };
  visit(folder, null);
  return found;
}

function holds(path: string, account: AccountId): boolean {
  try {
    return lstatSync(path).size <= LARGEST_FILE && readFileSync(path).includes(account);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
