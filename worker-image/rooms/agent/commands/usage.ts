/** /usage tells what was spent: today and this month, by model, and the last days. */
import type { Spending } from '../../../../contracts/rooms-door.js';
import { providerName } from '../failures.js';
import { dollars } from './money.js';
import type { Command } from './command.js';

const DAYS_SHOWN = 7;

export const usage: Command = {
  name: 'usage',
  async run({ turn, assistant }) {
    const [spending, { catalogue }] = await Promise.all([
      assistant.door.spending(),
      assistant.settings(turn),
    ]);
    if (spending.rows.length === 0) return 'I have asked no model yet, so nothing was spent.';
    return [
      `Today ${dollars(spending.today)}, this month ${dollars(spending.thisMonth)} (days begin at 00:00 UTC).`,
      `By model, last 31 days:\n${byModel(spending).join('\n')}`,
      `By day:\n${byDay(spending).join('\n')}`,
      `Counted in your container by prices of ${catalogue.date}; your provider's bill decides. /budget sets a limit.`,
    ].join('\n\n');
  },
};

type Row = Spending['rows'][number];

const sum = (rows: readonly Row[], of: (row: Row) => number): number =>
  rows.reduce((total, row) => total + of(row), 0);

const groups = (rows: readonly Row[], key: (row: Row) => string): [string, Row[]][] => [
  ...Map.groupBy(rows, key),
];

function byModel({ rows }: Spending): string[] {
  return groups(rows, ({ provider, model }) => `${providerName(provider)} ${model}`).map(([name, own]) => {
    const input = sum(own, ({ inputTokens, cachedTokens }) => inputTokens + cachedTokens);
    const cached = sum(own, ({ cachedTokens }) => cachedTokens);
    const share = cached > 0 ? ` (${cached.toLocaleString('en')} of them cached)` : '';
    const output = sum(own, ({ outputTokens }) => outputTokens).toLocaleString('en');
    const calls = sum(own, (row) => row.calls);
    return `- ${name}: ${dollars(sum(own, ({ costMicros }) => costMicros))}, ${calls} calls, ${input.toLocaleString('en')} tokens in${share}, ${output} out`;
  });
}

const byDay = ({ rows }: Spending): string[] =>
  groups(rows, ({ day }) => day)
    .slice(0, DAYS_SHOWN)
    .map(
      ([day, own]) =>
        `- ${day}: ${dollars(sum(own, ({ costMicros }) => costMicros))}, ${sum(own, ({ calls }) => calls)} calls`,
    );
