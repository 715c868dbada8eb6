/** A channel from the dashboard's side: linked, tested, given to somebody else, unlinked; and where its token does not lie. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { piece, tree } from '../../proofs/centre/place.js';
import { PostgresProbe } from '../../proofs/centre/postgres.js';
import { RedisProbe } from '../../proofs/centre/redis.js';
import type { Report } from '../../proofs/proof.js';
import { Scanner } from '../../proofs/scan/scanner.js';
import type { Visit } from '../kit/dashboard/chromium.js';
import type { FakeBot } from '../kit/telegram/telegram.js';
import { installed } from './installed.js';
import { choose, shows, visitors } from './visitors.js';

const setup = installed({ runtime: 'process' });
const people = visitors();
const OWNER = 4_242;

/** Watched from before the first token on; what is planted is found, or else the search of that place proves nothing. */
let centre: { postgres: PostgresProbe; redis: RedisProbe };
const planted = { row: canary(), deletedRow: canary(), key: canary(), deletedKey: canary() };
const undo: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  const nothing = (): void => undefined;
  const report: Report = { step: nothing, note: nothing, check: nothing, later: (each) => undo.push(each) };
  const { runDir } = setup.ara;
  centre = {
    postgres: await PostgresProbe.connect(report, runDir),
    redis: await RedisProbe.connect(report, runDir),
  };
  await centre.postgres.plant(planted.row, planted.deletedRow);
  await centre.redis.plant(planted.key, planted.deletedKey);
});
afterAll(async () => {
  for (const each of undo) await each();
});

describe('Telegram', () => {
  let page: Visit['page'];
  let bot: FakeBot;
  beforeAll(async () => {
    ({ page } = await people.join(setup.ara, 'Zora'));
    bot = setup.internet.telegram.addBot({ username: 'zora_bot' });
    await page.goto('/channels');
  });

  const paste = async (token: string): Promise<void> => {
    await page.getByLabel('Bot token').fill(token);
    await page.getByRole('button', { name: 'Link the bot' }).click();
  };
  const shownCode = (): Promise<string> => page.getByText(/^\/link /).innerText();
  const connected = () => page.getByText('Connected', { exact: true }).first().waitFor({ timeout: 15_000 });
  const says = (text: string, userId = OWNER): unknown =>
    setup.internet.telegram.say(bot, { userId, chatId: userId, text });

  it('refuses a token that Telegram does not know, with words', async () => {
    await page.getByRole('button', { name: 'Link Telegram' }).click();
    await paste('7000000999:AAE-this-token-is-well-formed-but-unknown');
    await page.getByRole('alert').filter({ hasText: 'refused' }).waitFor({ timeout: 15_000 });
  });

  it('is linked with a new code once the first was lost, and says so without a reload', async () => {
    await paste(bot.token);
    await shows(page, 'Waiting for your message…');
    const first = await shownCode();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await shows(page, 'Waiting for your code');
    await page.getByRole('button', { name: 'New code' }).click();
    await expect.poll(shownCode).not.toBe(first);
    says(first);
    says(await shownCode());
    await connected();
    await shows(page, `Account ${OWNER}`);
  });

  it('carries a test message to the phone', async () => {
    const told = setup.internet.telegram.waitForMessage(bot, ({ text }) => text.startsWith('This is a test'));
    await page.getByRole('button', { name: 'Send a test message' }).click();
    await shows(page, 'Sent. Look at your phone.');
    expect((await told).chatId).toBe(OWNER);
  });

  it('has its owner by name, who can be removed', async () => {
    await page.getByRole('button', { name: `Remove Account ${OWNER}` }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await shows(page, 'Waiting for your code');
    await page.getByRole('button', { name: 'New code' }).click();
    says(await shownCode());
    await connected();
  });

  it('is linked again with another bot, which takes its place', async () => {
    const former = bot;
    bot = setup.internet.telegram.addBot({ username: 'zora_second_bot' });
    await choose(page, 'More for Telegram', 'Link again');
    await paste(bot.token);
    await shows(page, 'Open @zora_second_bot');
    const command = await shownCode();
    says(command);
    await shows(page, 'Linked. Ara answers you there now.');
    await page.getByRole('button', { name: 'Done', exact: true }).click();
    await connected();
    expect(setup.internet.telegram.messages(former, OWNER).length).toBeGreaterThan(0);
  });

  it('lets nothing of its tokens lie in the centre', async () => {
    const { ara } = setup;
    const [number = '', secret = ''] = bot.token.split(':');
    const needles = new Scanner(new Map(Object.entries({ token: bot.token, secret, number })));
    const { postgres, redis } = centre;
    for (const [place, pieces, control] of [
      ['Postgres tables', await postgres.tables(), planted.row],
      ['Postgres files', await postgres.files(), planted.deletedRow],
      ['Redis commands', redis.commandsSent(), planted.deletedKey],
      ['Redis keys', await redis.keys(), planted.key],
      ['Redis files', await redis.files(), planted.key],
      ['log', tree(join(ara.dataDir, 'logs')), 'milliseconds'],
      ['output', [piece('output', ara.output)], 'Ara is at http'],
    ] as const) {
      const found = (scanner: Scanner) => pieces.flatMap(({ bytes }) => scanner.scan(bytes));
      expect(found(new Scanner(new Map([[place, control]]))), `${place} was searched`).not.toEqual([]);
      expect(found(needles), place).toEqual([]);
    }
  });

  it('is unlinked, and Ara no longer answers there', async () => {
    await choose(page, 'More for Telegram', 'Unlink');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Unlink' }).click();
    await shows(page, 'Telegram is unlinked.');
    await page.getByRole('button', { name: 'Link Telegram' }).waitFor();
    const before = setup.internet.telegram.messages(bot).length;
    says('are you there?');
    await page.waitForTimeout(2_000);
    expect(setup.internet.telegram.messages(bot).length).toBe(before);
  });
});

function canary(): string {
  return randomBytes(16).toString('hex');
}
