/** Usage rows added up by whatever they have in common. */
import type { UsageRow } from '../../api/types';

export interface Sum {
  name: string;
  messages: number;
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  costMicros: number;
}

const counted = ['messages', 'inputTokens', 'cachedTokens', 'outputTokens', 'costMicros'] as const;

const nothing = (name: string): Sum => ({
  name,
  messages: 0,
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  costMicros: 0,
});

export function sumBy(rows: readonly UsageRow[], nameOf: (row: UsageRow) => string): Sum[] {
  const sums = new Map<string, Sum>();
  for (const row of rows) {
    const name = nameOf(row);
    const sum = sums.get(name) ?? nothing(name);
    for (const field of counted) sum[field] += row[field];
    sums.set(name, sum);
  }
  return [...sums.values()];
}

export const total = (rows: readonly UsageRow[]): Sum => sumBy(rows, () => '')[0] ?? nothing('');

/** For a picture: one entry a day, oldest first, days without use too, with a figure for each model. */
export function perDay(
  rows: readonly UsageRow[],
  days: number,
  measure: (row: UsageRow) => number,
  today = new Date(),
) {
  return Array.from({ length: days }, (_, index) => {
    const day = new Date(today.getTime() - (days - 1 - index) * 86_400_000).toISOString().slice(0, 10);
    const figures: Record<string, number> = {};
    for (const row of rows)
      if (row.day === day && row.model) figures[row.model] = (figures[row.model] ?? 0) + measure(row);
    return { day, figures };
  });
}
