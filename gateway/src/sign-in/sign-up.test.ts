/** Making accounts: the first operator, invitations, and what the settings let in. Over HTTP, with a real database. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusal, type Browser, type Page } from '../../../test/kit/dashboard/browser.js';
import { startDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { PASSWORD, SignInApp } from '../../../test/kit/dashboard/sign-in-app.js';

let database: TestDatabase;
let app: SignInApp;
let open: SignInApp;
let closed: SignInApp;

beforeAll(async () => {
  database = await startDatabase();
  app = await SignInApp.start(database.url);
  open = await SignInApp.start(database.url, { signIn: { signUp: 'open' } });
  closed = await SignInApp.start(database.url, { signIn: { signUp: 'closed' } });
}, 60_000);
afterAll(async () => {
  await Promise.all([app.stop(), open.stop(), closed.stop()]);
  await database.stop();
});
beforeEach(() => app.empty());

const signUp = (
  browser: Browser,
  name: string,
  invitation: string | null,
  password = PASSWORD,
): Promise<Page> => browser.post('/v1/sign-up', { name, password, invitation });
const accountOf = async (browser: Browser): Promise<unknown> =>
  ((await browser.get('/v1/session')).body as { account: unknown }).account;
const fresh = async (): Promise<unknown> =>
  ((await app.browser().get('/v1/installation')).body as { fresh: boolean }).fresh;

describe('the first operator', () => {
  it.each(['invitation', 'open', 'closed'])(
    'comes in by the token of the start, once, where sign-up is %s',
    async (kind) => {
      const here = { invitation: app, open, closed }[kind] ?? app;
      expect(await fresh()).toBe(true);
      const token = await here.firstOperatorToken();
      const [browser, second] = [here.browser(), here.browser()];
      expect((await signUp(browser, 'alice', token)).status).toBe(204);
      expect(await accountOf(browser)).toMatchObject({ name: 'alice', role: 'operator' });
      expect(refusal(await signUp(second, 'mallory', token))).toBe('invitation-ended');
      expect(await here.firstOperatorToken()).toBeNull();
      expect(await fresh()).toBe(false);
    },
  );

  it('is one, of two that come at once with the tokens of two gateways', async () => {
    const token = await app.firstOperatorToken();
    const [{ token_hash: hash }] = await app.database.query<[{ token_hash: Buffer }]>(
      'SELECT token_hash FROM invitations',
    );
    const later = await app.firstOperatorToken();
    // As if neither gateway had seen the other's.
    await app.database.query(
      `INSERT INTO invitations (token_hash, role, first_operator, expires_at) VALUES ($1, 'operator', true, now() + interval '1 day')`,
      [hash],
    );
    const pages = await Promise.all([
      signUp(app.browser(), 'alice', token),
      signUp(app.browser(), 'bob', later),
    ]);
    expect(pages.map(({ status }) => status).sort()).toEqual([204, 410]);
    expect(await app.database.query(`SELECT count(*)::int FROM accounts WHERE role = 'operator'`)).toEqual([
      { count: 1 },
    ]);
  });

  it('cannot use the token of an earlier start, and it is in no list', async () => {
    const before = await app.firstOperatorToken();
    await app.firstOperatorToken();
    expect(refusal(await signUp(app.browser(), 'alice', before))).toBe('invitation-ended');
    expect((await app.installation('GET', '/v1/operator/invitations')).body).toEqual({ invitations: [] });
  });
});

describe('an invitation', () => {
  it('says what it is for, and lets one person in', async () => {
    const token = await app.invite();
    const { body } = await app.browser().get(`/v1/invitation?invitation=${token}`);
    expect(body).toEqual({ name: null, role: 'user', expiresAt: expect.any(String) as string });
    const days = (Date.parse((body as { expiresAt: string }).expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.9);
    expect(days).toBeLessThanOrEqual(7.01);
    const pages = await Promise.all([
      signUp(app.browser(), 'bob', token),
      signUp(app.browser(), 'carol', token),
    ]);
    expect(pages.map(({ status }) => status).sort()).toEqual([204, 410]);
    expect(refusal(await app.browser().get(`/v1/invitation?invitation=${token}`))).toBe('invitation-ended');
  });

  it('stays good when the name is taken, in whatever capitals, or the password is weak', async () => {
    await app.join('bob');
    const token = await app.invite();
    expect(refusal(await signUp(app.browser(), 'Bob', token))).toBe('conflict');
    expect(refusal(await signUp(app.browser(), 'carol', token, 'password2027'))).toBe('weak-password');
    expect(refusal(await signUp(app.browser(), 'caroline', token, 'ilovecaroline'))).toBe('weak-password');
    expect(refusal(await signUp(app.browser(), 'carol', token, 'short'))).toBe('bad-request');
    expect((await signUp(app.browser(), 'carol', token)).status).toBe(204);
  });

  it('ends after its seven days, when it is taken back, and is not guessed', async () => {
    const old = await app.invite();
    await app.database.query(`UPDATE invitations SET expires_at = now() - interval '1 second'`);
    const taken = await app.invite();
    const { body } = await app.installation('GET', '/v1/operator/invitations');
    const [{ id }] = (body as { invitations: [{ id: string }] }).invitations;
    expect(JSON.stringify(body)).not.toContain(taken);
    expect((await app.installation('DELETE', `/v1/operator/invitations/${id}`)).status).toBe(204);
    expect(refusal(await app.installation('DELETE', `/v1/operator/invitations/${id}`))).toBe('not-found');
    for (const token of [old, taken, 'A'.repeat(43)])
      expect(refusal(await signUp(app.browser(), 'bob', token))).toBe('invitation-ended');
    expect(refusal(await signUp(app.browser(), 'bob', 'cut short'))).toBe('bad-request');
  });

  it('for an account that the command line made gives it a way in, under its own name', async () => {
    await app.installation('POST', '/v1/operator/users', { name: 'alice' });
    const { body } = await app.installation('GET', '/v1/operator/users');
    const { users } = body as { users: { id: string; signsIn: boolean }[] };
    expect(users).toMatchObject([
      { name: 'alice', role: 'user', signsIn: false, channels: 0, messagesThisMonth: 0 },
    ]);
    const token = await app.invite('operator', users[0]?.id ?? '');
    expect((await app.browser().get(`/v1/invitation?invitation=${token}`)).body).toMatchObject({
      name: 'alice',
    });
    const browser = app.browser();
    expect((await signUp(browser, 'anything', token)).status).toBe(204);
    expect(await accountOf(browser)).toMatchObject({ id: users[0]?.id, name: 'alice', role: 'operator' });
    expect((await app.installation('GET', '/v1/operator/users')).body).toMatchObject({
      users: [{ signsIn: true }],
    });
  });

  it('into an account that signs in already comes from the machine alone, and ends every earlier way in', async () => {
    const operator = await app.join('olga', 'operator');
    const alice = await app.join('alice');
    const { id } = (await accountOf(alice)) as { id: string };
    const invited = await operator.post('/v1/operator/invitations', { role: 'user', account: id });
    expect(refusal(invited)).toBe('conflict');
    const browser = app.browser();
    expect((await signUp(browser, 'alice', await app.invite('user', id), 'twelve green herons')).status).toBe(
      204,
    );
    expect(refusal(await alice.get('/v1/session'))).toBe('unauthorized');
    const old = await app.browser().post('/v1/sign-in', { name: 'alice', password: PASSWORD });
    expect(refusal(old)).toBe('sign-in-failed');
    const trail = async (): Promise<unknown> =>
      ((await browser.get('/v1/me/audit')).body as { entries: unknown }).entries;
    await expect
      .poll(trail)
      .toMatchObject([
        { action: 'sign-in-failed', by: null, account: 'alice' },
        { action: 'signed-up', by: 'alice', account: 'alice' },
        { action: 'invitation-made', by: null, account: 'alice' },
        { action: 'signed-up' },
      ]);
  });
});

describe('without an invitation', () => {
  it('somebody signs up only where that is open, and is a user', async () => {
    expect(refusal(await signUp(app.browser(), 'bob', null))).toBe('not-allowed');
    expect(refusal(await signUp(closed.browser(), 'bob', null))).toBe('not-allowed');
    const browser = open.browser();
    expect((await signUp(browser, 'bob', null)).status).toBe(204);
    expect(await accountOf(browser)).toMatchObject({ name: 'bob', role: 'user' });
    // Who has an account must be let in, with or without an operator.
    expect(await fresh()).toBe(false);
  });

  it('an address makes ten accounts an hour', async () => {
    for (let number = 0; number < 10; number++)
      expect((await signUp(open.browser(), `bob ${number}`, null)).status).toBe(204);
    expect(refusal(await signUp(open.browser(), 'one more', null))).toBe('too-many');
    // Those who are invited are not held up by that.
    expect((await signUp(open.browser(), 'one more', await open.invite())).status).toBe(204);
  });

  it('where sign-up is closed, an invitation for a new account does not help, and one for an account does', async () => {
    expect(refusal(await signUp(closed.browser(), 'bob', await closed.invite()))).toBe('not-allowed');
    await closed.installation('POST', '/v1/operator/users', { name: 'alice' });
    const [{ id }] = await app.database.query<[{ id: string }]>('SELECT id FROM accounts');
    expect((await signUp(closed.browser(), 'alice', await closed.invite('user', id))).status).toBe(204);
  });
});

describe('an account', () => {
  it('has an address of mail only if it says one', async () => {
    const alice = await app.join('alice');
    expect((await alice.put('/v1/me/email', { email: 'alice@example.org' })).status).toBe(204);
    expect(await accountOf(alice)).toMatchObject({ email: 'alice@example.org' });
    expect(refusal(await alice.put('/v1/me/email', { email: 'nonsense' }))).toBe('bad-request');
    await alice.put('/v1/me/email', { email: null });
    expect(await accountOf(alice)).toMatchObject({ email: null });
  });

  it('sees its own trail, and the operator everybody’s, without content', async () => {
    const operator = await app.join('olga', 'operator');
    const alice = await app.join('alice');
    const own = (await alice.get('/v1/me/audit')).body as { entries: { account: string }[] };
    expect(own.entries.map(({ account }) => account)).toEqual(['alice']);
    const all = (await operator.get('/v1/operator/audit')).body as { entries: { account: string | null }[] };
    expect(all.entries.map(({ account }) => account)).toEqual(['alice', null, 'olga', null]);
    await app.database.query(`DELETE FROM accounts WHERE name = 'alice'`);
    const after = (await operator.get('/v1/operator/audit')).body as { entries: unknown[] };
    expect(after.entries[0]).toMatchObject({ action: 'signed-up', by: null, account: null });
  });
});
