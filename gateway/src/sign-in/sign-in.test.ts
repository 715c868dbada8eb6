/** Signing in by password, code and recovery code, over HTTP and with a real database. */
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser } from '../../../test/kit/browser.js';
import { refusal } from '../../../test/kit/browser.js';
import { startDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { PASSWORD, SignInApp } from '../../../test/kit/sign-in-app.js';

let database: TestDatabase;
let app: SignInApp;

beforeAll(async () => {
  database = await startDatabase();
  app = await SignInApp.start(database.url);
}, 60_000);
afterAll(async () => {
  await app.stop();
  await database.stop();
});
beforeEach(() => app.empty());

const HALF_MINUTE = 30_000;

/** Turns the authenticator on; codes of it by half minutes from now. */
async function turnOn(browser: Browser) {
  const { body } = await browser.post('/v1/me/authenticator');
  const totp = new TOTP({ secret: (body as { secret: string }).secret });
  const code = (halfMinutes = 0): string =>
    totp.generate({ timestamp: Date.now() + halfMinutes * HALF_MINUTE });
  const page = await browser.put('/v1/me/authenticator', { code: code(-1) });
  expect(page.status).toBe(200);
  return { code, recovery: (page.body as { codes: string[] }).codes };
}

const signIn = (browser: Browser, name: string, password = PASSWORD) =>
  browser.post('/v1/sign-in', { name, password });

describe('a password', () => {
  it('signs in, under the name in other capitals too, and says nothing of how it is kept', async () => {
    await app.join('Alice');
    const browser = app.browser();
    expect(await signIn(browser, 'alice')).toMatchObject({ status: 200, body: { next: 'done' } });
    const { body } = await browser.get('/v1/session');
    expect(body).toMatchObject({
      account: { name: 'Alice', role: 'user', email: null },
      methods: { password: true, passkeys: 0, authenticator: false, recoveryCodesLeft: 0 },
    });
    const [{ hash }] = await app.database.query<[{ hash: string }]>('SELECT hash FROM passwords');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(JSON.stringify(body)).not.toContain('argon2');
  });

  it('that is wrong gets the same answer as a name that is not there', async () => {
    await app.join('alice');
    const [wrong, unknown] = [
      await signIn(app.browser(), 'alice', 'wrong password'),
      await signIn(app.browser(), 'nobody', 'wrong password'),
    ];
    expect(refusal(wrong)).toBe('sign-in-failed');
    expect(unknown).toMatchObject({ status: wrong.status, body: wrong.body });
  });

  it('takes as long for a name that is not there: a hash is made for it too', async () => {
    await app.join('alice');
    const time = async (name: string): Promise<number> => {
      const began = performance.now();
      await signIn(app.browser(), name, 'wrong password');
      return performance.now() - began;
    };
    await time('alice');
    const known = Math.min(await time('alice'), await time('alice'), await time('alice'));
    const unknown = Math.min(await time('bob'), await time('carol'), await time('dave'));
    expect(unknown).toBeGreaterThan(known / 2);
  });

  it('that was wrong ten times locks the name, right or wrong, also for a name that is not there', async () => {
    await app.join('alice');
    for (const name of ['alice', 'nobody']) {
      for (let tries = 0; tries < 10; tries++)
        expect(refusal(await signIn(app.browser(), name, 'wrong password'))).toBe('sign-in-failed');
      // Other tries come from elsewhere.
      await app.database.query(
        'DELETE FROM sign_in_attempts WHERE locked_until IS NULL AND tries = 10 AND key <> $1',
        [await keyOfLast()],
      );
      const locked = await signIn(app.browser(), name, PASSWORD);
      expect(locked.status).toBe(429);
      expect(locked.body).toMatchObject({
        error: { code: 'too-many', message: expect.stringContaining('15 minutes') as string },
      });
      await app.database.query('DELETE FROM sign_in_attempts');
    }
    const { body } = await app.installation('GET', '/v1/operator/audit');
    const actions = (body as { entries: { action: string }[] }).entries.map(({ action }) => action);
    expect(actions.filter((action) => action === 'locked-out')).toHaveLength(1);
  });
});

async function keyOfLast(): Promise<Buffer> {
  const [row] = await app.database.query<[{ key: Buffer }]>('SELECT key FROM sign_in_attempts LIMIT 1');
  return row.key;
}
