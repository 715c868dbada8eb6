/** A real browser on the dashboard: Debian's Chromium, with an authenticator of its own, that reports every request it makes. */
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

export const SIZES = { phone: { width: 390, height: 844 }, laptop: { width: 1_280, height: 800 } } as const;
export type Size = keyof typeof SIZES;

/** Where pictures of pages are kept, to be looked at. */
export const PICTURES = join(tmpdir(), 'ara-pictures');

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** Addresses outside the installation that anything on a page asked for. */
  foreign: string[];
  /** What the page's own console called an error. */
  errors: string[];
  /** Keeps a picture of the page as it is now: all of it, or what is on the screen. */
  picture(name: string, part?: 'all' | 'screen'): Promise<void>;
  close(): Promise<void>;
}

let browser: Promise<Browser> | null = null;

/** One browser for all visits; each visit has cookies, storage and passkeys of its own. */
export async function visit(
  address: string,
  { size = 'laptop', scheme = 'light' }: { size?: Size; scheme?: 'light' | 'dark' } = {},
): Promise<Visit> {
  browser ??= chromium.launch({
    executablePath: '/usr/bin/chromium',
    // What the browser would ask its maker is asked of nobody.
    args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost'],
  });
  const context = await (
    await browser
  ).newContext({
    baseURL: address,
    viewport: SIZES[size],
    isMobile: size === 'phone',
    hasTouch: size === 'phone',
    colorScheme: scheme,
    ignoreHTTPSErrors: true,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await giveAuthenticator(page);
  const foreign: string[] = [];
  const errors: string[] = [];
  const { host } = new URL(address);
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.host !== host) foreign.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  return {
    page,
    context,
    foreign,
    errors,
    async picture(name, part = 'all') {
      mkdirSync(PICTURES, { recursive: true });
      const path = join(PICTURES, `${name}-${size}-${scheme}.png`);
      await page.screenshot({ path, fullPage: part === 'all' });
    },
    close: () => context.close(),
  };
}

export async function closeBrowser(): Promise<void> {
  const open = await browser;
  browser = null;
  await open?.close();
}

/** Passkeys without a finger: Chromium's own virtual authenticator, which says yes at once. */
async function giveAuthenticator(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}
