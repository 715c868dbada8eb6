/** Every way in and out of the dashboard: passkey, password, code, recovery code, invitation, and the lock that stops guessing. */
import { Secret, TOTP } from 'otpauth';
import { describe, expect, it } from 'vitest';
import type { Visit } from '../kit/dashboard/chromium.js';
import { installed } from './installed.js';
import { invite, PASSWORD, shows, signIn, signOut, visitors } from './visitors.js';

const setup = installed({ runtime: 'process' });
const people = visitors();
const WRONG = 'That is not right. Check the name, the password or the code.';

const isHome = ({ page }: Visit, name: string): Promise<void> =>
  page.getByRole('heading', { name: new RegExp(`, ${name}$`) }).waitFor({ timeout: 15_000 });

/** The code that an app with this secret shows at that moment. */
const codeOf = (secret: string, at = Date.now()): string =>
  new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 }).generate({
    timestamp: at,
  });

describe('a passkey', () => {
  it('of somebody who was invited before there is an operator is asked for like any other', async () => {
    const { page } = await people.open(setup.ara);
    await page.goto('/sign-in');
    await shows(page, 'Nobody has an account here yet');
    await page.goto(await invite(setup.ara));
    await shows(page, 'You are invited to Ara');
  });

  it('makes an account and opens it again', async () => {
    const visit = await people.open(setup.ara);
    const { page } = visit;
    await page.goto(await invite(setup.ara));
    await page.getByLabel('Your name').fill('Pia');
    await page.getByRole('button', { name: 'Continue with a passkey' }).click();
    await page.waitForURL('**/start');
    await page.getByRole('link', { name: 'Do this later' }).click();
    await isHome(visit, 'Pia');
    await signOut(page, 'Pia');
    await page.goto('/keys');
    await page.waitForURL('**/sign-in**');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    // To where they wanted to be.
    await page.waitForURL('**/keys');
    await shows(page, 'No key yet');
  });

  it('is added beside a password, and removed', async () => {
    const { page } = await people.join(setup.ara, 'Nils');
    await page.goto('/security');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByLabel('Name of the passkey').fill('Laptop');
    await page.getByRole('dialog').getByRole('button', { name: 'Add a passkey' }).click();
    await shows(page, 'The passkey is added.');
    await page.getByRole('button', { name: 'Remove Laptop' }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await shows(page, 'No passkey yet');
  });
});

describe('a password', () => {
  it('lets its owner in, whatever capitals the phone makes of the name, and nobody else', async () => {
    const visit = await people.join(setup.ara, 'Quinn');
    const { page } = visit;
    await page.goto('/');
    await signOut(page, 'Quinn');
    await signIn(page, 'Quinn', 'six purple otters');
    await shows(page, WRONG);
    // The same words for somebody who is not there.
    await signIn(page, 'Nobody', 'six purple otters');
    await shows(page, WRONG);
    await signIn(page, 'quinn');
    await isHome(visit, 'Quinn');
  });

  it('that is easily guessed is refused with words', async () => {
    const { page } = await people.open(setup.ara);
    await page.goto(await invite(setup.ara));
    await page.getByRole('button', { name: 'Use a password instead' }).click();
    await page.getByLabel('Your name').fill('Rita');
    await page.getByLabel('Password', { exact: true }).fill('password123');
    await page.getByRole('button', { name: 'Create account' }).click();
    await shows(page, /Choose another password/);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForURL('**/start');
  });

  it('is changed, which signs out everywhere else', async () => {
    const mine = await people.join(setup.ara, 'Sami');
    const other = await people.open(setup.ara);
    await signIn(other.page, 'Sami');
    await isHome(other, 'Sami');
    await mine.page.goto('/security');
    await mine.page.getByRole('button', { name: 'Change the password' }).click();
    await mine.page.getByLabel('New password').fill('eight purple otters');
    await mine.page.getByRole('button', { name: 'Save', exact: true }).last().click();
    await shows(mine.page, 'The password is saved.');
    await other.page.waitForURL('**/sign-in**');
    await signIn(other.page, 'Sami', 'eight purple otters');
    await isHome(other, 'Sami');
  });
});

describe('an authenticator', () => {
  it('is asked for beside the password, and a recovery code stands in for it once', async () => {
    const visit = await people.join(setup.ara, 'Tara');
    const { page } = visit;
    await page.goto('/security');
    await page.getByRole('button', { name: 'Set up' }).click();
    const secret = await page.getByText(/^[A-Z2-7]{32}$/).innerText();
    await page.getByLabel('Six digits').fill('000000');
    await page.getByRole('button', { name: 'Turn on' }).click();
    await shows(page, WRONG);
    await page.getByLabel('Six digits').fill(codeOf(secret));
    await page.getByRole('button', { name: 'Turn on' }).click();
    await shows(page, 'Keep these somewhere safe');
    const codes = await page
      .getByRole('list', { name: 'Recovery codes' })
      .getByRole('listitem')
      .allInnerTexts();
    expect(codes.length).toBeGreaterThanOrEqual(8);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await signOut(page, 'Tara');

    const withCode = async (code: string): Promise<void> => {
      await signIn(page, 'Tara');
      await page.getByLabel('Code').fill(code);
      await page.getByRole('button', { name: 'Continue' }).click();
    };
    // Of the half minute to come, since the one of now was used to turn it on.
    await withCode(codeOf(secret, Date.now() + 30_000));
    await isHome(visit, 'Tara');
    await signOut(page, 'Tara');
    const [recovery = ''] = codes;
    await withCode(recovery);
    await isHome(visit, 'Tara');
    await page.goto('/security');
    await shows(page, `${codes.length - 1} codes left.`);
    await signOut(page, 'Tara');
    await withCode(recovery);
    await shows(page, WRONG);
  });
});

describe('an invitation', () => {
  it('made by the operator lets one person in, once', async () => {
    const { page } = await people.join(setup.ara, 'Uma', { role: 'operator' });
    await page.goto('/operator');
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    await page.getByRole('button', { name: 'Make the link' }).click();
    await shows(page, 'The link is ready');
    const address = await page.getByText(/\/join#/).innerText();
    expect(address).toContain(`${setup.ara.address}/join#`);
    await page.getByRole('button', { name: 'Done', exact: true }).click();

    const guest = await people.open(setup.ara);
    await guest.page.goto(address);
    await shows(guest.page, 'You are invited to Ara');
    await guest.page.getByRole('button', { name: 'Use a password instead' }).click();
    await guest.page.getByLabel('Your name').fill('Vera');
    await guest.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await guest.page.getByRole('button', { name: 'Create account' }).click();
    await guest.page.waitForURL('**/start');
    await page.reload();
    await page.getByRole('rowheader', { name: 'Vera' }).waitFor();

    const second = await people.open(setup.ara);
    await second.page.goto(address);
    await shows(second.page, 'This link does not work');
  });

  it('is needed: without one nobody gets an account', async () => {
    const { page } = await people.open(setup.ara);
    await page.goto('/sign-in');
    await shows(page, 'New here? Ask whoever runs this Ara for an invitation.');
    await page.goto('/join');
    await shows(page, 'New accounts are closed here.');
    expect(await page.getByLabel('Your name').count()).toBe(0);
    const body = JSON.stringify({ name: 'Mallory', password: PASSWORD, invitation: null });
    const headers = { 'content-type': 'application/json', origin: setup.ara.address };
    expect((await setup.ara.send('POST', '/v1/sign-up', { headers, body })).status).toBe(403);
  });
});

// Last, since it locks the address that all browsers of this test have.
describe('guessing', () => {
  it('ends after ten tries, and the words say for how long', async () => {
    const { page } = await people.open(setup.ara);
    await page.goto('/sign-in');
    await page.getByLabel('Name').fill('Quinn');
    const button = page.getByRole('button', { name: 'Sign in', exact: true });
    for (let at = 0; at < 11; at++) {
      await page.getByLabel('Password').fill(`guess number ${at}`);
      const answered = page.waitForResponse('**/v1/sign-in');
      await button.click();
      await answered;
    }
    await shows(page, /Too many tries\. Wait (15|14) minutes/);
    // Now the right one does not help either.
    await page.getByLabel('Password').fill(PASSWORD);
    await button.click();
    await shows(page, /Too many tries/);
    expect(new URL(page.url()).pathname).toBe('/sign-in');
  });
});
