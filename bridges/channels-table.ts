/** Writes the table of channels in `docs/users/channels.md` from what the bridges say of themselves; `--check` only looks. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { channelKind, type ChannelKind } from '../contracts/ids.js';
import type { Capabilities, Feature } from './bridge.js';

const names: Record<ChannelKind, string> = {
  telegram: 'Telegram',
  matrix: 'Matrix',
  whatsapp: 'WhatsApp',
  web: 'Browser',
};

/** Each line of the table, and how it is called there. The compiler holds it complete. */
const lines: Record<Feature, string> = {
  formatting: 'Formatting',
  'long messages': 'Long messages',
  'streaming by edits': 'Answers grow as they are written',
  typing: 'Shows that it is writing',
  buttons: 'Buttons for choices',
  'command menu': 'Menu of commands',
  replies: 'Replies to a message',
  threads: 'Threads',
  reactions: 'Reactions',
  'read receipts': 'Read receipts',
  images: 'Images',
  files: 'Files',
  'voice notes': 'Voice notes',
  groups: 'Groups',
  'end-to-end encryption': 'End-to-end encryption',
  'catching up': 'What was written while it was away',
  'no repeats after a crash': 'No repeats after a crash',
};

const PAGE = resolve(import.meta.dirname, '../docs/users/channels.md');
const BEGIN = '<!-- The table is written by `npm run channels-table`. -->';
const END = '<!-- End of the table. -->';

/** What each bridge that is here says of itself, in the order of the kinds. */
async function bridges(): Promise<[ChannelKind, Capabilities][]> {
  const found: [ChannelKind, Capabilities][] = [];
  for (const kind of channelKind.options) {
    const path = join(import.meta.dirname, kind, 'capabilities.ts');
    if (!existsSync(path)) continue;
    const loaded = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
    const capabilities = Object.values(loaded).find(isCapabilities);
    if (!capabilities) throw new Error(`${path} names no features`);
    found.push([kind, capabilities]);
  }
  return found;
}

const isCapabilities = (value: unknown): value is Capabilities =>
  typeof value === 'object' && value !== null && 'features' in value && 'maxText' in value;

/** Aligned as Prettier aligns it. */
export async function channelsTable(): Promise<string> {
  const all = await bridges();
  const head = ['', ...all.map(([kind]) => names[kind])];
  const rows = Object.entries(lines).map(([feature, line]) => [
    line,
    ...all.map(([, { features }]) => features[feature as Feature] ?? '–'),
  ]);
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [head, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('\n');
}

/** The page with the table as it is now. */
export async function withTable(page: string): Promise<string> {
  const [before, , after] = page.split(BEGIN).flatMap((part) => part.split(END));
  if (before === undefined || after === undefined) throw new Error('the page has no place for the table');
  return `${before}${BEGIN}\n\n${await channelsTable()}\n\n${END}${after}`;
}

if (process.argv[1] === import.meta.filename) {
  const page = readFileSync(PAGE, 'utf8');
  const right = await withTable(page);
  if (process.argv.includes('--check') && page !== right) {
    process.stderr.write('docs/users/channels.md is out of date: npm run channels-table\n');
    process.exitCode = 1;
  } else if (page !== right) writeFileSync(PAGE, right);
}
