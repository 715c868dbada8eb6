/** People at the dashboard, in real browsers: who joins by a link, who is let in, and what all of their pages are held to. */
import { afterAll, afterEach, expect } from 'vitest';
import { closeBrowser, visit, type Visit } from '../kit/dashboard/chromium.js';
import type { Installation } from '../kit/installation.js';

export const PASSWORD = 'seven purple otters';

type VisitOptions = Parameters<typeof visit>[1];
type Page = Visit['page'];

export interface Visitors {
  /** A browser that nobody has signed in with. */
  open(ara: Installation, options?: VisitOptions): Promise<Visit>;
  /** A browser of somebody new, who joined with a password. */
  join(ara: Installation, name: string, invitation?: Invitation): Promise<Visit>;
}

interface Invitation {
  role?: 'user' | 'operator';
  /** An account that is there already. */
  account?: string | null;
}

/** Browsers for the tests of a file, closed after them; by then no page may have asked elsewhere or complained. */
export function visitors(): Visitors {
  const visits: Visit[] = [];
  afterAll(async () => {
    const foreign = visits.flatMap((each) => each.foreign);
    await closeBrowser();
    expect(foreign).toEqual([]);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    for (const [at, { page, errors, picture }] of visits.entries()) {
      if (page.isClosed()) continue;
      console.log(`browser ${at} at ${page.url()}, its errors: ${errors.join('; ')}`);
      await picture(`failed-${task.id}-${at}`);
    }
  });
  const open: Visitors['open'] = async (ara, options) => {
    const opened = await visit(ara.address, options);
    visits.push(opened);
    return opened;
  };
  return {
    open,
    async join(ara, name, invitation) {
      const opened = await open(ara);
      await joinByPassword(opened.page, await invite(ara, invitation), name);
      return opened;
    },
  };
}

/** The link that the operator's command makes. */
export async function invite(ara: Installation, { role = 'user', account = null }: Invitation = {}) {
  const body = { role, account };
  const { address } = await ara.api<{ address: string }>('POST', '/v1/operator/invitations', body);
  return here(ara, address);
}

/** As the browser of the test gets there: a passkey needs the name, not the bare address. */
export const here = (ara: Installation, address: string): string =>
  `${ara.address}${new URL(address).pathname}${new URL(address).hash}`;

export async function joinByPassword(page: Page, address: string, name: string): Promise<void> {
  await page.goto(address);
  await page.getByRole('button', { name: 'Use a password instead' }).click();
  const field = page.getByLabel('Your name');
  if ((await field.inputValue()) === '') await field.fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL('**/start');
}

export async function signIn(page: Page, name: string, password = PASSWORD): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

export async function signOut(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in**');
}

/** Waits until the page shows these words. */
export const shows = (page: Page, words: string | RegExp, timeout = 15_000): Promise<void> =>
  page.getByText(words).first().waitFor({ timeout });

/** Chooses from the menu behind a button. */
export async function choose(page: Page, menu: string, action: string): Promise<void> {
  await page.getByRole('button', { name: menu }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

/** Calls of the API from the page itself, with the session of whoever is there. @throws when one is refused */
export async function settleIn(page: Page, calls: readonly [string, string, unknown][]): Promise<void> {
  for (const [method, path, body] of calls) {
    const isText = typeof body === 'string';
    const request = {
      method,
      headers: { 'content-type': isText ? 'application/octet-stream' : 'application/json' },
      body: isText ? body : JSON.stringify(body),
    };
    const refused = await page.evaluate<string>(
      `fetch(${JSON.stringify(path)}, ${JSON.stringify(request)}).then((answer) => answer.ok ? '' : answer.text())`,
    );
    if (refused) throw new Error(`${method} ${path}: ${refused}`);
  }
}
