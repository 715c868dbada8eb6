/** The step that takes an account's sealed messages and wake-ups out of the queue, and its names out of the queue's own books. */
import { rowsOf } from '../../sign-in/rows.js';
import { withRedis } from '../redis.js';
import type { Step, StepTools, Subject } from '../step.js';

/** Streams of what happened to jobs, by their names. Nobody reads them; they are emptied for all. */
const EVENTS = 'ara:*:events';

export const queue: Step = {
  name: 'queue',
  about: 'Sealed messages on their way, and wake-ups',
  within: 20_000,
  sweeps: true,
  async run(of, tools) {
    const messages = await tools.inbound.forget(of.account);
    // A wish for the memory's own reminders stays: they are settings.
    const wakes = of.kind === 'memory' ? 0 : await tools.wakes.forget(of.account);
    await forgetNames(of, tools);
    return { removed: { messages, ...(of.kind === 'memory' ? {} : { 'wake-ups': wakes }) } };
  },
};

async function forgetNames({ account }: Subject, { settings, database }: StepTools): Promise<void> {
  if (settings.redis.url) {
    await withRedis(settings, async (redis) => {
      for await (const names of redis.scanStream({ match: EVENTS }) as AsyncIterable<string[]>)
        for (const name of names) await redis.xtrim(name, 'MAXLEN', 0);
    });
    return;
  }
  await rowsOf(database, `DELETE FROM queue.event WHERE data::text LIKE '%' || $1::text || '%'`, [account]);
}
