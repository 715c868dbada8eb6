/** The three deletions on the dashboard: asked, proved, watched step by step, and a receipt that outlives the account. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { installed } from './installed.js';
import { PASSWORD, settleIn, shows, visitors } from './visitors.js';

const setup = installed({ runtime: 'process' });
const people = visitors();
type Page = Awaited<ReturnType<typeof people.join>>['page'];

async function ask(page: Page, name: string): Promise<void> {
  await page.goto('/privacy');
  await page.getByRole('button', { name: `${name}…` }).click();
  await shows(page, 'This goes, for good:');
  await page.getByRole('button', { name, exact: true }).click();
}

describe('clearing memory', () => {
  it('says what goes, shows each step, and gives the receipt as a file', async () => {
    const { page } = await people.join(setup.ara, 'alice');
    await settleIn(page, [['PUT', '/v1/me/memory/MEMORY.md', { text: '- likes tea\n' }]]);
    await ask(page, 'Clear memory');
    await shows(page, 'It is gone', 40_000);
    const download = page.waitForEvent('download');
    await page
      .getByRole('dialog')
      .or(page.getByRole('alertdialog'))
      .getByText('Download the receipt')
      .click();
    const path = await (await download).path();
    const { receipt } = JSON.parse(readFileSync(path, 'utf8')) as { receipt: { kind: string } };
    expect(receipt.kind).toBe('memory');
    const files = await page.evaluate<{ files: unknown[] }>(`fetch('/v1/me/memory').then((a) => a.json())`);
    expect(files.files).toEqual([]);
    await page.getByRole('button', { name: 'Close' }).click();
    await shows(page, 'Earlier deletions');
  });
});

describe('deleting the account', () => {
  it('asks for proof, signs out, and shows the receipt to whoever has its address', async () => {
    const { page } = await people.join(setup.ara, 'bob');
    const { page: other } = await people.open(setup.ara);
    await proofsEnd();
    await ask(page, 'Delete the account');
    const question = page.getByRole('dialog', { name: 'Is it still you?' });
    await question.getByLabel('Password').fill(PASSWORD);
    await question.getByRole('button', { name: 'Confirm' }).click();
    await page.waitForURL('**/receipt#*');
    await shows(page, 'It is gone', 40_000);
    await other.goto(page.url());
    await shows(other, 'It is gone');
    await shows(other, 'Not reached from here');
    await page.goto('/privacy');
    await page.waitForURL('**/sign-in**');
  });
});

/** As if ten minutes had gone by since everybody's last proof. */
async function proofsEnd(): Promise<void> {
  const database = new pg.Client({
    host: join(setup.ara.runDir, 'postgres'),
    user: 'ara',
    database: 'postgres',
  });
  await database.connect();
  await database.query(`UPDATE sessions SET proven_until = now() - interval '1 second'`);
  await database.end();
}
