/** Every page of the dashboard in a real browser, to see whom it speaks to. */
import { setTimeout as sleep } from 'node:timers/promises';
import { closeBrowser, visit } from '../../test/kit/dashboard/chromium.js';
import type { Installation } from '../../test/kit/installation.js';
import type { Report } from '../proof.js';
import type { Visitor } from './visitor.js';

const FOR_EVERYBODY = [
  '/',
  '/start',
  '/chat',
  '/channels',
  '/keys',
  '/usage',
  '/privacy',
  '/export',
  '/security',
  '/assistant',
  '/assistant/memory',
  '/assistant/files',
  '/assistant/conversations',
];
const FOR_OPERATORS = ['', '/containers', '/health', '/settings', '/audit'].map((page) => `/operator${page}`);
/** For what a page asks for once it is there. */
const SETTLE = 400;

export async function pagesStayHome(
  report: Report,
  ara: Installation,
  user: Visitor,
  operator: Visitor,
): Promise<{ pages: number; foreign: number }> {
  report.later(closeBrowser);
  let pages = 0;
  let foreign = 0;
  for (const [who, paths] of [
    [null, ['/sign-in', '/join']],
    [user, FOR_EVERYBODY],
    [operator, FOR_OPERATORS],
  ] as const) {
    const visited = await visit(ara.address);
    await visited.context.addCookies(
      (who?.jar() ?? []).map((cookie) => ({ ...cookie, url: ara.address, secure: true })),
    );
    for (const path of paths) {
      await visited.page.goto(path, { waitUntil: 'load' });
      await visited.page.getByRole('heading').first().waitFor();
      await sleep(SETTLE);
      const { pathname } = new URL(visited.page.url());
      report.check(pathname === path, `${path} led to ${pathname}`);
      pages += 1;
    }
    foreign += visited.foreign.length;
    for (const address of visited.foreign) report.check(false, `a page asked for ${address}`);
    for (const error of visited.errors) report.check(false, `a page's console: ${error}`);
    await visited.close();
  }
  return { pages, foreign };
}
