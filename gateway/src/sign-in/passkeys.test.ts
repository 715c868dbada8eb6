/** Passkeys over HTTP, by an authenticator in software: its answers work once, for this site, for its own account. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Authenticator, type Behaviour } from '../../../test/kit/dashboard/authenticator.js';
import { refusal, type Browser, type Page } from '../../../test/kit/dashboard/browser.js';
import { startDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { SignInApp } from '../../../test/kit/dashboard/sign-in-app.js';

let database: TestDatabase;
let app: SignInApp;
let origin: string;

beforeAll(async () => {
  database = await startDatabase();
  app = await SignInApp.start(database.url);
  origin = `http://localhost:${app.port}`;
}, 60_000);
afterAll(async () => {
  await app.stop();
  await database.stop();
});
beforeEach(() => app.empty());

interface Options {
  ceremony: string;
  options: Record<string, unknown>;
}
const ask = async (browser: Browser, path: string, body?: unknown): Promise<Options> =>
  (await browser.post(path, body)).body as Options;

async function signUp(name: string, key: Authenticator, behaviour?: Behaviour): Promise<[Browser, Page]> {
  const browser = app.browser();
  const { ceremony, options } = await ask(browser, '/v1/sign-up/passkey/options', {
    name,
    invitation: await app.invite(),
  });
  const response = key.create(options, behaviour);
  return [browser, await browser.post('/v1/sign-up/passkey', { ceremony, response })];
}

async function signIn(key: Authenticator, behaviour?: Behaviour): Promise<[Browser, Page]> {
  const browser = app.browser();
  const { ceremony, options } = await ask(browser, '/v1/sign-in/passkey/options');
  return [
    browser,
    await browser.post('/v1/sign-in/passkey', { ceremony, response: key.get(options, behaviour) }),
  ];
}

describe('a passkey', () => {
  it('makes an account and signs in to it without a name', async () => {
    const key = new Authenticator(origin);
    const [member, made] = await signUp('alice', key);
    expect(made.status).toBe(204);
    expect((await member.get('/v1/session')).body).toMatchObject({
      account: { name: 'alice' },
      methods: { password: false, passkeys: 1 },
    });
    const [visitor, page] = await signIn(key);
    expect(page.status).toBe(204);
    expect((await visitor.get('/v1/session')).body).toMatchObject({ account: { name: 'alice' } });
  });

  it('is asked for as one that is kept with its account and checks who is there', async () => {
    const { options } = await ask(app.browser(), '/v1/sign-up/passkey/options', {
      name: 'alice',
      invitation: await app.invite(),
    });
    expect(options).toMatchObject({
      rp: { id: 'localhost' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      pubKeyCredParams: [{ alg: -8 }, { alg: -7 }, { alg: -257 }],
    });
    expect((await ask(app.browser(), '/v1/sign-in/passkey/options')).options).not.toHaveProperty(
      'allowCredentials',
    );
  });

  it('answers a challenge once, within five minutes', async () => {
    const key = new Authenticator(origin);
    await signUp('alice', key);
    const visitor = app.browser();
    const { ceremony, options } = await ask(visitor, '/v1/sign-in/passkey/options');
    const response = key.get(options);
    expect((await visitor.post('/v1/sign-in/passkey', { ceremony, response })).status).toBe(204);
    expect(refusal(await visitor.post('/v1/sign-in/passkey', { ceremony, response }))).toBe('sign-in-failed');
    const late = await ask(visitor, '/v1/sign-in/passkey/options');
    await app.database.query(`UPDATE ceremonies SET expires_at = now() - interval '1 second'`);
    const answer = { ceremony: late.ceremony, response: key.get(late.options) };
    expect(refusal(await visitor.post('/v1/sign-in/passkey', answer))).toBe('sign-in-failed');
  });

  it('answers the challenge that it was given, and no other', async () => {
    const key = new Authenticator(origin);
    const [member] = await signUp('alice', key);
    const visitor = app.browser();
    const [one, other] = [
      await ask(visitor, '/v1/sign-in/passkey/options'),
      await ask(visitor, '/v1/sign-in/passkey/options'),
    ];
    const crossed = { ceremony: one.ceremony, response: key.get(other.options) };
    expect(refusal(await visitor.post('/v1/sign-in/passkey', crossed))).toBe('sign-in-failed');
    // A challenge for proving is none for signing in.
    const prove = await ask(member, '/v1/me/prove/passkey/options');
    const misused = { ceremony: prove.ceremony, response: key.get(prove.options) };
    expect(refusal(await visitor.post('/v1/sign-in/passkey', misused))).toBe('sign-in-failed');
  });

  it.each<[string, Behaviour]>([
    ['of another page', { origin: 'https://evil.example' }],
    ['that checked nobody', { verified: false }],
  ])('%s neither signs up nor in', async (_what, behaviour) => {
    expect(refusal((await signUp('mallory', new Authenticator(origin), behaviour))[1])).toBe(
      'sign-in-failed',
    );
    const key = new Authenticator(origin);
    await signUp('alice', key);
    const [visitor, page] = await signIn(key, behaviour);
    expect(refusal(page)).toBe('sign-in-failed');
    expect(visitor.cookies.size).toBe(0);
  });

  it('whose counter stands still is a copy', async () => {
    const key = new Authenticator(origin);
    await signUp('alice', key, { counter: 5 });
    expect((await signIn(key, { counter: 6 }))[1].status).toBe(204);
    expect(refusal((await signIn(key, { counter: 6 }))[1])).toBe('sign-in-failed');
    expect((await signIn(key, { counter: 7 }))[1].status).toBe(204);
  });

  it('of which the signature, the id or the form is wrong is refused alike', async () => {
    const key = new Authenticator(origin);
    await signUp('alice', key);
    const spoil: ((response: Record<string, unknown>) => unknown)[] = [
      (response) => ({ ...response, id: Buffer.alloc(32).toString('base64url') }),
      (response) => ({ ...response, response: { ...(response['response'] as object), signature: 'AAAA' } }),
      (response) => ({ ...response, response: { ...(response['response'] as object), userHandle: 'AAAA' } }),
      (response) => ({ ...response, response: null }),
      () => ({}),
      () => ({ id: 7, response: [] }),
    ];
    for (const each of spoil) {
      const visitor = app.browser();
      const { ceremony, options } = await ask(visitor, '/v1/sign-in/passkey/options');
      const page = await visitor.post('/v1/sign-in/passkey', { ceremony, response: each(key.get(options)) });
      expect(refusal(page)).toBe('sign-in-failed');
    }
    expect((await signIn(key))[1].status).toBe(204);
  });

  it('proves that it is still them, and that of another account does not', async () => {
    const [alice, bob] = [new Authenticator(origin), new Authenticator(origin)];
    const [member] = await signUp('alice', alice);
    await signUp('bob', bob);
    await app.proofsEnd();
    expect(refusal(await member.post('/v1/me/passkeys/options'))).toBe('proof-needed');
    const wrong = await ask(member, '/v1/me/prove/passkey/options');
    const foreign = bob.get({ ...wrong.options, allowCredentials: undefined });
    expect(
      refusal(await member.post('/v1/me/prove/passkey', { ceremony: wrong.ceremony, response: foreign })),
    ).toBe('sign-in-failed');
    const right = await ask(member, '/v1/me/prove/passkey/options');
    const own = { ceremony: right.ceremony, response: alice.get(right.options) };
    expect((await member.post('/v1/me/prove/passkey', own)).status).toBe(204);
    expect((await member.post('/v1/me/passkeys/options')).status).toBe(200);
  });

  it('is added under a name, listed, and removed unless it is the last way in', async () => {
    const first = new Authenticator(origin);
    const second = new Authenticator(origin);
    const [member] = await signUp('alice', first);
    const { ceremony, options } = await ask(member, '/v1/me/passkeys/options');
    expect(options['excludeCredentials']).toMatchObject([{ id: first.credentials[0]?.id }]);
    const added = { ceremony, response: second.create(options), name: 'Key ring' };
    const bob = await app.join('bob');
    expect(refusal(await bob.post('/v1/me/passkeys', added))).toBe('sign-in-failed');
    const again = await ask(member, '/v1/me/passkeys/options');
    const own = { ceremony: again.ceremony, response: second.create(again.options), name: 'Key ring' };
    expect((await member.post('/v1/me/passkeys', own)).status).toBe(204);
    const { body } = await member.get('/v1/me/passkeys');
    const { passkeys } = body as { passkeys: { id: string; name: string }[] };
    expect(passkeys.map(({ name }) => name)).toEqual(['First passkey', 'Key ring']);
    const [one, other] = passkeys as [(typeof passkeys)[number], (typeof passkeys)[number]];
    expect(refusal(await bob.delete(`/v1/me/passkeys/${one.id}`))).toBe('not-found');
    expect((await member.delete(`/v1/me/passkeys/${one.id}`)).status).toBe(204);
    expect(refusal(await member.delete(`/v1/me/passkeys/${other.id}`))).toBe('last-way-in');
    expect(refusal((await signIn(first))[1])).toBe('sign-in-failed');
    expect((await signIn(second))[1].status).toBe(204);
  });

  it('is one of twenty at most, also of many that are added at once', async () => {
    const first = new Authenticator(origin);
    const [member] = await signUp('alice', first);
    await app.database.query(
      `INSERT INTO passkeys (account_id, credential_id, public_key, counter, transports, name)
       SELECT account_id, decode(lpad(to_hex(n), 8, '0'), 'hex'), public_key, 0, '{}', 'Spare'
       FROM passkeys, generate_series(1, 17) AS n`,
    );
    const begun = [];
    for (let each = 0; each < 6; each++) begun.push(await ask(member, '/v1/me/passkeys/options'));
    const added = await Promise.all(
      begun.map(({ ceremony, options }) => {
        const response = new Authenticator(origin).create(options);
        return member.post('/v1/me/passkeys', { ceremony, response, name: 'Another' });
      }),
    );
    expect(added.map(({ status }) => status).sort()).toEqual([204, 204, 409, 409, 409, 409]);
    expect(added.map(refusal).filter(Boolean)).toEqual(Array.from({ length: 4 }, () => 'passkeys-full'));
    // Then it is said before anybody touches a key.
    expect(refusal(await member.post('/v1/me/passkeys/options'))).toBe('passkeys-full');
    const { body } = await member.get('/v1/me/passkeys');
    const { passkeys } = body as { passkeys: { id: string; name: string }[] };
    expect(passkeys).toHaveLength(20);
    const spare = passkeys.find(({ name }) => name === 'Spare');
    expect((await member.delete(`/v1/me/passkeys/${spare?.id}`)).status).toBe(204);
    expect((await member.post('/v1/me/passkeys/options')).status).toBe(200);
  });

  it('of two that are removed at once, one stays', async () => {
    const key = new Authenticator(origin);
    const [member] = await signUp('alice', key);
    const { ceremony, options } = await ask(member, '/v1/me/passkeys/options');
    await member.post('/v1/me/passkeys', { ceremony, response: key.create(options), name: 'Other' });
    const { body } = await member.get('/v1/me/passkeys');
    const ids = (body as { passkeys: { id: string }[] }).passkeys.map(({ id }) => id);
    const pages = await Promise.all(ids.map((id) => member.delete(`/v1/me/passkeys/${id}`)));
    expect(pages.map(({ status }) => status).sort()).toEqual([204, 409]);
  });

  it('has no place on an address without a name', async () => {
    const page = await app.browser(`http://127.0.0.1:${app.port}`).post('/v1/sign-in/passkey/options');
    expect(page.status).toBe(400);
    expect(JSON.stringify(page.body)).toContain('localhost');
  });
});
