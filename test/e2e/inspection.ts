/** What a finished page is held to: nothing for axe to find, nothing wider than the screen, quick to appear and quiet once there. */
import axe from 'axe-core';
import type { Visit } from '../kit/dashboard/chromium.js';

/** Collects from the first moment of each page on; the page's own policy does not concern what the browser itself adds. */
const OBSERVER = `
  window.seen = { contentful: 0, shift: 0, moved: [] };
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) window.seen.contentful = each.startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) {
      window.seen.shift += each.value;
      for (const { node } of each.sources) window.seen.moved.push(node?.outerHTML?.slice(0, 120) ?? '');
    }
  }).observe({ type: 'layout-shift', buffered: true });
`;

/** Of the page as a whole, which a dialog hides while it is open. */
const OF_THE_PAGE = ['landmark-one-main', 'page-has-heading-one'];
const runAxe = (without: readonly string[]): string => `axe.run(document, {
  resultTypes: ['violations'],
  rules: ${JSON.stringify(Object.fromEntries(without.map((rule) => [rule, { enabled: false }])))},
}).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
    id + ' at ' + target.join(' ') + ': ' + failureSummary.replace(/\\s+/g, ' '))))`;

const MEASURE = `({
  ...window.seen,
  overflow: Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
  scriptBytes: performance.getEntriesByType('resource')
    .filter(({ name }) => new URL(name).pathname.endsWith('.js'))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
})`;

export interface Measured {
  /** Milliseconds to the largest contentful paint. */
  contentful: number;
  /** Sum of all layout shifts, and what moved. */
  shift: number;
  moved: string[];
  /** Pixels by which the page is wider than the screen. */
  overflow: number;
  /** Compressed, as they came over the network. */
  scriptBytes: number;
}

type Page = Visit['page'];

export const observe = ({ page }: Visit): Promise<unknown> => page.addInitScript({ content: OBSERVER });

const STILL = `Promise.all(document.getAnimations()
  .filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime))
  .map(({ finished }) => finished.catch(() => undefined))).then(() => undefined)`;

/** Until everything that was asked for is on the page, and nothing moves. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor({ timeout: 20_000 });
  // On a phone a dialog with a field holds itself back for a moment, until the keyboard is there.
  const waiting = page.locator('.animate-spin, .modal-overlay[style*="opacity: 0"]');
  for (let quiet = 0; quiet < 3; await page.waitForTimeout(100))
    quiet = (await waiting.count()) ? 0 : quiet + 1;
  await page.evaluate(STILL);
}

export const measure = (page: Page): Promise<Measured> => page.evaluate<Measured>(MEASURE);

/** What axe has to say, one line for each place. */
export async function violations(page: Page): Promise<string[]> {
  const hidden = (await page.getByRole('dialog').count()) + (await page.getByRole('alertdialog').count()) > 0;
  await page.evaluate(`${axe.source}; undefined`);
  return page.evaluate<string[]>(runAxe(hidden ? OF_THE_PAGE : []));
}
