/** /budget shows and sets the most that may be spent. The bridge room keeps it, where no prompt can talk anyone round. */
import type { Spending } from '../../../../contracts/rooms-door.js';
import { dollars } from './money.js';
import type { Command } from './command.js';

const HOW =
  'Set it with `/budget day 2.50` or `/budget month 30` (US dollars); `/budget day off` or `/budget off` takes it away.';

export const budget: Command = {
  name: 'budget',
  async run({ turn, args, assistant: { door } }) {
    if (!args) return `${view(await door.spending())}\n\n${HOW}`;
    const { understood, spending } = await door.setBudget(turn.id);
    return understood ? `Done.\n${view(spending)}` : `I could not read an amount in that. ${HOW}`;
  },
};

function view({ caps, today, thisMonth }: Spending): string {
  const line = (name: string, spent: number, cap: number | null): string => {
    if (cap === null) return `- ${name}: ${dollars(spent)} spent, no limit`;
    const share = cap > 0 ? Math.round((spent / cap) * 100) : 100;
    return `- ${name}: ${dollars(spent)} of ${dollars(cap)} spent (${share} %)`;
  };
  return [line('Today', today, caps.day), line('This month', thisMonth, caps.month)].join('\n');
}
