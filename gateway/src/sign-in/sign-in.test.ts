/** Signing in by password, code and recovery code, over HTTP and with a real database. */
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusal, type Browser, type Page } from '../../../test/kit/dashboard/browser.js';
import { startDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { PASSWORD, SignInApp } from '../../../test/kit/dashboard/sign-in-app.js';

let database: TestDatabase;
let app: SignInApp;

beforeAll(async () => {
  database = await startDatabase();
  // A proxy says where a browser is.
  app = await SignInApp.start(database.url, { listen: { behindProxy: true } });
}, 60_000);
afterAll(async () => {
  await app.stop();
  await database.stop();
});
beforeEach(() => app.empty());

let nextAddress = 1;
function browser(client = `192.0.2.${nextAddress++ % 250}`): Browser {
  return Object.assign(app.browser(), { client });
}

const signIn = (from: Browser, name: string, password = PASSWORD): Promise<Page> =>
  from.post('/v1/sign-in', { name, password });

const actions = async (): Promise<string[]> => {
  const { body } = await app.installation('GET', '/v1/operator/audit');
  return (body as { entries: { action: string }[] }).entries.map(({ action }) => action);
};

const HALF_MINUTE = 30_000;

/** Turns the authenticator on; codes of it by half minutes from now. */
async function turnOn(member: Browser) {
  const { body } = await member.post('/v1/me/authenticator');
  const { secret, address } = body as { secret: string; address: string };
  expect(address).toMatch(/^otpauth:\/\/totp\/Ara:alice\?.*issuer=Ara/);
  const totp = new TOTP({ secret });
  const code = (halfMinutes = 0): string =>
    totp.generate({ timestamp: Date.now() + halfMinutes * HALF_MINUTE });
  const page = await member.put('/v1/me/authenticator', { code: code(-1) });
  expect(page.status).toBe(200);
  return { code, recovery: (page.body as { codes: string[] }).codes };
}

describe('a password', () => {
  it('signs in, under the name in other capitals too, and is kept as a hash', async () => {
    await app.join('Alice');
    const visitor = browser();
    expect(await signIn(visitor, 'alice')).toMatchObject({ status: 200, body: { next: 'done' } });
    const { body } = await visitor.get('/v1/session');
    expect(body).toMatchObject({
      account: { name: 'Alice', role: 'user', email: null },
      methods: { password: true, passkeys: 0, authenticator: false, recoveryCodesLeft: 0 },
    });
    const [{ hash }] = await app.database.query<[{ hash: string }]>('SELECT hash FROM passwords');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(JSON.stringify(body)).not.toContain('argon2');
  });

  it('that is wrong gets the same answer as a name that is not there, and opens nothing', async () => {
    await app.join('alice');
    const visitor = browser();
    const [wrong, unknown] = [
      await signIn(visitor, 'alice', 'wrong password'),
      await signIn(browser(), 'nobody', 'wrong password'),
    ];
    expect(refusal(wrong)).toBe('sign-in-failed');
    expect(unknown).toMatchObject({ status: wrong.status, body: wrong.body });
    expect(visitor.cookies.size).toBe(0);
    await expect.poll(actions).toContain('sign-in-failed');
  });

  it('takes as long for a name that is not there: a hash is made for it too', async () => {
    await app.join('alice');
    const time = async (name: string): Promise<number> => {
      const began = performance.now();
      await signIn(browser(), name, 'wrong password');
      return performance.now() - began;
    };
    await time('alice');
    const known = Math.min(await time('alice'), await time('alice'), await time('alice'));
    const unknown = Math.min(await time('bob'), await time('carol'), await time('dave'));
    expect(unknown).toBeGreaterThan(known / 2);
  });

  it.each(['alice', 'nobody'])('wrong ten times locks the name %s, also for the right one', async (name) => {
    await app.join('alice');
    for (let tries = 0; tries < 10; tries++)
      expect(refusal(await signIn(browser(), name, 'wrong password'))).toBe('sign-in-failed');
    for (let tries = 0; tries < 2; tries++) {
      const locked = await signIn(browser(), name);
      expect(locked.status).toBe(429);
      expect(JSON.stringify(locked.body)).toContain('wait 15 minutes');
      expect(Number(locked.headers['retry-after'])).toBeGreaterThan(14 * 60);
      expect(Number(locked.headers['retry-after'])).toBeLessThanOrEqual(15 * 60);
    }
    const told = (await actions()).filter((action) => action === 'locked-out');
    expect(told).toHaveLength(name === 'alice' ? 1 : 0);
  });

  it('is counted before it is looked at: of thirty at once, ten are looked at', async () => {
    await app.join('alice');
    const tries = Array.from({ length: 30 }, () => signIn(browser(), 'alice', 'wrong password'));
    const codes = (await Promise.all(tries)).map(refusal);
    expect(codes.filter((code) => code === 'sign-in-failed')).toHaveLength(10);
    expect(codes.filter((code) => code === 'too-many')).toHaveLength(20);
  });

  it('wrong ten times from one address locks the address, and not the names that it tries then', async () => {
    await app.join('alice');
    const from = '198.51.100.7';
    for (let tries = 0; tries < 10; tries++) await signIn(browser(from), `guess ${tries}`, 'wrong password');
    for (let tries = 0; tries < 12; tries++)
      expect(refusal(await signIn(browser(from), 'alice'))).toBe('too-many');
    expect(await signIn(browser(), 'alice')).toMatchObject({ body: { next: 'done' } });
  });

  it('locks for a quarter of an hour, and what was wrong before a good one is forgotten', async () => {
    await app.join('alice');
    for (let tries = 0; tries < 11; tries++) await signIn(browser(), 'alice', 'wrong password');
    await app.database.query(
      `UPDATE sign_in_attempts SET locked_until = now() WHERE locked_until IS NOT NULL`,
    );
    for (let round = 0; round < 2; round++) {
      for (let tries = 0; tries < 9; tries++) await signIn(browser(), 'alice', 'wrong password');
      expect(await signIn(browser(), 'alice')).toMatchObject({ status: 200 });
    }
  });

  it('lies in the table of tries neither with its name nor with the address', async () => {
    await signIn(browser('198.51.100.77'), 'zacharias', 'wrong password');
    const text = JSON.stringify(
      await app.database.query('SELECT encode(key, $1) FROM sign_in_attempts', ['escape']),
    );
    expect(text).not.toMatch(/zacharias|198\.51/);
  });
});

describe('an authenticator', () => {
  it('is asked for after the password, and only then is there a session', async () => {
    const { code } = await turnOn(await app.join('alice'));
    const visitor = browser();
    expect(await signIn(visitor, 'alice')).toMatchObject({ body: { next: 'code' } });
    expect(refusal(await visitor.get('/v1/session'))).toBe('unauthorized');
    expect((await visitor.post('/v1/sign-in/code', { code: code() })).status).toBe(204);
    expect((await visitor.get('/v1/session')).body).toMatchObject({
      methods: { authenticator: true, recoveryCodesLeft: 10 },
    });
    expect(visitor.cookies.has('ara-code')).toBe(false);
  });

  it('takes each code once, not even an older one after it', async () => {
    const { code } = await turnOn(await app.join('alice'));
    const used = code(1);
    const withCode = async (text: string): Promise<Page> => {
      const visitor = browser();
      await signIn(visitor, 'alice');
      return visitor.post('/v1/sign-in/code', { code: text });
    };
    expect((await withCode(used)).status).toBe(204);
    expect(refusal(await withCode(used))).toBe('sign-in-failed');
    expect(refusal(await withCode(code()))).toBe('sign-in-failed');
  });

  it('of two browsers with the same code at once lets one in', async () => {
    const { code } = await turnOn(await app.join('alice'));
    const visitors = [browser(), browser()];
    for (const visitor of visitors) await signIn(visitor, 'alice');
    const used = code();
    const pages = await Promise.all(visitors.map((each) => each.post('/v1/sign-in/code', { code: used })));
    expect(pages.map(({ status }) => status).sort()).toEqual([204, 401]);
  });

  it('has its own count of wrong codes, which the right password does not begin anew', async () => {
    await turnOn(await app.join('alice'));
    const withCode = async (): Promise<Page> => {
      const visitor = browser();
      expect(await signIn(visitor, 'alice')).toMatchObject({ body: { next: 'code' } });
      return visitor.post('/v1/sign-in/code', { code: '000000' });
    };
    for (let tries = 0; tries < 10; tries++) expect(refusal(await withCode())).toBe('sign-in-failed');
    expect(refusal(await withCode())).toBe('too-many');
  });

  it('needs the first step before the second, not more than five minutes ago', async () => {
    const { code } = await turnOn(await app.join('alice'));
    const visitor = browser();
    expect(refusal(await visitor.post('/v1/sign-in/code', { code: code() }))).toBe('unauthorized');
    await signIn(visitor, 'alice');
    await app.database.query(`UPDATE ceremonies SET expires_at = now() - interval '1 second'`);
    expect(refusal(await visitor.post('/v1/sign-in/code', { code: code() }))).toBe('unauthorized');
  });

  it('that is new counts only once a code of it was given, and the old one until then', async () => {
    const member = await app.join('alice');
    const { code } = await turnOn(member);
    await member.post('/v1/me/authenticator');
    expect(refusal(await member.put('/v1/me/authenticator', { code: '000000' }))).toBe('sign-in-failed');
    const visitor = browser();
    await signIn(visitor, 'alice');
    expect((await visitor.post('/v1/sign-in/code', { code: code() })).status).toBe(204);
  });

  it('lies sealed in the database, and is gone with its recovery codes when it is removed', async () => {
    const member = await app.join('alice');
    const { body } = await member.post('/v1/me/authenticator');
    const { secret } = body as { secret: string };
    const raw = new TOTP({ secret }).secret.hex.toLowerCase();
    const [{ pending }] = await app.database.query<[{ pending: Buffer }]>(
      'SELECT pending FROM authenticators',
    );
    expect(pending.toString('hex')).not.toContain(raw);
    await turnOn(member);
    expect((await member.delete('/v1/me/authenticator')).status).toBe(204);
    expect(await signIn(browser(), 'alice')).toMatchObject({ body: { next: 'done' } });
    expect(await app.database.query('SELECT hash FROM recovery_codes')).toEqual([]);
  });
});

describe('a recovery code', () => {
  it('stands in for the authenticator once, however it is written', async () => {
    const { recovery } = await turnOn(await app.join('alice'));
    expect(new Set(recovery).size).toBe(10);
    const withCode = async (code: string): Promise<Page> => {
      const visitor = browser();
      await signIn(visitor, 'alice');
      return visitor.post('/v1/sign-in/code', { code });
    };
    const [first = '', second = ''] = recovery;
    expect((await withCode(first)).status).toBe(204);
    expect(refusal(await withCode(first))).toBe('sign-in-failed');
    expect((await withCode(second.replaceAll('-', ' ').toUpperCase())).status).toBe(204);
    expect(await actions()).toContain('recovery-code-used');
  });

  it('from before new ones were made is void, and is nobody else’s', async () => {
    const member = await app.join('alice');
    const { recovery } = await turnOn(member);
    const { body } = await member.post('/v1/me/recovery-codes');
    const { codes } = body as { codes: string[] };
    const visitor = browser();
    await signIn(visitor, 'alice');
    expect(refusal(await visitor.post('/v1/sign-in/code', { code: recovery[0] }))).toBe('sign-in-failed');
    expect((await visitor.post('/v1/sign-in/code', { code: codes[0] })).status).toBe(204);
    const bob = await app.join('bob');
    expect(refusal(await bob.post('/v1/me/prove', { code: codes[1] }))).toBe('sign-in-failed');
    expect(refusal(await bob.post('/v1/me/recovery-codes'))).toBe('not-found');
  });
});
