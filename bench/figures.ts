/** What a measurement says, and the table of all of them. */

export interface Figure {
  name: string;
  unit: string;
  median: number;
  p95: number;
  runs: number;
  /** What must hold; absent for figures that only explain another. */
  target?: { what: 'median' | 'p95'; limit: number; better: 'less' | 'more' };
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export function figure(
  name: string,
  unit: string,
  values: readonly number[],
  ...targets: NonNullable<Figure['target']>[]
): Figure[] {
  const measured = {
    name,
    unit,
    median: quantile(values, 0.5),
    p95: quantile(values, 0.95),
    runs: values.length,
  };
  return targets.length === 0 ? [measured] : targets.map((target) => ({ ...measured, target }));
}

export const atMost = (what: 'median' | 'p95', limit: number): NonNullable<Figure['target']> => ({
  what,
  limit,
  better: 'less',
});
export const atLeast = (what: 'median' | 'p95', limit: number): NonNullable<Figure['target']> => ({
  what,
  limit,
  better: 'more',
});

export function isMet({ target, ...measured }: Figure): boolean {
  if (!target) return true;
  const value = measured[target.what];
  return target.better === 'less' ? value <= target.limit : value >= target.limit;
}

export function printTable(figures: readonly Figure[], load: string): void {
  const rows = figures.map((each) => [
    each.name,
    show(each.median),
    show(each.p95),
    each.unit,
    String(each.runs),
    each.target
      ? `${each.target.what} ${each.target.better === 'less' ? '≤' : '≥'} ${each.target.limit}`
      : '',
    each.target ? (isMet(each) ? 'met' : 'MISSED') : '',
  ]);
  const table = [['figure', 'median', 'p95', 'unit', 'runs', 'target', ''], ...rows];
  const widths =
    table[0]?.map((_cell, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  console.log(`load average before and after: ${load}`);
}

const show = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
