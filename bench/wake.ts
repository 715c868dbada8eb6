/** Wake: a webhook for a container that was stopped, until its agent calls the model. */
import { Installation, startInternet } from '../test/kit/installation.js';
import { atMost, figure, type Figure } from './figures.js';
import { ordinary } from './installation.js';

const RUNS = 20;

export async function measureWake(): Promise<Figure[]> {
  const internet = await startInternet();
  const ara = ordinary(internet, {
    webhooks: true,
    settings: { containers: { idleStopSeconds: 1 } },
  });
  try {
    await ara.start();
    const user = await ara.addUser('alice');
    await ara.ask(user, 'the first one');
    const toModel: number[] = [];
    const toAnswer: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      await Installation.until(async () => !(await ara.container(user).inspect()).State.Running, 30_000);
      const before = internet.anthropic.requests.length;
      const said = performance.now();
      await ara.ask(user, `wake up ${run}`, 30_000);
      const asked = internet.anthropic.requests[before]?.at ?? NaN;
      toModel.push(asked - said);
      toAnswer.push((internet.telegram.messages(user.bot, user.owner).at(-1)?.sentAt ?? NaN) - said);
    }
    return [
      ...figure('wake: message in → model called', 'ms', toModel, atMost('p95', 800)),
      ...figure('wake: message in → answered', 'ms', toAnswer),
    ];
  } finally {
    await ara.remove();
    await internet.stop();
  }
}
