/** A container that cannot start at all: its message is tried to the end, kept in quarantine, and answered once it can. */
import { Queue } from 'bullmq';
import { Installation } from '../../test/kit/installation.js';
import { heard, say, type Person } from '../kit/person.js';
import { docker } from './engine.js';
import { said, type Traffic } from './traffic.js';

const WITHIN = 30_000;

export async function quarantined(
  { centre, assets, models, report }: Traffic,
  person: Person,
): Promise<void> {
  const { ara, title, redis } = centre;
  const question = assets.text(`${title}: text in quarantine`);
  const answer = assets.text(`${title}: text answered from quarantine`);
  models.to(question, { text: said(answer) });
  const kept = new Queue('quarantine', { connection: redis.client, prefix: 'ara', skipMetasUpdate: true });
  report.later(() => kept.close().catch(() => undefined));

  // In its place comes one with the same labels that cannot start; the volume stays.
  const real = ara.container(person);
  const { Config, Name } = await real.inspect();
  const name = Name.slice(1);
  const broken = await docker.createContainer({
    name: `${name}-broken`,
    Image: Config.Image,
    Labels: Config.Labels,
    Entrypoint: ['/nonexistent'],
    HostConfig: { NetworkMode: 'none' },
  });
  const id = (await real.inspect()).Id;
  await real.rename({ name: `${name}-real` });
  await broken.rename({ name });
  const answered = heard(ara, person, ({ text }) => text.includes(answer), 2 * WITHIN);
  answered.catch(() => undefined);
  try {
    await docker.getContainer(id).remove({ force: true });
    say(ara, person, said(question));
    // The pauses between tries, ten minutes in all, are cut short.
    await Installation.until(async () => {
      for (const job of await redis.inbound.getDelayed()) await job.promote().catch(() => undefined);
      return (await kept.getWaitingCount()) === 1;
    }, WITHIN);
    report.step(`${title}: a message is in quarantine`);
    await redis.remember();
  } finally {
    await broken.remove({ force: true });
  }
  // The gateway looks again by itself, makes the container anew and gives it what was kept.
  await answered;
  report.check(
    (await kept.getWaitingCount()) === 0,
    'a message stayed in quarantine although it was answered',
  );
}
