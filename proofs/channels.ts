/** Proof: whatever the table of channels says of Telegram, Matrix and WhatsApp works there, line by line. */
import { randomBytes } from 'node:crypto';
import type { Feature } from '../bridges/bridge.js';
import { dialogue } from '../test/kit/models/dialogue.js';
import { exercises, lines } from './channels/exercises.js';
import type { Lane } from './channels/lane.js';
import { MatrixLane, TelegramLane, WhatsAppLane } from './channels/lanes.js';
import { anInstallation, anInternet } from './kit/installations.js';
import type { Figure, Proof, Report } from './proof.js';

export const channels: Proof = {
  name: 'channels',
  promise: 'Every line of the table of channels works on every channel that claims it.',
  async run(report) {
    const internet = await anInternet(report, { whatsapp: true, matrix: true });
    const ara = await anInstallation(report, internet);
    internet.anthropic.script(dialogue(lines));
    const person = (name: string) =>
      ara.addUser(name, {
        anthropic: `sk-ant-${randomBytes(16).toString('hex')}`,
        openai: `sk-proj-${randomBytes(16).toString('hex')}`,
      });
    const lanes: Lane[] = await Promise.all([
      person('telegram').then((user) => new TelegramLane(ara, user)),
      person('matrix').then((user) => MatrixLane.open(ara, user)),
      person('whatsapp').then((user) => WhatsAppLane.open(ara, user)),
    ]);
    report.step('linked on three channels');
    const counts = await Promise.all(lanes.map((lane) => play(lane, report)));
    report.check(internet.whatsapp.problems.length === 0, internet.whatsapp.problems.join('; '));
    const complaints = [...internet.telegram.violations, ...internet.anthropic.violations];
    report.check(complaints.length === 0, `a platform was spoken to wrongly: ${complaints.join('; ')}`);
    report.note('the browser is the fourth column; its own tests exercise it');
    return figures(lanes, counts);
  },
};

type Counts = Map<Feature, number>;

/** Every line that the channel claims, one after the other. */
async function play(lane: Lane, report: Report): Promise<Counts> {
  const counts: Counts = new Map();
  for (const [feature, exercise] of Object.entries(exercises) as [
    Feature,
    (lane: Lane) => Promise<number>,
  ][]) {
    if (lane.features[feature] === undefined) continue;
    const began = performance.now();
    const count = await exercise(lane).catch((error: unknown) => {
      report.check(
        false,
        `${lane.kind}, ${feature}: ${error instanceof Error ? error.message : String(error)}`,
      );
      return 0;
    });
    counts.set(feature, count);
    report.check(count > 0, `${lane.kind} claims ${feature}, and nothing of it was seen`);
    report.step(
      `${lane.kind}, ${feature}: ${count} seen (${((performance.now() - began) / 1_000).toFixed(1)} s)`,
    );
  }
  const missing = Object.keys(lane.features).filter((feature) => !counts.has(feature as Feature));
  report.check(missing.length === 0, `nobody exercised ${missing.join(', ')} on ${lane.kind}`);
  return counts;
}

function figures(lanes: readonly Lane[], counts: readonly Counts[]): Figure[] {
  return lanes.map(({ kind, features }, at) => {
    const all = [...(counts[at] ?? [])];
    const works = all.filter(([, count]) => count > 0).length;
    const seen = all.reduce((sum, [, count]) => sum + count, 0);
    const words = `${kind} ${works} of ${Object.keys(features).length} features, ${seen} times seen`;
    return { name: `features on ${kind}`, value: works, unit: 'features', words };
  });
}
