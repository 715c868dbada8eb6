/** The table that users read says what the bridges say. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { channelsTable, withTable } from './channels-table.js';
import { telegramCapabilities } from './telegram/capabilities.js';
import { webCapabilities } from './web/capabilities.js';

const page = readFileSync(resolve(import.meta.dirname, '../docs/users/channels.md'), 'utf8');

describe('the table of channels', () => {
  it('on the page is the one of the bridges', async () => {
    expect(page).toBe(await withTable(page));
  });

  it('has a column a bridge, and what is not offered is a dash', async () => {
    const rows = (await channelsTable())
      .split('\n')
      .map((row) => row.split('|').map((cell) => cell.trim()).slice(1, -1)); // prettier-ignore
    const [head = []] = rows;
    expect(head[0]).toBe('');
    expect(head).toContain('Telegram');
    expect(head.at(-1)).toBe('Browser');
    const files = rows.find(([name]) => name === 'Files') ?? [];
    expect(files[head.indexOf('Telegram')]).toBe(telegramCapabilities.features.files);
    expect(files[head.indexOf('Browser')]).toBe(webCapabilities.features.files);
    const menu = rows.find(([name]) => name === 'Menu of commands') ?? [];
    expect(menu[head.indexOf('Browser')]).toBe('–');
    expect(rows.every((row) => row.length === head.length)).toBe(true);
  });

  it('is not written into a page without a place for it', async () => {
    await expect(withTable('# Channels')).rejects.toThrow(/no place/);
  });
});
