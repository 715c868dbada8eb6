/** The report of a forgetting in words. What was forgotten is not named again. */
import type { Count, ForgetReport } from './forgetting.js';
import { nameOf } from './memory-files.js';

/** `confirm` says how to go ahead when nothing was removed yet. */
export function forgetText(report: ForgetReport, confirm: string): string {
  return [...outcomeLines(report, confirm), ...report.skipped.map((why) => `Not searched: ${why}`)].join(
    '\n',
  );
}

function outcomeLines(
  { outcome, lines, elsewhere, examples, searched }: ForgetReport,
  confirm: string,
): string[] {
  const counts = [...lines.map(lineCount), ...elsewhere.filter(({ count }) => count > 0).map(otherCount)];
  if (outcome === 'nothing-found') return [`I found nothing of that. I searched ${searched.join(', ')}.`];
  if (outcome === 'forgotten') return ['Forgotten, also in the search index:', ...counts];
  if (counts.length === 0) return ['None of your notes has that. Conversations and summaries may.', confirm];
  const more = sum(lines) - examples.length;
  return [
    'That is much. It would remove:',
    ...counts,
    ...(examples.length > 0 ? ['Such as:', ...examples.map(({ text }) => `> ${text}`)] : []),
    ...(more > 0 ? [`> and ${more} more`] : []),
    confirm,
  ];
}

const lineCount = ({ name, count }: Count): string =>
  `- ${nameOf(name)}: ${count} ${count === 1 ? 'line' : 'lines'}`;
const otherCount = ({ name, count }: Count): string => `- ${name}: ${count}`;
const sum = (counts: readonly Count[]): number => counts.reduce((total, { count }) => total + count, 0);
