/** Matrix and WhatsApp linked in a real browser: what is typed, scanned and sent, and what the pages show meanwhile. */
import { encode } from 'uqr';
import { beforeAll, describe, expect, it } from 'vitest';
import nacl from 'tweetnacl';
import type { PairingView } from '../../contracts/worker-door.js';
import { ask, see } from '../kit/chats/chat.js';
import { newRoom } from '../kit/chats/matrix.js';
import { WhatsAppChat } from '../kit/chats/whatsapp.js';
import { SIZES, type Visit } from '../kit/dashboard/chromium.js';
import { Installation } from '../kit/installation.js';
import { MATRIX_HOST, MATRIX_NAME } from '../kit/internet.js';
import { SYNAPSE_STARTS_WITHIN } from '../kit/matrix/synapse.js';
import type { User as Somebody } from '../kit/whatsapp/world.js';
import { measure, observe, settled } from './inspection.js';
import { installed } from './installed.js';
import { choose, shows, visitors } from './visitors.js';

const setup = installed({ runtime: 'process', whatsapp: true, matrix: true });
const people = visitors();

let visit: Visit;
let page: Visit['page'];
/** What the gateway has passed on of the pairings. */
const sealed: string[] = [];

beforeAll(async () => {
  visit = await people.join(setup.ara, 'Zora');
  ({ page } = visit);
  page.setDefaultTimeout(10_000);
  // The page's own secret keys, which it never shows: 32 random bytes each.
  await page.addInitScript(`{
    const random = crypto.getRandomValues.bind(crypto);
    window.randoms = [];
    crypto.getRandomValues = (bytes) => { random(bytes); window.randoms.push([...bytes]); return bytes; };
  }`);
  page.on('response', (response) => {
    if (!response.url().includes('/pairing?')) return;
    void response
      .json()
      .then((view: PairingView) => view.sealed && sealed.push(view.sealed))
      .catch(() => undefined);
  });
  const { id } = (await setup.ara.api<{ id: string; name: string }[]>('GET', '/v1/accounts')).find(
    ({ name }) => name === 'Zora',
  )!;
  setup.internet.anthropic.keys.add('sk-ant-zora-key');
  await setup.ara.api('PUT', `/v1/accounts/${id}/keys/anthropic`, { key: 'sk-ant-zora-key' });
  await page.goto('/channels');
}, SYNAPSE_STARTS_WITHIN);

/** The card of a channel. */
const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

describe('WhatsApp', () => {
  let owner: Somebody;
  let chat: WhatsAppChat;

  /** The last step, opened with what the page has drawn for a key. */
  async function openedStep(): Promise<{ kind: string; text: string }> {
    const randoms = await page.evaluate<number[][]>('window.randoms');
    const box = Buffer.from(sealed.at(-1) ?? '', 'base64');
    for (const secret of randoms.filter(({ length }) => length === 32)) {
      const text = nacl.box.open(
        box.subarray(56),
        box.subarray(32, 56),
        box.subarray(0, 32),
        Uint8Array.from(secret),
      );
      if (text) return JSON.parse(Buffer.from(text).toString()) as { kind: string; text: string };
    }
    throw new Error('no key of the page opens it');
  }

  const pathOf = (text: string): string => {
    const { data } = encode(text, { border: 2, ecc: 'M' });
    return data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  };

  beforeAll(() => {
    owner = setup.internet.whatsapp.addUser('Zora');
    chat = new WhatsAppChat(setup.internet.whatsapp, owner, owner);
  });

  it('is called off, and nothing goes on', async () => {
    await press('Link WhatsApp');
    await visit.picture('link-whatsapp-form');
    await press('Show the QR code');
    await page.getByRole('img', { name: /QR/ }).waitFor();
    await visit.picture('link-whatsapp-qr');
    await press('Cancel');
    await Installation.until(() => setup.internet.whatsapp.candidates.length === 0);
  });

  it('is linked by the code on the screen, which only the page can read', async () => {
    await press('Show the QR code');
    const code = page.getByRole('img', { name: /QR/ }).locator('path');
    await code.waitFor();
    const step = await openedStep();
    expect(step.kind).toBe('qr');
    expect(await code.getAttribute('d')).toBe(pathOf(step.text));
    owner.phone.scan(step.text);
    await shows(page, 'Write to yourself in WhatsApp', 20_000);
    await visit.picture('link-whatsapp-done');
    await press('Done');
    await page.getByText('Connected', { exact: true }).first().waitFor({ timeout: 15_000 });
    await ask(chat, 'who are you?');
  });

  it('takes a test message', async () => {
    await press('Send a test message');
    await shows(page, 'Sent. Look at your phone.');
    await see(chat, ({ text }) => text.startsWith('This is a test message'));
    await visit.picture('channels-whatsapp');
  });

  it('shows that another program has taken the link, and how to get it back', async () => {
    setup.internet.whatsapp.end(owner, 'replaced');
    await page.getByRole('button', { name: 'Link again' }).waitFor();
    await visit.picture('channels-whatsapp-conflict');
    await page.goto('/');
    await shows(page, /WhatsApp/);
    await visit.picture('home-whatsapp-conflict');
    await page.goto('/channels');
  });

  it('is linked again by a code to type', async () => {
    await press('Link again');
    await page.getByText('Code to type').click();
    await page.getByLabel('The number that is linked').fill(`+${owner.pn}`);
    await visit.picture('link-whatsapp-code-form');
    await press('Get the code');
    const code = page.locator('code').filter({ hasText: /^[\w-]{8,9}$/ });
    await code.waitFor({ timeout: 20_000 });
    await visit.picture('link-whatsapp-code');
    owner.phone.enterCode((await code.innerText()).replace('-', ''));
    await shows(page, 'Write to yourself in WhatsApp', 20_000);
    await press('Done');
    await ask(chat, 'and again?');
    await Installation.until(() => owner.companions.size === 1);
  });

  it('is unlinked, and gone from the phone', async () => {
    await choose(page, 'More for WhatsApp', 'Unlink');
    await visit.picture('unlink-whatsapp', 'screen');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Unlink' }).click();
    await shows(page, 'WhatsApp is unlinked.');
    await Installation.until(() => owner.companions.size === 0);
  });

  it('shows on a number of its own what it has read, once that is switched on', async () => {
    const number = setup.internet.whatsapp.addUser('Ara of Zora');
    const own = new WhatsAppChat(setup.internet.whatsapp, owner, number);
    const receipts = page.getByRole('switch', { name: 'Read receipts' });
    await press('Link WhatsApp');
    await page.getByText('One of its own').click();
    expect(await receipts.isChecked()).toBe(false);
    await press('Show the QR code');
    const code = page.getByRole('img', { name: /QR/ }).locator('path');
    await code.waitFor();
    const shown = await code.getAttribute('d');
    const step = (): Promise<{ text: string }> => openedStep().catch(() => ({ text: '' }));
    await expect.poll(async () => pathOf((await step()).text)).toBe(shown);
    number.phone.scan((await step()).text);
    const command = page.getByText(/^\/link /);
    await command.waitFor({ timeout: 15_000 });
    await own.say(await command.innerText());
    await shows(page, 'Linked. Ara answers you there now.');
    await press('Done');
    await ask(own, 'do you hear me?');
    expect(owner.phone.readBy).toEqual([]);

    await page.getByText('Read receipts', { exact: true }).click();
    await expect.poll(() => receipts.isEnabled()).toBe(true);
    await ask(own, 'and have you read this?');
    await expect.poll(() => owner.phone.readBy.length).toBeGreaterThan(0);
    await page.reload();
    await receipts.waitFor();
    expect(await receipts.isChecked()).toBe(true);
    await visit.picture('channels-whatsapp-dedicated');
  });
});

describe('Matrix', () => {
  it('refuses what it does not know, with words at each field', async () => {
    await press('Link Matrix');
    await visit.picture('link-matrix-form');
    await press('Link the account');
    await visit.picture('link-matrix-mistakes');
  });

  it('is linked with a server that is somewhere else, once that is allowed, and by the code', async () => {
    const { synapse, people: clients } = setup.internet.matrix;
    const bot = await synapse.addUser('ara-of-zora');
    const owner = await clients.logIn(await synapse.addUser('zora'));
    await page.getByLabel('Server').fill(MATRIX_NAME);
    await page.getByLabel('Name of Ara’s account').fill(bot.name);
    await page.getByLabel('Password of Ara’s account').fill('not the password');
    await page.getByLabel('Your own Matrix ID').fill(owner.user.id);
    await press('Link the account');
    await shows(page, MATRIX_HOST);
    await visit.picture('link-matrix-host');
    await press('Allow and go on');
    await page.getByRole('alert').first().waitFor({ timeout: 15_000 });
    await visit.picture('link-matrix-wrong');
    await page.getByLabel('Password of Ara’s account').fill(bot.password);
    await press('Link the account');
    await shows(page, MATRIX_HOST);
    await press('Allow and go on');
    const command = page.getByText(/^!link /);
    await command.waitFor({ timeout: 15_000 });
    await visit.picture('link-matrix-code');
    const room = await newRoom(clients, owner, bot, true);
    await room.say(await command.innerText());
    await shows(page, 'Linked. Ara answers you there now.');
    await visit.picture('link-matrix-done');
    await press('Done');
    await ask(room, 'who are you?');
    await visit.picture('channels-matrix');

    const path = '/_matrix/client/v3/keys/query';
    const { body } = await synapse.call(owner.user, 'POST', path, { device_keys: { [bot.id]: [] } });
    const devices = (
      body as { device_keys: Record<string, Record<string, { keys: Record<string, string> }>> }
    ).device_keys[bot.id];
    const [id, { keys }] = Object.entries(devices ?? {})[0] ?? expect.unreachable();
    await shows(page, id);
    await shows(page, keys[`ed25519:${id}`]?.match(/.{1,4}/g)?.join(' ') ?? 'no key');
  });

  it.each(Object.entries(SIZES))('stands with the others on a %s, and nothing moves', async (_name, size) => {
    await observe(visit);
    await page.setViewportSize(size);
    await page.goto('/channels');
    await settled(page);
    await shows(page, 'Session key');
    const { shift, moved } = await measure(page);
    expect([shift, moved]).toEqual([0, []]);
  });
});
