/** Backups of a whole Ara: made by the command, restored into a new one, worth nothing without the user's key. */
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, type Ended } from '../kit/command-line.js';
import { Installation, startInternet, type Internet, type User } from '../kit/installation.js';

const CANARY = 'canary-of-alice-77';
const KEY = 'sk-ant-canary-of-alices-key';

let internet: Internet;
let ara: Installation;
let alice: User;
let bob: User;
let folder: string;
let made: Ended;
const installations: Installation[] = [];

async function install(keysOf?: Installation): Promise<Installation> {
  const installation = new Installation(internet, { runtime: 'process' });
  installations.push(installation);
  if (keysOf) {
    const secrets = join(installation.dataDir, 'secrets');
    mkdirSync(secrets, { mode: 0o700 });
    copyFileSync(join(keysOf.dataDir, 'secrets/key-encryption-key'), join(secrets, 'key-encryption-key'));
  }
  await installation.start();
  return installation;
}
const run = (on: Installation, ...words: string[]): Promise<Ended> => command(on.configFile, words);
const query = async <T>(on: Installation, sql: string): Promise<T[]> => {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ host: join(on.runDir, 'postgres'), user: 'ara', database: 'postgres' });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
};
/** Folders of the newest backup. */
const data = (): string =>
  join(
    folder,
    readdirSync(folder)
      .filter((name) => name.startsWith('data-'))
      .sort()
      .at(-1)!,
  );
const keystore = (): string =>
  join(
    folder,
    readdirSync(folder).find((name) => name.startsWith('keystore-'))!,
  );
/** A copy that may be spoilt. */
function copied(name: string): string {
  const copy = join(ara.dataDir, name);
  cpSync(folder, copy, { recursive: true });
  return copy;
}
/** The installation is stopped: two that poll one bot would disturb each other. */
async function move(): Promise<void> {
  await ara.stop();
}

beforeAll(async () => {
  internet = await startInternet();
  ara = await install();
  alice = await ara.addUser('alice', { anthropic: KEY });
  bob = await ara.addUser('bob');
  await ara.ask(alice, `remember ${CANARY}`);
  const remind = internet.telegram.waitForMessage(alice.bot, ({ text }) => text.includes('water'), 10_000);
  ara.say(alice, '/remind tomorrow at 9 water the flowers');
  await remind;
  await ara.ask(bob, 'hello of bob');
  await Installation.until(async () => {
    const rows = await query<{ n: number }>(ara, 'SELECT sum(messages)::int AS n FROM usage_figures');
    return (rows[0]?.n ?? 0) >= 3;
  });
  folder = join(ara.dataDir, 'backups');
  made = await run(ara, 'backup', '--to', folder);
}, 120_000);
afterAll(async () => {
  for (const each of installations) await each.remove();
  await internet.stop();
});

describe('a backup', () => {
  it('says what it holds, what it leaves out, and that it was read again', () => {
    expect(made).toMatchObject({ code: 0, errors: '' });
    expect(made.output).toContain('Backed up 2 users, 2 containers');
    expect(made.output).toContain('read again');
    expect(made.output).toContain('left out');
  });

  it('is for its owner alone, and shows nothing', () => {
    const files = (readdirSync(folder, { recursive: true }) as string[]).map((name) => join(folder, name));
    for (const path of files) {
      const stats = statSync(path);
      expect(stats.mode & 0o077, path).toBe(0);
      if (!stats.isFile()) continue;
      const bytes = readFileSync(path);
      for (const word of [CANARY, KEY, 'alice', alice.bot.token, 'SQLite format'])
        expect(bytes.includes(word), `${path}: ${word}`).toBe(false);
    }
    expect(files.filter((path) => path.endsWith('.volume'))).toHaveLength(2);
  });

  it('is verified, and a single bit that is another is found', async () => {
    expect(await run(ara, 'backup', 'verify', folder)).toMatchObject({ code: 0, errors: '' });
    for (const suffix of ['rows', 'volume']) {
      const copy = copied(`spoilt-${suffix}`);
      const path = join(copy, data().slice(folder.length), `${alice.id}.${suffix}`);
      const bytes = readFileSync(path);
      bytes[bytes.length >> 1]! ^= 1;
      writeFileSync(path, bytes);
      const { code, errors } = await run(ara, 'backup', 'verify', copy);
      expect(code).toBe(1);
      expect(errors).toContain(`${alice.id}: cannot be read (bad-archive)`);
      expect(errors).not.toContain(bob.id);
    }
    const copy = copied('spoilt-manifest');
    const path = join(copy, data().slice(folder.length), 'manifest.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"version": 1', '"version":  1'));
    expect((await run(ara, 'backup', 'verify', copy)).code).toBe(1);
  });

  it('goes into no Ara that has users, unless told, and then leaves them as they are', async () => {
    expect(await run(ara, 'restore', folder)).toMatchObject({ code: 1, output: '' });
    const told = await run(ara, 'restore', folder, '--beside');
    expect(told).toMatchObject({ code: 0 });
    expect(told.output).toContain('0 users restored');
    expect(told.output).toContain('2 here already');
  });

  it('says where it cannot be written, and that a folder holds none', async () => {
    writeFileSync(join(ara.dataDir, 'a-file'), '');
    expect((await run(ara, 'backup', '--to', join(ara.dataDir, 'a-file'))).errors).toContain(
      'cannot be written',
    );
    expect((await run(ara, 'backup')).errors).toContain('--to');
    expect((await run(ara, 'backup', 'verify', ara.dataDir)).errors).toContain('no backup in this folder');
  });
});

describe('restored', () => {
  beforeAll(move);

  it('with another key-encryption key is refused whole', async () => {
    const other = await install();
    const { code, errors } = await run(other, 'restore', folder);
    expect(code).toBe(1);
    expect(errors).toContain('another key-encryption key');
    expect(await query(other, 'SELECT id FROM accounts')).toEqual([]);
    await other.stop();
  });

  it('without the backup of the keystore is noise', async () => {
    const copy = copied('without-keystore');
    rmSync(join(copy, keystore().slice(folder.length)));
    const other = await install(ara);
    const { code, output } = await run(other, 'restore', copy);
    expect(code).toBe(0);
    expect(output).toContain('0 users restored');
    expect(output).toContain('2 whose key is in no backup');
    expect(await query(other, 'SELECT id FROM accounts')).toEqual([]);
    await other.stop();
  });

  it('leaves nothing of a user whose part is spoilt, and brings the others', async () => {
    const copy = copied('half');
    const path = join(copy, data().slice(folder.length), `${bob.id}.volume`);
    writeFileSync(path, readFileSync(path).subarray(0, 5_000));
    const other = await install(ara);
    const { code, output, errors } = await run(other, 'restore', copy);
    expect(code).toBe(1);
    expect(output).toContain('1 user restored');
    expect(errors).toContain(`${bob.id}: not restored`);
    expect(await query(other, 'SELECT name FROM accounts')).toEqual([{ name: 'alice' }]);
    expect(existsSync(join(other.dataDir, 'containers', bob.id))).toBe(false);
    await other.stop();
  });

  it('is the same Ara again: channel, key, conversation, reminders, figures', async () => {
    const other = await install(ara);
    const { code, output, errors } = await run(other, 'restore', folder);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).toContain('2 users restored, each whole');
    // The bot answers again, with what was said before in view of the model.
    const before = internet.anthropic.requests.length;
    await other.ask(alice, 'what did I say?', 30_000);
    expect(JSON.stringify(internet.anthropic.requests.slice(before))).toContain(CANARY);
    const reminders = internet.telegram.waitForMessage(
      alice.bot,
      ({ text }) => text.includes('water the flowers') && text.includes('09'),
      10_000,
    );
    other.say(alice, '/remind list');
    await reminders;
    const status = await other.status(alice.id);
    expect(status).toMatchObject({ name: 'alice', channels: [{ kind: 'telegram', state: 'connected' }] });
    await Installation.until(async () => {
      const rows = await query<{ n: number }>(
        other,
        `SELECT sum(messages)::int AS n FROM usage_figures WHERE account_id = '${alice.id}'`,
      );
      return (rows[0]?.n ?? 0) >= 4;
    });
    expect(await query(other, 'SELECT id FROM sessions')).toEqual([]);
  });
});
