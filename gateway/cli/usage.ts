/** Usage as text: by day and model, messages, tokens and cost. */

/** As the gateway's API says it: bigints are text. */
export interface UsageRow {
  day: string;
  provider: string;
  model: string;
  messages: number;
  inputTokens: string;
  cachedTokens: string;
  outputTokens: string;
  costMicros: string;
}

const DAYS_SHOWN = 7;

/** One line a day and model, the newest day first, of the last days that have any. */
export function usageLines(rows: readonly UsageRow[]): string[] {
  const days = [...new Set(rows.map(({ day }) => day))].sort().reverse().slice(0, DAYS_SHOWN);
  return days.flatMap((day) => {
    const models = Map.groupBy(
      rows.filter((row) => row.day === day),
      ({ provider, model }) => `${provider} ${model}`.trim() || 'no model',
    );
    return [...models].map(([name, figures]) => `${day.padEnd(11)} ${name}: ${total(figures)}`);
  });
}

function total(rows: UsageRow[]): string {
  const sum = (pick: (row: UsageRow) => string | number): bigint =>
    rows.reduce((added, row) => added + BigInt(pick(row)), 0n);
  const cached = sum((row) => row.cachedTokens);
  const input = sum((row) => row.inputTokens) + cached;
  return (
    `${sum((row) => row.messages)} messages, ${input} tokens in${cached > 0n ? ` (${cached} cached)` : ''}, ` +
    `${sum((row) => row.outputTokens)} out, ${dollars(sum((row) => row.costMicros))}`
  );
}

/** Whole cents where they say enough; below a dollar a message may cost a small part of one. */
function dollars(micros: bigint): string {
  return `$${(Number(micros) / 1_000_000).toFixed(micros < 1_000_000n ? 4 : 2)}`;
}
