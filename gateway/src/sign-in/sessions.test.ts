/** Sessions over HTTP: a token is new at each sign-in and proof, one that is ended is ended everywhere, and cookies hold tight. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { refusal, type Browser } from '../../../test/kit/dashboard/browser.js';
import { startDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { PASSWORD, SignInApp } from '../../../test/kit/dashboard/sign-in-app.js';
import { DeletionGate } from '../deletion/gate.js';
import { CleaningService } from './cleaning.service.js';
import { LiveSessions } from './live-sessions.service.js';
import { hashToken } from './tokens.js';

let database: TestDatabase;
let app: SignInApp;
let replica: SignInApp;

beforeAll(async () => {
  database = await startDatabase();
  app = await SignInApp.start(database.url);
  replica = await SignInApp.start(database.url, { publicUrl: 'https://ara.example.org' });
}, 60_000);
afterAll(async () => {
  await replica.stop();
  await app.stop();
  await database.stop();
});
beforeEach(() => app.empty());

interface SessionBody {
  session: string;
  provenUntil: string | null;
}
const session = async (browser: Browser): Promise<SessionBody> =>
  (await browser.get('/v1/session')).body as SessionBody;
const token = (browser: Browser): string => browser.cookies.get('ara') ?? '';
const signIn = (browser: Browser, name = 'alice') =>
  browser.post('/v1/sign-in', { name, password: PASSWORD });

describe('a session', () => {
  it('does not take over a token that was there before, known or made up, and ends the one it replaces', async () => {
    await app.join('mallory');
    await app.join('alice');
    const mallory = app.browser();
    await signIn(mallory, 'mallory');
    const planted = token(mallory);
    for (const before of [planted, 'A'.repeat(43)]) {
      const victim = app.browser();
      victim.cookies.set('ara', before);
      await signIn(victim);
      expect(token(victim)).not.toBe(before);
      expect(await victim.get('/v1/session')).toMatchObject({ body: { account: { name: 'alice' } } });
    }
    expect(refusal(await mallory.get('/v1/session'))).toBe('unauthorized');
  });

  it('is kept as a hash: what lies in the database signs nobody in', async () => {
    const alice = await app.join('alice');
    const [{ token_hash: kept }] = await app.database.query<[{ token_hash: Buffer }]>(
      'SELECT token_hash FROM sessions',
    );
    expect(kept).toEqual(hashToken(token(alice)));
    const thief = app.browser();
    for (const offered of [kept.toString('base64url'), kept.toString('hex')]) {
      thief.cookies.set('ara', offered);
      expect(refusal(await thief.get('/v1/session'))).toBe('unauthorized');
    }
  });

  it('gets a new token when it is proved; the old one reads for some seconds more, and proves nothing', async () => {
    const alice = await app.join('alice');
    await app.proofsEnd();
    const { session: id, provenUntil } = await session(alice);
    expect(provenUntil).toBeNull();
    const thief = app.browser();
    thief.cookies.set('ara', token(alice));
    expect(refusal(await alice.put('/v1/me/password', { password: 'another long one' }))).toBe(
      'proof-needed',
    );
    expect(refusal(await alice.post('/v1/me/prove', { password: 'wrong password' }))).toBe('sign-in-failed');
    expect(refusal(await alice.post('/v1/me/prove', {}))).toBe('bad-request');
    expect((await alice.post('/v1/me/prove', { password: PASSWORD })).status).toBe(204);
    expect(token(alice)).not.toBe(token(thief));
    const after = await session(alice);
    expect(after.session).toBe(id);
    const minutes = (Date.parse(after.provenUntil ?? '') - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(9);
    expect(minutes).toBeLessThanOrEqual(10.1);
    expect(await session(thief)).toMatchObject({ session: id, provenUntil: null });
    expect(refusal(await thief.put('/v1/me/password', { password: 'another long one' }))).toBe(
      'proof-needed',
    );
    await app.database.query(`UPDATE sessions SET previous_until = now()`);
    expect(refusal(await thief.get('/v1/session'))).toBe('unauthorized');
    expect((await alice.put('/v1/me/password', { password: 'another long one' })).status).toBe(204);
  });

  it.each([
    ['unused for thirty days', `last_used_at = now() - interval '30 days'`],
    ['ninety days old', `created_at = now() - interval '90 days'`],
  ])('that is %s is over, and is taken away', async (_what, age) => {
    const alice = await app.join('alice');
    await app.database.query(`UPDATE sessions SET ${age}`);
    expect(refusal(await alice.get('/v1/session'))).toBe('unauthorized');
    expect((await app.database.query<unknown[]>('SELECT id FROM sessions')).length).toBe(1);
    await app.get(CleaningService).clean();
    expect(await app.database.query('SELECT id FROM sessions')).toEqual([]);
  });

  it('is seen in the list of them, is ended from another one, and by signing out', async () => {
    const home = await app.join('alice');
    const phone = app.browser();
    await signIn(phone);
    const { body } = await home.get('/v1/me/sessions');
    const { sessions } = body as { sessions: { id: string; client: string; current: boolean }[] };
    expect(sessions).toHaveLength(2);
    expect(JSON.stringify(body)).not.toMatch(/token|hash/);
    expect(sessions.map(({ client }) => client)).toEqual(['Firefox on Linux', 'Firefox on Linux']);
    const other = sessions.find(({ current }) => !current)?.id ?? '';
    const bob = await app.join('bob');
    expect(refusal(await bob.delete(`/v1/me/sessions/${other}`))).toBe('not-found');
    expect((await phone.get('/v1/session')).status).toBe(200);
    expect((await home.delete(`/v1/me/sessions/${other}`)).status).toBe(204);
    expect(refusal(await phone.get('/v1/session'))).toBe('unauthorized');
    const kept = token(home);
    expect((await home.post('/v1/sign-out')).status).toBe(204);
    expect(home.cookies.has('ara')).toBe(false);
    home.cookies.set('ara', kept);
    expect(refusal(await home.get('/v1/session'))).toBe('unauthorized');
  });

  it('ends with all others when the password is set or removed, except the one that did it', async () => {
    const home = await app.join('alice');
    const phone = app.browser();
    await signIn(phone);
    expect((await home.put('/v1/me/password', { password: 'another long one' })).status).toBe(204);
    expect(refusal(await phone.get('/v1/session'))).toBe('unauthorized');
    expect((await home.get('/v1/session')).status).toBe(200);
    expect(refusal(await signIn(phone))).toBe('sign-in-failed');
    expect(refusal(await home.delete('/v1/me/password'))).toBe('last-way-in');
    expect(await phone.post('/v1/sign-in', { name: 'alice', password: 'another long one' })).toMatchObject({
      status: 200,
    });
  });

  it('is gone with its account', async () => {
    const alice = await app.join('alice');
    await app.database.query('DELETE FROM accounts');
    expect(refusal(await alice.get('/v1/session'))).toBe('unauthorized');
    expect(await app.database.query('SELECT id FROM sessions')).toEqual([]);
  });
});

describe('a stream', () => {
  it('closes at once when its session is ended here, once, and not when another one is', async () => {
    const alice = await app.join('alice');
    const bob = await app.join('bob');
    const live = app.get(LiveSessions);
    const [closeAlice, closeBob, ended] = [vi.fn(), vi.fn(), vi.fn()];
    live.add((await session(alice)).session, closeAlice);
    live.add((await session(alice)).session, ended)();
    live.add((await session(bob)).session, closeBob);
    await alice.post('/v1/sign-out');
    expect(closeAlice).toHaveBeenCalledOnce();
    expect(ended).not.toHaveBeenCalled();
    expect(closeBob).not.toHaveBeenCalled();
  });

  it.each([
    [
      'its session is ended by another gateway',
      (alice: Browser) => alice.delete('/v1/me/sessions/' + 'SELF'),
    ],
    ['its account is deleted', () => app.database.query('DELETE FROM accounts')],
  ])('closes within five seconds when %s, one that throws does not keep the next', async (_what, end) => {
    const alice = await app.join('alice');
    const { session: id } = await session(alice);
    const close = vi.fn();
    replica.get(LiveSessions).add(id, () => {
      throw new Error('a stream that is broken');
    });
    replica.get(LiveSessions).add(id, close);
    const send = alice.delete;
    Object.assign(alice, { delete: (path: string) => send(path.replace('SELF', id)) });
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(close).not.toHaveBeenCalled();
    await end(alice);
    await expect.poll(() => close.mock.calls.length, { timeout: 5_000 }).toBe(1);
  });
});

describe('its cookie', () => {
  it('is out of reach of scripts and of other pages, and without encryption has the name that browsers take', async () => {
    const alice = await app.join('alice');
    expect(alice.setCookies).toEqual([
      expect.stringMatching(/^ara=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=7776000$/) as string,
    ]);
  });

  it('is bound to the host and to encryption where there is encryption; the other name is not believed', async () => {
    const alice = await replica.join('alice', 'user', 'https://ara.example.org');
    expect(alice.setCookies).toEqual([
      expect.stringMatching(
        /^__Host-ara=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/,
      ) as string,
    ]);
    expect((await alice.get('/v1/session')).status).toBe(200);
    const value = alice.cookies.get('__Host-ara') ?? '';
    alice.cookies.clear();
    alice.cookies.set('ara', value);
    expect(refusal(await alice.get('/v1/session'))).toBe('unauthorized');
  });
});

describe('while the account is being deleted', () => {
  const begin = async (kind: string): Promise<void> => {
    await app.database.query(
      `INSERT INTO deletions (id, account_id, subject, kind, files, asked_by, request_key, link_hash)
       SELECT gen_random_uuid(), id, repeat('a', 64), $1, true, 'chat', 'test', decode(repeat('ab', 32), 'hex') FROM accounts`,
      [kind],
    );
    await Promise.all([app.get(DeletionGate).look(), replica.get(DeletionGate).look()]);
  };
  afterEach(async () => {
    await app.database.query('DELETE FROM deletions');
    await Promise.all([app.get(DeletionGate).look(), replica.get(DeletionGate).look()]);
  });

  it('nobody signs in to it, at any gateway', async () => {
    await app.join('alice');
    await begin('account');
    for (const at of [app.browser(), replica.browser()]) {
      const page = await signIn(at);
      expect([page.status, refusal(page)]).toEqual([423, 'being-deleted']);
      expect(token(at)).toBe('');
    }
  });

  it.each(['memory', 'container'])('of %s alone, it is as ever', async (kind) => {
    await app.join('alice');
    await begin(kind);
    const browser = app.browser();
    await signIn(browser);
    expect(await session(browser)).toMatchObject({ account: { name: 'alice' } });
  });
});
