/** One account in several browsers: each is seen from the others, and one that is signed out from afar is out within seconds. */
import { describe, expect, it } from 'vitest';
import type { Visit } from '../kit/dashboard/chromium.js';
import { installed } from './installed.js';
import { shows, signIn, visitors } from './visitors.js';

const setup = installed({ runtime: 'process' });
const people = visitors();
const SOON = 5_000;

/** Another browser of the same account, with the home page open. */
async function another(name: string): Promise<Visit> {
  const visit = await people.open(setup.ara);
  await signIn(visit.page, name);
  await visit.page.getByRole('heading', { name: new RegExp(`, ${name}$`) }).waitFor();
  return visit;
}

const statusOf = ({ page }: Visit, path: string): Promise<number> =>
  page.evaluate<number>(`fetch(${JSON.stringify(path)}).then(({ status }) => status)`);

/** A stream that is held by the session of a browser; `ended` once it is over. */
async function streamOf({ context }: Visit, path: string): Promise<{ ended: Promise<unknown> }> {
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const response = await fetch(new URL(`/v1/me/${path}`, setup.ara.address), { headers: { cookie } });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  return { ended: response.text() };
}

describe('a session', () => {
  it('that is ended in another browser is over there within five seconds, with its streams', async () => {
    const mine = await people.join(setup.ara, 'Wanda');
    const other = await another('Wanda');
    const streams = await Promise.all(['events', 'chat/events'].map((path) => streamOf(other, path)));
    await mine.page.goto('/security');
    await shows(mine.page, 'This browser');
    const began = performance.now();
    await mine.page.getByRole('button', { name: /^Sign out .+ on Linux/ }).click();
    await shows(mine.page, 'Signed out there.');
    await other.page.waitForURL('**/sign-in**', { timeout: SOON });
    await Promise.all(streams.map(({ ended }) => ended));
    const took = Math.round(performance.now() - began);
    console.log(`the other browser was signed out after ${took} ms`);
    expect(took).toBeLessThan(SOON);
    expect(await statusOf(other, '/v1/me/home')).toBe(401);
    // The one that did it is still signed in, and alone.
    await expect.poll(() => mine.page.getByRole('button', { name: /^Sign out .+ on Linux/ }).count()).toBe(0);
    await shows(mine.page, 'Session ended');
    expect(await statusOf(mine, '/v1/me/home')).toBe(200);
  });

  it('is one of all that "everywhere else" ends', async () => {
    const mine = await people.join(setup.ara, 'Xenia');
    const others = [await another('Xenia'), await another('Xenia')];
    await mine.page.goto('/security');
    await mine.page.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await shows(mine.page, 'Signed out everywhere else.');
    for (const { page } of others) await page.waitForURL('**/sign-in**', { timeout: SOON });
    expect(await mine.page.getByRole('button', { name: 'Sign out everywhere else' }).count()).toBe(0);
  });

  it('that ended in the middle of things leads back to the same page', async () => {
    const mine = await people.join(setup.ara, 'Yara');
    const other = await another('Yara');
    await other.page.goto('/usage');
    await shows(other.page, 'Nothing used yet');
    await mine.page.goto('/security');
    await mine.page.getByRole('button', { name: /^Sign out .+ on Linux/ }).click();
    await other.page.waitForURL('**/sign-in**', { timeout: SOON });
    await other.page.getByLabel('Name').fill('Yara');
    await other.page.getByLabel('Password').fill('seven purple otters');
    await other.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await other.page.waitForURL('**/usage');
    await shows(other.page, 'Nothing used yet');
  });
});
