/** Every page of the dashboard, on phone and laptop, light and dark: looked at by axe, by the browser's console, and kept as pictures. */
import { beforeAll, describe, expect, it } from 'vitest';
import { SIZES, type Size, type Visit } from '../kit/dashboard/chromium.js';
import { installed } from './installed.js';
import { measure, observe, settled, violations, type Measured } from './inspection.js';
import { inhabit } from './inhabited.js';
import { invite, shows, visitors } from './visitors.js';

const setup = installed({ runtime: 'process' });
const people = visitors();
const SCHEMES = ['light', 'dark'] as const;
const looks = Object.keys(SIZES).flatMap((size) => SCHEMES.map((scheme) => ({ size: size as Size, scheme })));

const PAGES = {
  start: '/start',
  home: '/',
  chat: '/chat',
  channels: '/channels',
  keys: '/keys',
  usage: '/usage',
  privacy: '/privacy',
  export: '/export',
  security: '/security',
  assistant: '/assistant',
  memory: '/assistant/memory',
  files: '/assistant/files',
  conversations: '/assistant/conversations',
  users: '/operator',
  containers: '/operator/containers',
  health: '/operator/health',
  settings: '/operator/settings',
  audit: '/operator/audit',
  'not-found': '/no-such-page',
};

const opensDialog = (name: string | RegExp) => async (page: Visit['page']) => {
  await page.getByRole('button', { name }).first().click();
  await page.getByRole('dialog').waitFor();
};

/** What stands over a page, and the way to it. */
const DIALOGS: Record<string, { at: string; open: (page: Visit['page']) => Promise<void> }> = {
  'add-key': { at: '/keys', open: opensDialog('Add a key') },
  invite: { at: '/operator', open: opensDialog('Invite somebody') },
  'memory-file': { at: '/assistant/memory', open: opensDialog(/MEMORY\.md/) },
  'channel-menu': {
    at: '/channels',
    open: (page) => page.getByRole('button', { name: 'More for Telegram' }).click(),
  },
  relink: {
    at: '/channels',
    async open(page) {
      await page.getByRole('button', { name: 'More for Telegram' }).click();
      await page.getByRole('menuitem', { name: 'Link again' }).click();
      await page.getByLabel('Bot token').waitFor();
    },
  },
  'new-passkey': { at: '/security', open: opensDialog('Add a passkey') },
  authenticator: {
    at: '/security',
    async open(page) {
      await page.getByRole('button', { name: 'Set up' }).click();
      await page.getByLabel('Six digits').waitFor();
    },
  },
  conversation: {
    at: '/assistant/conversations',
    async open(page) {
      await page
        .getByRole('link', { name: /Telegram/ })
        .first()
        .click();
      await page.getByRole('button', { name: 'Delete the conversation' }).waitFor();
    },
  },
};

/** What is wrong with the page as it is now. */
async function faultsOf({ page, errors, foreign }: Visit): Promise<string[]> {
  const { overflow } = await measure(page);
  return [
    ...(await violations(page)),
    ...errors.splice(0).map((error) => `console: ${error}`),
    ...foreign.splice(0).map((address) => `asked for ${address}`),
    ...(overflow > 0 ? [`${overflow} pixels wider than the screen`] : []),
  ];
}

type Cookies = Awaited<ReturnType<Visit['context']['cookies']>>;

let cookies: Cookies;
beforeAll(async () => {
  const { context } = await inhabit(setup, people);
  cookies = await context.cookies();
});

async function visitAs(size: Size, scheme: 'light' | 'dark', who: Cookies | null): Promise<Visit> {
  const opened = await people.open(setup.ara, { size, scheme });
  if (who) await opened.context.addCookies(who);
  await observe(opened);
  return opened;
}

describe.each(looks)('on a $size, $scheme', ({ size, scheme }) => {
  it('every page is without fault', { timeout: 240_000 }, async () => {
    const opened = await visitAs(size, scheme, cookies);
    const faults: Record<string, string[]> = {};
    for (const [name, address] of Object.entries(PAGES)) {
      await opened.page.goto(address);
      await settled(opened.page);
      // Before the picture, for which the browser makes its window as long as the page.
      const { shift, moved } = await measure(opened.page);
      await opened.picture(`page-${name}`);
      const found = await faultsOf(opened);
      if (name === 'channels' && shift > 0) found.push(`shifts by ${shift.toFixed(4)}: ${moved.join(' ')}`);
      else if (shift > 0)
        console.log(`${name} on a ${size} shifts by ${shift.toFixed(4)}: ${moved.join(' ')}`);
      if (found.length > 0) faults[name] = found;
    }
    expect(faults).toEqual({});
  });

  it('every dialog is without fault', { timeout: 240_000 }, async () => {
    const opened = await visitAs(size, scheme, cookies);
    const faults: Record<string, string[]> = {};
    for (const [name, { at, open }] of Object.entries(DIALOGS)) {
      await opened.page.goto(at);
      await settled(opened.page);
      await open(opened.page);
      await settled(opened.page);
      await opened.picture(`dialog-${name}`, 'screen');
      const found = await faultsOf(opened);
      if (found.length > 0) faults[name] = found;
    }
    expect(faults).toEqual({});
  });

  it('so are those before somebody is signed in', async () => {
    const opened = await visitAs(size, scheme, null);
    const faults: Record<string, string[]> = {};
    const addresses = {
      'sign-in': '/sign-in',
      invited: await invite(setup.ara),
      'bad-link': '/join#nothing',
      'join-closed': '/join',
    };
    for (const [name, address] of Object.entries(addresses)) {
      await opened.page.goto('about:blank');
      await opened.page.goto(address);
      await settled(opened.page);
      await opened.picture(`page-${name}`);
      // A link that works no more, and nobody signed in: the console names the answers that say so.
      opened.errors.splice(0, opened.errors.length, ...opened.errors.filter((text) => !/ 4\d\d /.test(text)));
      const found = await faultsOf(opened);
      if (found.length > 0) faults[name] = found;
    }
    expect(faults).toEqual({});
  });
});

describe('for somebody new', () => {
  let newcomer: Cookies;
  beforeAll(async () => {
    newcomer = await (await people.join(setup.ara, 'Nina')).context.cookies();
  });

  it.each(['phone', 'laptop'] as const)(
    'every page is without fault on a %s',
    { timeout: 240_000 },
    async (size) => {
      const opened = await visitAs(size, 'light', newcomer);
      const faults: Record<string, string[]> = {};
      for (const [name, address] of Object.entries(PAGES)) {
        if (address.startsWith('/operator')) continue;
        await opened.page.goto(address);
        await settled(opened.page);
        await opened.picture(`new-${name}`);
        const found = await faultsOf(opened);
        if (found.length > 0) faults[name] = found;
      }
      expect(faults).toEqual({});
    },
  );
});

describe('the first load', () => {
  /** Odd, so that one is in the middle. */
  const TRIES = 5;
  const MOST_SCRIPT = 200_000;

  it.each([
    { name: 'the sign-in page', address: '/sign-in', signedIn: false },
    { name: 'the home page', address: '/', signedIn: true },
  ])('of $name is there within a second, holds still and is small', async ({ name, address, signedIn }) => {
    const tries: Measured[] = [];
    for (let at = 0; at < TRIES; at++) {
      const opened = await visitAs(at % 2 ? 'phone' : 'laptop', 'light', signedIn ? cookies : null);
      await opened.page.goto(address);
      await settled(opened.page);
      tries.push(await measure(opened.page));
      await opened.context.close();
    }
    const paints = tries.map(({ contentful }) => Math.round(contentful)).sort((one, other) => one - other);
    const scriptBytes = tries[0]?.scriptBytes ?? 0;
    console.log(`${name}: largest paint after ${paints.join(', ')} ms, ${scriptBytes} bytes of script`);
    expect(tries.map(({ shift, moved }) => ({ shift, moved }))).toEqual(
      tries.map(() => ({ shift: 0, moved: [] })),
    );
    expect(paints[0]).toBeGreaterThan(0);
    expect(paints[Math.floor(TRIES / 2)]).toBeLessThanOrEqual(1_000);
    expect(scriptBytes).toBeGreaterThan(0);
    expect(scriptBytes).toBeLessThanOrEqual(MOST_SCRIPT);
  });
});

describe('on a phone', () => {
  it('the pages that have no room in the bar open from "More"', async () => {
    const opened = await visitAs('phone', 'light', cookies);
    const { page } = opened;
    await page.goto('/');
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await opened.picture('dialog-more');
    expect(await faultsOf(opened)).toEqual([]);
    await page.getByRole('dialog').getByRole('link', { name: 'Privacy' }).click();
    await shows(page, 'Where your data lies');
  });
});
