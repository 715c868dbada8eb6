/** What the page Privacy shows a user of their hosts: the lines of its table, and the names in its picture. */
import { visit } from '../../test/kit/dashboard/chromium.js';
import type { Installation } from '../../test/kit/installation.js';
import type { Visitor } from '../dashboard/visitor.js';

export interface Shown {
  table: string[];
  picture: string[];
}

export async function shownOnPage(ara: Installation, user: Visitor): Promise<Shown> {
  const visited = await visit(ara.address);
  try {
    await visited.context.addCookies(
      user.jar().map((cookie) => ({ ...cookie, url: ara.address, secure: true })),
    );
    const { page } = visited;
    await page.goto('/privacy', { waitUntil: 'load' });
    const heads = page.getByRole('table', { name: 'To whom your assistant speaks' }).getByRole('rowheader');
    await heads.first().waitFor();
    // The first word of a line, and every first text of the picture's nodes, is a host.
    const table = (await heads.allInnerTexts()).map((text) => text.trim().split(/\s/)[0] ?? '');
    const picture = page.getByRole('img', { name: /^Picture of the data flows/ });
    const texts = await picture.locator('g > text:first-of-type').allTextContents();
    return { table, picture: texts.filter((text) => text.includes('.')) };
  } finally {
    await visited.close();
  }
}
