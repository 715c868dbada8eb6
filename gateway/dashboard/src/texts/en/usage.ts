/** What was used and what it cost. */
import { plural } from './plural';

export const usage = {
  title: 'Usage',
  about: 'What your assistant used, and what it cost at your providers. Counts only, never words.',
  range: 'Period',
  ranges: { 7: '7 days', 31: '31 days', 90: '90 days' } as Record<number, string>,
  csv: 'Download as CSV',
  messages: 'Messages',
  tokens: 'Tokens',
  cost: 'Cost',
  cached: (share: string) => `${share} read from cache`,
  inOut: (input: string, output: string) => `${input} in, ${output} out`,
  perMessage: (sum: string) => `${sum} a message`,
  failed: (count: number) => (count === 0 ? 'all answered' : `${plural(count, 'message')} not answered`),
  pricesFrom: (day: string) => `Costs are counted with prices of ${day}.`,
  perDay: 'Per day',
  chartOf: { cost: 'Cost', tokens: 'Tokens' },
  chartAbout: (what: string) =>
    `${what} per day and model, as bars. The same figures are in the table below.`,
  by: { day: 'By day', model: 'By model', channel: 'By channel' },
  day: 'Day',
  model: 'Model',
  channel: 'Channel',
  tokensInOut: 'Tokens in / out',
  group: 'Group by',
  noModel: 'no model',
  empty: 'Nothing used yet',
  emptyAbout: 'As soon as Ara has answered a message, you see here what it took.',
};
