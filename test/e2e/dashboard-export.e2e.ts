/** The export page: a passphrase that is good enough, twice; the file, gone when its owner says so; and the way back in. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasAge, openedByAge } from '../kit/age.js';
import type { Visit } from '../kit/dashboard/chromium.js';
import { installed } from './installed.js';
import { PASSWORD, settleIn, shows, signIn, visitors } from './visitors.js';

const setup = installed({ runtime: 'process' });
const people = visitors();
const PASSPHRASE = 'seven purple otters swim';
/** As it left the browser of the first one. */
let archive = Buffer.alloc(0);

describe('the export', () => {
  let page: Visit['page'];
  beforeAll(async () => {
    ({ page } = await people.join(setup.ara, 'Kim'));
    await settleIn(page, [
      ['PUT', '/v1/me/memory/MEMORY.md', { text: '- canary-77\n' }],
      ['PUT', '/v1/me/file?path=plan.txt', 'canary-78'],
    ]);
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
    archive = readFileSync(await file.path());
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

  it('has that table folded on a phone, until it is asked for', async () => {
    const phone = await people.open(setup.ara, { size: 'phone' });
    await signIn(phone.page, 'Kim');
    await phone.page.waitForURL((url) => url.pathname !== '/sign-in');
    await phone.page.goto('/privacy');
    const table = phone.page.getByRole('region', { name: 'How long it is kept' });
    const row = table.getByText('Backups of the keys that open them');
    await table.getByText(/Show all \d+ kinds of data/).waitFor();
    expect(await row.isVisible()).toBe(false);
    await phone.picture('privacy-folded');
    await table.getByText(/Show all \d+ kinds of data/).click();
    await row.waitFor({ state: 'visible' });
    await phone.picture('privacy-open');
  });
});

describe('the way back in', () => {
  let page: Visit['page'];
  const bodies: string[] = [];
  beforeAll(async () => {
    ({ page } = await people.join(setup.ara, 'Lee'));
    page.on('request', (request) => bodies.push(`${request.url()} ${request.postData() ?? ''}`));
    await page.goto('/export');
  });

  const part = () => page.getByRole('region', { name: 'Bring an export in' });
  const choose = async (bytes: Buffer, name = 'ara-export.age'): Promise<void> => {
    const chooser = page.waitForEvent('filechooser');
    await part().getByRole('button', { name: 'Choose the file' }).click();
    await (await chooser).setFiles({ name, mimeType: 'application/octet-stream', buffer: bytes });
    await part().getByText(`${name}, `).waitFor();
  };
  const bring = async (passphrase = PASSPHRASE): Promise<void> => {
    await part().getByLabel('Passphrase of the export').fill(passphrase);
    await part().getByRole('button', { name: 'Bring it in' }).click();
  };
  const said = (words: string): Promise<void> => part().getByText(words).waitFor({ timeout: 30_000 });

  it('sends nothing that is none', async () => {
    await bring();
    await said('Choose the file first.');
    await choose(Buffer.from('%PDF-1.7'), 'tickets.pdf');
    await said('This is no export of Ara.');
    await bring();
    expect(bodies.filter((body) => body.includes('/v1/me/import'))).toEqual([]);
  });

  it('says what is wrong, and takes nothing', async () => {
    const changed = Buffer.from(archive);
    changed[archive.length - 40]! ^= 1;
    await choose(archive);
    await bring('seven purple otter swims');
    await said('This passphrase does not open the archive.');
    for (const damaged of [changed, archive.subarray(0, -100), archive.subarray(0, 60)]) {
      await choose(damaged);
      await part().getByText('This passphrase does not open').waitFor({ state: 'detached' });
      await bring();
      await said('The archive is damaged');
    }
    const elsewhere = Buffer.from(archive.toString('latin1').replace('-> scrypt', '-> X25519'), 'latin1');
    await choose(elsewhere);
    await bring();
    await said('This is no export of Ara.');
    const files = await page.evaluate<string>(`fetch('/v1/me/files').then((answer) => answer.text())`);
    expect(files).not.toContain('plan.txt');
  });

  it('needs proof that it is its owner, and goes on with it', async () => {
    const { default: pg } = await import('pg');
    const client = new pg.Client({ host: `${setup.ara.runDir}/postgres`, user: 'ara', database: 'postgres' });
    await client.connect();
    await client.query(`UPDATE sessions SET proven_until = now() - interval '1 minute'`);
    await client.end();
    await choose(archive);
    await bring();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Password').fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await said('Your export is here');
    await said('1 memory file, 1 file');
  });

  it('has brought everything, and the passphrase went nowhere in the open', async () => {
    const read = (path: string): Promise<string> =>
      page.evaluate<string>(`fetch(${JSON.stringify(path)}).then((answer) => answer.text())`);
    await expect.poll(() => read('/v1/me/memory/MEMORY.md'), { timeout: 30_000 }).toContain('canary-77');
    expect(await read('/v1/me/file?path=plan.txt')).toBe('canary-78');
    expect(await read('/v1/me/audit')).toContain('import-taken');
    expect(bodies.filter((body) => /otters? swim/.test(body))).toEqual([]);
    expect(setup.ara.output).not.toMatch(/otters? swim|ticket=/);
  });

  it('takes no second one: there is content now', async () => {
    await page.reload();
    await choose(archive);
    await bring();
    await said('There is content in this account already');
  });
});
