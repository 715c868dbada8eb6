/** Sign-in by an organisation, against a server that checks each request: who is let in, and every answer that is not. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser, Page } from '../../../test/kit/dashboard/browser.js';
import { startDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { Organisation, type Lies, type Member } from '../../../test/kit/dashboard/organisation.js';
import { SignInApp } from '../../../test/kit/dashboard/sign-in-app.js';

const folder = mkdtempSync(join(tmpdir(), 'ara-organisation-'));
let database: TestDatabase;
let organisation: Organisation;
let app: SignInApp;
let open: SignInApp;

beforeAll(async () => {
  [database, organisation] = await Promise.all([startDatabase(), Organisation.start()]);
  const clientSecretFile = join(folder, 'secret');
  writeFileSync(clientSecretFile, `${organisation.clientSecret}\n`);
  const signIn = {
    organisation: { name: 'Example', issuer: organisation.issuer, clientId: 'ara', clientSecretFile },
  };
  app = await SignInApp.start(database.url, { signIn });
  open = await SignInApp.start(database.url, { signIn: { ...signIn, signUp: 'open' } });
}, 60_000);
afterAll(async () => {
  await Promise.all([app.stop(), open.stop()]);
  await Promise.all([database.stop(), organisation.stop()]);
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  organisation.lies = {};
  await app.empty();
});

const anna: Member = { subject: 'anna-1', name: 'anna' };
const START = '/v1/sign-in/organisation';

async function send(browser: Browser, member: Member, invitation?: string): Promise<URL> {
  const page = await browser.get(invitation ? `${START}?invitation=${invitation}` : START);
  expect(page.status).toBe(302);
  return organisation.signIn(page.headers.location ?? '', member);
}

/** A browser comes back from another site by a link. */
const comeBack = (browser: Browser, { pathname, search }: URL): Promise<Page> =>
  browser.get(pathname + search, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' });

async function signIn(browser: Browser, member: Member, invitation?: string): Promise<string | undefined> {
  const { status, headers } = await comeBack(browser, await send(browser, member, invitation));
  expect(status).toBe(302);
  return headers.location;
}

const nameOf = async (browser: Browser): Promise<unknown> =>
  ((await browser.get('/v1/session')).body as { account?: { name: string } }).account?.name;

describe('a member of the organisation', () => {
  it('is named on the sign-in page by what the organisation is called', async () => {
    expect((await app.browser().get('/v1/installation')).body).toEqual({
      fresh: true,
      signUp: 'invitation',
      organisation: 'Example',
    });
  });

  it('comes in for the first time with an invitation, and without one from then on', async () => {
    const browser = app.browser();
    expect(await signIn(browser, anna)).toBe('/sign-in?refused=not-allowed');
    expect(await signIn(browser, anna, await app.invite())).toBe('/');
    expect(await nameOf(browser)).toBe('anna');
    expect((await browser.get('/v1/session')).body).toMatchObject({ methods: { organisation: true } });
    const later = app.browser();
    expect(await signIn(later, { ...anna, name: 'other' })).toBe('/');
    expect(await nameOf(later)).toBe('anna');
  });

  it('takes up the account that the invitation is for', async () => {
    await app.installation('POST', '/v1/operator/users', { name: 'alice' });
    const [{ id }] = await app.database.query<[{ id: string }]>('SELECT id FROM accounts');
    const browser = app.browser();
    expect(await signIn(browser, anna, await app.invite('user', id))).toBe('/');
    expect(await nameOf(browser)).toBe('alice');
  });

  it('needs no invitation where sign-up is open, and gets a name of its own when theirs is taken', async () => {
    await app.join('Anna');
    const [first, second] = [open.browser(), open.browser()];
    await signIn(first, anna);
    await signIn(second, { subject: 'anna-2', name: 'anna' });
    expect(await nameOf(first)).toBe('anna 2');
    expect(await nameOf(second)).toBe('anna 3');
  });
});

describe('an answer', () => {
  it.each<[string, Lies]>([
    ['of another server', { issuer: 'https://evil.example' }],
    ['for another client', { audience: 'somebody-else' }],
    ['for another try', { nonce: 'an earlier one' }],
    ['signed by another key', { signedByOther: true }],
  ])('%s lets nobody in', async (_what, lies) => {
    organisation.lies = lies;
    const browser = open.browser();
    expect(await signIn(browser, anna)).toBe('/sign-in?refused=sign-in-failed');
    expect(browser.cookies.size).toBe(0);
  });

  it('in another browser, or with another state, lets nobody in', async () => {
    const [browser, victim] = [open.browser(), open.browser()];
    const back = await send(browser, anna);
    expect((await comeBack(victim, back)).headers.location).toBe('/sign-in?refused=sign-in-failed');
    await send(victim, anna);
    expect((await comeBack(victim, back)).headers.location).toBe('/sign-in?refused=sign-in-failed');
    expect(victim.cookies.size).toBe(0);
  });

  it('works once', async () => {
    const browser = open.browser();
    const back = await send(browser, anna);
    const cookie = browser.cookies.get('ara-organisation') ?? '';
    expect((await comeBack(browser, back)).headers.location).toBe('/');
    browser.cookies.clear();
    browser.cookies.set('ara-organisation', cookie);
    expect((await comeBack(browser, back)).headers.location).toBe('/sign-in?refused=sign-in-failed');
  });
});

it('an invitation that has ended is told before anybody is sent to the organisation', async () => {
  const page = await app.browser().get(`${START}?invitation=${'A'.repeat(43)}`);
  expect(page.headers.location).toBe('/sign-in?refused=invitation-ended');
});
