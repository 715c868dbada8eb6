/** The export page: a passphrase that is good enough, twice; the file, which opens with it and is gone when its owner says so. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasAge, openedByAge } from '../kit/age.js';
import type { Visit } from '../kit/chromium.js';
import { installed } from './installed.js';
import { settleIn, shows, visitors } from './visitors.js';

const setup = installed({ runtime: 'process' });
const people = visitors();
const PASSPHRASE = 'seven purple otters swim';

describe('the export', () => {
  let page: Visit['page'];
  beforeAll(async () => {
    ({ page } = await people.join(setup.ara, 'Kim'));
    await settleIn(page, [['PUT', '/v1/me/memory/MEMORY.md', { text: '- canary-77\n' }]]);
    await page.goto('/privacy');
    await page.getByRole('link', { name: 'Take everything along' }).click();
    await page.waitForURL('**/export');
  });

  const make = async (first: string, second = first, button = 'Make the export'): Promise<void> => {
    await page.getByLabel('Passphrase', { exact: true }).fill(first);
    await page.getByLabel('The same again').fill(second);
    await page.getByRole('button', { name: button }).click();
  };

  it('takes no passphrase that is easily guessed, and none that is said once only', async () => {
    await make('password123');
    await shows(page, 'This is easily guessed');
    await make(PASSPHRASE, `${PASSPHRASE}!`);
    await shows(page, 'This is not the same');
    expect(await page.getByText('Your export is ready').count()).toBe(0);
  });

  it('is made, and leaves the browser as a file that age opens; the passphrase goes nowhere in the open', async () => {
    // The browser tells nobody outside the page what a request holds.
    await page.evaluate(`{
      const send = window.fetch;
      window.sent = [];
      window.fetch = async (...said) => {
        const request = new Request(...said);
        window.sent.push(request.url + await request.clone().text());
        return send(request);
      };
    }`);
    await make(PASSPHRASE);
    await shows(page, 'Your export is ready', 30_000);
    const bodies = await page.evaluate<string[]>('window.sent');
    expect(bodies.filter((body) => body.includes('sealed'))).toHaveLength(1);
    expect(bodies.some((body) => body.includes('otters'))).toBe(false);
    expect(await page.getByLabel('Passphrase', { exact: true }).inputValue()).toBe('');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('ara-export.age');
    const archive = readFileSync(await file.path());
    expect(archive.subarray(0, 21).toString()).toBe('age-encryption.org/v1');
    if (!hasAge) return;
    expect(openedByAge(archive, PASSPHRASE).get('memory/MEMORY.md')?.toString()).toBe('- canary-77\n');
  });

  it('is gone when its owner says so', async () => {
    await page.getByRole('button', { name: 'Remove it now' }).click();
    await shows(page, 'The export is removed.');
    await page.getByRole('button', { name: 'Make the export' }).waitFor();
    expect(await page.evaluate(`fetch('/v1/me/export/archive').then(({ status }) => status)`)).toBe(404);
  });

  it('needs proof that it is its owner once the last one is old', async () => {
    const { default: pg } = await import('pg');
    const client = new pg.Client({ host: `${setup.ara.runDir}/postgres`, user: 'ara', database: 'postgres' });
    await client.connect();
    await client.query(`UPDATE sessions SET proven_until = now() - interval '1 minute'`);
    await client.end();
    await make(PASSPHRASE);
    await page.getByRole('dialog').waitFor();
    expect(await page.getByText('Your export is ready').count()).toBe(0);
  });

  it('stands beside the table of how long everything is kept', async () => {
    await page.goto('/privacy');
    const table = page.getByRole('region', { name: 'How long it is kept' });
    await table.getByText('Backups of the keys that open them').waitFor();
    expect(await table.getByRole('row').count()).toBeGreaterThan(15);
    await shows(page, '24 hours');
  });
});
