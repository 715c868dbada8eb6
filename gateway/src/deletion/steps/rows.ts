/** Steps that empty tables of an account's rows. */
import { rowsOf } from '../../sign-in/rows.js';
import type { AccountTable, Step, StepTools, Subject } from '../step.js';

export const table = (name: string, column = 'account_id'): AccountTable => ({ name, column });

/** All of it in one transaction. */
export async function removeRows(
  { account }: Subject,
  { database }: StepTools,
  tables: readonly AccountTable[],
): Promise<Record<string, number>> {
  return database.transaction(async (manager) => {
    const removed: Record<string, number> = {};
    for (const { name, column } of tables) {
      // The names are ours, from the plan.
      const gone = await rowsOf(manager, `DELETE FROM ${name} WHERE ${column} = $1 RETURNING 1`, [account]);
      removed[named(name)] = gone.length;
    }
    return removed;
  });
}

/** Of what a table holds, as a receipt names it. */
const named = (name: string): string => name.replace(/^.*\./, '').replaceAll('_', ' ');

interface RowStep extends Pick<Step, 'name' | 'about'> {
  tables: readonly AccountTable[];
  /** What else knows of the rows. */
  then?: (of: Subject, tools: StepTools) => void | Promise<void>;
}

export const rowStep = ({ name, about, tables, then }: RowStep): Step => ({
  name,
  about,
  tables,
  sweeps: true,
  async run(of, tools) {
    const removed = await removeRows(of, tools, tables);
    await then?.(of, tools);
    return { removed };
  },
});
