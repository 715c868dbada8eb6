/** The assistant in the browser: how it is, what it remembers, its files, and what was said. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Visit } from '../kit/dashboard/chromium.js';
import type { User } from '../kit/installation.js';
import { installed } from './installed.js';
import { invite, joinByPassword, settleIn, shows, visitors } from './visitors.js';

const setup = installed({ runtime: 'process' });
const people = visitors();

describe('the assistant', () => {
  let page: Visit['page'];
  let user: User;
  beforeAll(async () => {
    user = await setup.ara.addUser('Ines');
    ({ page } = await people.open(setup.ara));
    await joinByPassword(page, await invite(setup.ara, { account: user.id }), 'Ines');
  });

  const writes = async (text: string, answer: string | RegExp): Promise<void> => {
    await page.goto('/chat');
    await page.getByLabel('Write to Ara').fill(text);
    await page.getByLabel('Write to Ara').press('Enter');
    await page
      .getByRole('article', { name: 'Ara' })
      .filter({ hasText: answer })
      .first()
      .waitFor({ timeout: 30_000 });
  };

  it('takes a name and a character, and the model is told', async () => {
    await page.goto('/assistant');
    await page.getByLabel('Name').fill('Zoë');
    await page.getByLabel('Character').fill('Speaks like a sailor.');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await shows(page, 'Saved. It holds from the next message on.');
    await page.reload();
    await expect.poll(() => page.getByLabel('Character').inputValue()).toBe('Speaks like a sailor.');
    const before = setup.internet.anthropic.requests.length;
    await writes('who are you?', 'echo: who are you?');
    const asked = JSON.stringify(setup.internet.anthropic.requests[before]);
    for (const known of ['You are Zoë', 'Speaks like a sailor.']) expect(asked).toContain(known);
  });

  it('remembers what is written into its memory, and forgets it', async () => {
    await settleIn(page, [['PUT', '/v1/me/memory/MEMORY.md', { text: '- likes tea\n' }]]);
    await page.goto('/assistant/memory');
    await page.getByRole('button', { name: /MEMORY\.md/ }).click();
    await page.getByLabel('Text').fill('- likes chamomile tea\n- has a dog called Bello\n');
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
    await shows(page, 'Saved. Ara knows it from the next message on.');
    await writes('/memory', 'Bello');
    await page.goto('/assistant/memory');
    await page.getByRole('button', { name: /MEMORY\.md/ }).click();
    await page.getByRole('button', { name: 'Forget this file' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Forget this file' }).click();
    await shows(page, 'Nothing remembered yet');
  });

  it('keeps files that come back as they went', async () => {
    const bytes = randomBytes(3_000_000);
    await page.goto('/assistant/files');
    await shows(page, 'Nothing here yet');
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'plan für Ölwechsel.bin', mimeType: 'application/octet-stream', buffer: bytes });
    await shows(page, '1 file uploaded.', 30_000);
    await shows(page, 'plan für Ölwechsel.bin');
    const coming = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download plan für Ölwechsel.bin' }).click();
    const download = await coming;
    expect(download.suggestedFilename()).toBe('plan für Ölwechsel.bin');
    expect(readFileSync(await download.path()).equals(bytes)).toBe(true);
    await writes('/files', 'Ölwechsel');
    await writes('/files send plan für Ölwechsel.bin', 'Here is');
    const sent = page.waitForEvent('download');
    await page.getByRole('log').getByRole('link', { name: 'Download plan für Ölwechsel.bin' }).click();
    expect(readFileSync(await (await sent).path()).equals(bytes)).toBe(true);
    await page.goto('/assistant/files');
    await page.getByRole('button', { name: 'Delete plan für Ölwechsel.bin' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await shows(page, 'Nothing here yet');
  });

  it('lists what was said on every channel, finds it by words, shows it and deletes it', async () => {
    await setup.ara.ask(user, 'tell me about narwhals');
    await page.goto('/assistant/conversations');
    await shows(page, 'tell me about narwhals');
    expect(await page.getByRole('link', { name: /Browser, / }).count()).toBe(1);
    await page.getByLabel('Search conversations').fill('unicorns');
    await shows(page, 'Nothing found');
    await page.getByLabel('Search conversations').fill('narwhals');
    await expect.poll(() => page.getByRole('link', { name: /Browser, / }).count()).toBe(0);
    await page.getByRole('link', { name: /narwhals/ }).click();
    await shows(page, 'echo: tell me about narwhals');
    await page.getByRole('button', { name: 'Delete the conversation' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await shows(page, 'The conversation is deleted.');
    await page.getByRole('link', { name: /Browser, / }).waitFor();
    expect(await page.getByText('narwhals').count()).toBe(0);
  });
});
