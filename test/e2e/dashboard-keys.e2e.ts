/** Keys of providers and the budget, as their owner sees them; a stored key is shown to nobody again. */
import pg from 'pg';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Visit } from '../kit/dashboard/chromium.js';
import { installed } from './installed.js';
import { choose, PASSWORD, shows, visitors } from './visitors.js';

const setup = installed({ runtime: 'process' });
const people = visitors();

describe('the keys', () => {
  let page: Visit['page'];
  beforeAll(async () => {
    ({ page } = await people.join(setup.ara, 'Kim'));
    await page.goto('/keys');
  });

  const save = async (key: string): Promise<void> => {
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('API key').fill(key);
    await dialog.getByRole('button', { name: 'Save key' }).click();
  };
  const rows = () => page.getByRole('grid', { name: 'Your providers' }).getByRole('row');

  it('are checked, kept, and shown by their last four characters only', async () => {
    const { anthropic, openai } = setup.internet;
    anthropic.keys.add('sk-ant-one-W3aB');
    openai.keys.add('sk-two-X4cD');
    await page.getByRole('button', { name: 'Add a key' }).click();
    await save('sk-ant-not-this-one');
    await page.getByRole('alert').filter({ hasText: 'Anthropic does not take this key' }).waitFor();
    await save('sk-ant-one-W3aB');
    await shows(page, 'The key of Anthropic is saved.');
    await shows(page, /Key ends in W3aB/);
    await page.getByRole('button', { name: 'Add a key' }).click();
    // The provider that has a key is not offered again.
    expect(await page.getByRole('radio', { name: /^Anthropic/ }).count()).toBe(0);
    await page.getByText('GPT models').click();
    await save('sk-two-X4cD');
    await shows(page, /Key ends in X4cD/);
    expect(await page.content()).not.toContain('sk-ant-one');
  });

  it('are asked in the order that their owner gives them', async () => {
    expect((await rows().allInnerTexts()).map((text) => text.split('\n')[0])).toEqual([
      'Anthropic',
      'OpenAI',
    ]);
    await page.getByRole('button', { name: 'Move OpenAI up' }).click();
    await shows(page, 'The new order holds from the next message on.');
    await page.reload();
    await expect
      .poll(async () => (await rows().allInnerTexts()).map((text) => text.split('\n')[0]))
      .toEqual(['OpenAI', 'Anthropic']);
    await page.goto('/chat');
    await page.getByLabel('Write to Ara').fill('who answers?');
    await page.getByLabel('Write to Ara').press('Enter');
    await shows(page, 'echo: who answers?', 30_000);
    const { openai, anthropic } = setup.internet;
    expect([openai.requests.length, anthropic.requests.length]).toEqual([1, 0]);
    await page.goto('/keys');
  });

  it('are replaced and removed only with a proof that is not old', async () => {
    await proofsEnd();
    setup.internet.anthropic.keys.add('sk-ant-three-Y5eF');
    await choose(page, 'More for Anthropic', 'Replace the key');
    await save('sk-ant-three-Y5eF');
    const question = page.getByRole('dialog', { name: 'Is it still you?' });
    await question.getByLabel('Password').fill('not the password');
    await question.getByRole('button', { name: 'Confirm' }).click();
    await shows(page, 'That is not right.');
    await question.getByLabel('Password').fill(PASSWORD);
    await question.getByRole('button', { name: 'Confirm' }).click();
    await shows(page, 'The key of Anthropic is saved.');
    await shows(page, /Key ends in Y5eF/);

    await proofsEnd();
    await choose(page, 'More for Anthropic', 'Remove');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await question.waitFor();
    // Who does not prove it changes nothing.
    await question.getByRole('button', { name: 'Close' }).click();
    await shows(page, 'This needs a moment of proof that it is you.');
    await page.reload();
    await shows(page, /Key ends in Y5eF/);
    await choose(page, 'More for Anthropic', 'Remove');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await question.getByLabel('Password').fill(PASSWORD);
    await question.getByRole('button', { name: 'Confirm' }).click();
    await shows(page, 'The key of Anthropic is removed.');
    expect(await page.getByText(/Y5eF/).count()).toBe(0);
  });

  it('of a server of one’s own are changed from what is there', async () => {
    await page.getByRole('button', { name: 'Add a key' }).click();
    await page.getByText('Any server that speaks').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Base URL').fill('https://models.example.net/v1');
    await dialog.getByLabel('Name of the model').fill('qwen-3');
    await dialog.getByLabel('Price of input').fill('0.5');
    await dialog.getByLabel('Price of output').fill('1.5');
    await dialog.getByLabel('Context length').fill('64000');
    await dialog.getByText('It understands images').click();
    await save('sk-own-Z6gH');
    await shows(page, 'The key of OpenAI-compatible is saved.');

    await choose(page, 'More for OpenAI-compatible', 'Change details');
    const filled = async (): Promise<string[]> =>
      Promise.all(
        ['Base URL', 'Name of the model', 'Price of input', 'Price of output', 'Context length'].map(
          (label) => dialog.getByLabel(label).inputValue(),
        ),
      );
    expect(await filled()).toEqual(['https://models.example.net/v1', 'qwen-3', '0.5', '1.5', '64000']);
    expect(await dialog.getByRole('switch').isChecked()).toBe(true);
    await dialog.getByLabel('Name of the model').fill('qwen-4');
    await dialog.getByLabel('Context length').fill('');
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });

    await choose(page, 'More for OpenAI-compatible', 'Replace the key');
    await save('sk-own-new-A7iJ');
    await shows(page, /Key ends in A7iJ/);
    await choose(page, 'More for OpenAI-compatible', 'Change details');
    expect(await filled()).toEqual(['https://models.example.net/v1', 'qwen-4', '0.5', '1.5', '']);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('have a budget, at whose end Ara stops', async () => {
    await page.getByLabel('Most per day').fill('nonsense');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await shows(page, 'An amount in dollars');
    await page.getByLabel('Most per day').fill('0');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await shows(page, 'The budget is saved.');
    await page.goto('/chat');
    const before = setup.internet.openai.requests.length;
    await page.getByLabel('Write to Ara').fill('is there money left?');
    await page.getByLabel('Write to Ara').press('Enter');
    await shows(page, /budget/i, 30_000);
    expect(setup.internet.openai.requests.length).toBe(before);
    await page.goto('/');
    await shows(page, 'Your budget is used up');
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
