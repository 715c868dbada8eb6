/** Usage figures as rows for the dashboard, and as a CSV file (RFC 4180) for a spreadsheet. */
import type * as z from 'zod';
import { provider } from '../../../../contracts/ids.js';
import type { UsageFigure } from '../../usage/usage-figure.entity.js';
import type { usage } from './shapes.js';

export type UsageRow = z.infer<typeof usage>['rows'][number];

export const usageRow = (figure: UsageFigure): UsageRow => ({
  day: figure.day,
  channel: figure.channel,
  provider: figure.provider ? provider.parse(figure.provider) : null,
  model: figure.model || null,
  outcome: figure.outcome,
  messages: figure.messages,
  inputTokens: Number(figure.inputTokens),
  cachedTokens: Number(figure.cachedTokens),
  outputTokens: Number(figure.outputTokens),
  costMicros: Number(figure.costMicros),
});

const HEADER = [
  'day',
  'channel',
  'provider',
  'model',
  'outcome',
  'messages',
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'cost_usd',
];

export function usageCsv(rows: readonly UsageRow[]): string {
  const lines = rows.map((row) => [
    row.day,
    row.channel,
    row.provider ?? '',
    row.model ?? '',
    row.outcome,
    row.messages,
    row.inputTokens,
    row.cachedTokens,
    row.outputTokens,
    (row.costMicros / 1_000_000).toFixed(6),
  ]);
  return csv(HEADER, lines);
}

export const csv = (header: readonly string[], lines: readonly (string | number)[][]): string =>
  [header, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');

function cell(value: string | number): string {
  // The name of a model on a server of one's own is anybody's words: a spreadsheet must not take it for a formula.
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
