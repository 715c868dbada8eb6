/** The dashboard's API with many users in the database: what a page waits for, beside three others; an operator's, alone. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { Installation, startInternet } from '../test/kit/installation.js';
import { runFolder } from '../test/kit/parts.js';
import { atMost, figure, type Figure } from './figures.js';

const USERS = 1_000;
/** With each day's two outcomes: 100 rows a user. */
const DAYS = 50;
const RUNS = 400;
/** Pages of users at once. */
const AT_ONCE = 4;
const WARM_UP = 40;

const OF_A_USER = [
  '/v1/me/home',
  '/v1/me/usage?days=31',
  '/v1/me/usage?days=366',
  '/v1/me/channels',
  '/v1/me/keys',
  '/v1/me/flows',
  '/v1/me/privacy',
];
const OF_THE_OPERATOR = ['/v1/operator/users', '/v1/operator/containers', '/v1/operator/health'];

export async function measureApi(): Promise<Figure[]> {
  const internet = await startInternet();
  const ara = new Installation(internet, { runtime: 'process' });
  try {
    await ara.start();
    const cookies = await seed(ara);
    const figures: Figure[] = [];
    const anyone = (): Record<string, string> => ({
      cookie: cookies[Math.floor(Math.random() * cookies.length)] ?? '',
    });
    const token = readFileSync(join(ara.dataDir, 'secrets/operator-token'), 'utf8').trim();
    const operator = (): Record<string, string> => ({ authorization: `Bearer ${token}` });
    for (const path of OF_A_USER) figures.push(...(await measure(ara, path, anyone, AT_ONCE)));
    for (const path of OF_THE_OPERATOR) figures.push(...(await measure(ara, path, operator, 1)));
    return figures;
  } finally {
    await ara.remove();
    await internet.stop();
  }
}

async function measure(
  ara: Installation,
  path: string,
  headers: () => Record<string, string>,
  atOnce: number,
): Promise<Figure[]> {
  const times: number[] = [];
  const once = async (): Promise<number> => {
    const began = performance.now();
    const response = await fetch(`${ara.address}${path}`, { headers: headers() });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return performance.now() - began;
  };
  for (let run = 0; run < WARM_UP; run++) await once();
  const page = async (): Promise<void> => {
    while (times.length < RUNS) times.push(await once());
  };
  await Promise.all(Array.from({ length: atOnce }, page));
  return figure(`GET ${path}, ${USERS} users`, 'ms', times, atMost('p95', 50));
}

/** Rows as a year of use leaves them. @returns a session's cookie for each user */
async function seed(ara: Installation): Promise<string[]> {
  const database = new pg.Client({
    host: join(runFolder(ara), 'postgres'),
    user: 'ara',
    database: 'postgres',
  });
  await database.connect();
  try {
    for (const sql of ROWS) await database.query(sql);
    const { rows } = await database.query<{ id: string }>('SELECT id FROM accounts');
    const sessions = rows.map(({ id }) => ({ id, token: randomBytes(32).toString('base64url') }));
    await database.query(
      `INSERT INTO sessions (account_id, token_hash, client)
       SELECT * FROM unnest($1::uuid[], $2::bytea[], array_fill('bench'::text, ARRAY[cardinality($1::uuid[])]))`,
      [
        sessions.map(({ id }) => id),
        sessions.map(({ token }) => createHash('sha256').update(token).digest()),
      ],
    );
    return sessions.map(({ token }) => `ara=${token}`);
  } finally {
    await database.end();
  }
}

const ROWS = [
  `INSERT INTO accounts (id, name) SELECT gen_random_uuid(), 'user-' || n FROM generate_series(1, ${USERS}) AS n`,
  `INSERT INTO channels (account_id, kind, state, state_since, last_message_at)
   SELECT id, 'telegram', 'unreachable', now(), now() FROM accounts`,
  `INSERT INTO containers (account_id, sealed_key) SELECT id, 'sealed' FROM accounts`,
  `INSERT INTO api_keys (account_id, provider, version, sealed, last_four, position)
   SELECT id, provider, 1, 'sealed', '1234', position
   FROM accounts, (VALUES ('anthropic', 1), ('openai', 2)) AS k (provider, position)`,
  `INSERT INTO usage_figures (account_id, day, channel, provider, model, outcome, messages, input_tokens,
     cached_tokens, output_tokens, cost_micros)
   SELECT id, current_date - n, 'telegram', 'anthropic', 'claude-sonnet-5-5', outcome, 7, 30000, 90000, 4000, 120000
   FROM accounts, generate_series(0, ${DAYS - 1}) AS n, (VALUES ('answered'), ('failed')) AS o (outcome)`,
  `INSERT INTO egress_ledger
   SELECT id, current_date - n, host, 'model', 7, 0, 400000, 90000, now()
   FROM accounts, generate_series(0, ${DAYS - 1}) AS n, (VALUES ('api.anthropic.com'), ('api.telegram.org')) AS h (host)`,
  'ANALYZE',
];
