/** What an account has used, what is kept of it and where, and to whom its assistant has spoken. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Visit } from '../kit/dashboard/chromium.js';
import { installed } from './installed.js';
import { invite, joinByPassword, shows, visitors } from './visitors.js';

const setup = installed({ runtime: 'process' });
const people = visitors();

describe('after two messages', () => {
  let page: Visit['page'];
  beforeAll(async () => {
    const user = await setup.ara.addUser('Olga');
    await setup.ara.ask(user, 'the first secret message');
    ({ page } = await people.open(setup.ara));
    await joinByPassword(page, await invite(setup.ara, { account: user.id }), 'Olga');
    await page.goto('/chat');
    await page.getByLabel('Write to Ara').fill('the second secret message');
    await page.getByLabel('Write to Ara').press('Enter');
    await shows(page, 'echo: the second secret message', 30_000);
  });

  it('usage has them, by day, model and channel, and as a file without a word of theirs', async () => {
    await page.goto('/usage');
    const table = page.getByRole('table');
    await table.first().waitFor();
    const cells = async () =>
      (await table.getByRole('row').allInnerTexts()).slice(1).map((row) => row.split('\t'));
    await expect.poll(async () => (await cells())[0]?.[1]).toBe('2');
    await page.getByRole('radio', { name: 'By channel' }).click();
    await expect
      .poll(async () => (await cells()).map(([channel, messages]) => [channel, messages]).sort())
      .toEqual([
        ['Browser', '1'],
        ['Telegram', '1'],
      ]);
    await page.getByRole('radio', { name: 'By model' }).click();
    await expect.poll(async () => (await cells()).map(([model]) => model)).toEqual(['claude-sonnet-5-5']);
    const coming = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download as CSV' }).click();
    const text = readFileSync(await (await coming).path(), 'utf8');
    const [head = '', ...lines] = text.trim().split(/\r?\n/);
    const today = new Date().toISOString().slice(0, 10);
    expect(head).toMatch(/^day,/);
    expect(lines.filter((line) => line.startsWith(today)).length).toBe(lines.length);
    expect(lines).toHaveLength(2);
    expect(text).not.toContain('secret');
  });

  it('privacy says what lies where, and names each host that was spoken to', async () => {
    await page.goto('/privacy');
    const holdings = page.getByRole('table').first();
    const line = (what: string) => holdings.getByRole('row').filter({ hasText: what }).first().innerText();
    await holdings.waitFor();
    expect(await line('Conversations')).toMatch(/Your container[\s\S]*2 entries/);
    expect(await line('API keys')).toMatch(/Shared database[\s\S]*1 entry[\s\S]*yes/);
    expect(await line('Credentials of channels')).toMatch(/Your container[\s\S]*1 entry[\s\S]*yes/);
    const flows = page.getByRole('table', { name: 'To whom your assistant speaks' });
    // Written down every few seconds.
    await expect
      .poll(
        async () => {
          await page.reload();
          await flows.waitFor();
          return (await flows.getByRole('row').allInnerTexts()).join('\n');
        },
        { timeout: 30_000, interval: 2_000 },
      )
      .toMatch(
        /(api\.anthropic\.com\s+Model: Anthropic[\s\S]*api\.telegram\.org\s+Channel: Telegram)|(api\.telegram\.org\s+Channel: Telegram[\s\S]*api\.anthropic\.com\s+Model: Anthropic)/,
      );
    await page.getByRole('img', { name: /^Picture of the data flows from Ara to 2 hosts/ }).waitFor();
  });

  it('home has the figures of today, and they change while one looks', async () => {
    await page.goto('/');
    const messages = page.locator('dl').filter({ hasText: 'Tokens' }).locator('dd').first();
    await expect.poll(() => messages.innerText()).toBe('2');
    const other = await people.open(setup.ara);
    await other.context.addCookies(await page.context().cookies());
    await other.page.goto('/chat');
    await other.page.getByLabel('Write to Ara').fill('a third');
    await other.page.getByLabel('Write to Ara').press('Enter');
    await shows(other.page, 'echo: a third', 30_000);
    await expect.poll(() => messages.innerText(), { timeout: 10_000 }).toBe('3');
  });
});
