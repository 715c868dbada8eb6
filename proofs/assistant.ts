/** Proof: the assistant does what it promises, each promise as a conversation over Telegram through the real container. */
import { randomBytes, randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Installation } from '../test/kit/installation.js';
import { anInstallation, anInternet } from './kit/installations.js';
import { settle } from './kit/person.js';
import type { Proof, Report } from './proof.js';
import { budget } from './assistant/budget.js';
import { busy } from './assistant/busy.js';
import { commands } from './assistant/commands.js';
import { context } from './assistant/context.js';
import { files } from './assistant/files.js';
import { memory } from './assistant/memory.js';
import { models } from './assistant/models.js';
import { privateTurn } from './assistant/private-turn.js';
import { reminders } from './assistant/reminders.js';
import { sensitiveMessages } from './assistant/sensitive-messages.js';
import { Stage, type Scene } from './assistant/stage.js';

const scenes: readonly Scene[] = [
  models,
  context,
  memory,
  files,
  reminders,
  commands,
  budget,
  sensitiveMessages,
  busy,
  privateTurn,
];

export const assistant: Proof = {
  name: 'assistant',
  promise:
    'Models, context, memory, files, reminders, commands, budget, sensitive data and busy modes work in a chat.',
  async run(report) {
    const internet = await anInternet(report);
    const stages = {
      awake: await anInstallation(report, internet),
      asleep: await anInstallation(report, internet, {
        webhooks: true,
        settings: { containers: { idleStopSeconds: 1 } },
      }),
    };
    const folder = join(tmpdir(), 'ara-transcripts');
    mkdirSync(folder, { recursive: true });
    const played: Played[] = [];
    // What takes long to end goes first, so that the others are played meanwhile.
    for (const scene of scenes.toSorted((one, other) => Number(!one.sleeps) - Number(!other.sleeps)))
      played.push(await begin(scene, scene.sleeps ? stages.asleep : stages.awake, report));
    for (const { stage, scene } of played) {
      await told(scene, report, () => stage.end());
      writeFileSync(join(folder, `${scene.name}.txt`), stage.transcript.join('\n\n'));
    }
    const { telegram, anthropic, openai, google, compatible } = internet;
    const complaints = [telegram, anthropic, openai, google, compatible].flatMap(
      ({ violations }) => violations,
    );
    report.check(complaints.length === 0, `a platform was spoken to wrongly: ${complaints.join('; ')}`);
    const lines = played.reduce((sum, { stage }) => sum + stage.transcript.length, 0);
    const words = `${scenes.length} of ${scenes.length} conversations as promised, ${lines} lines read`;
    return [{ name: 'conversations', value: scenes.length, unit: 'conversations', words }];
  },
};

interface Played {
  scene: Scene;
  stage: Stage;
}

async function begin(scene: Scene, ara: Installation, report: Report): Promise<Played> {
  const person = await settle(ara, {
    name: scene.name,
    keys: { anthropic: `sk-${scene.name}-${randomBytes(16).toString('hex')}` },
    owner: randomInt(1e9, 9e9),
  });
  const stage = new Stage(scene, ara, person, report);
  stage.script();
  const began = performance.now();
  await told(scene, report, () => scene.play(stage));
  report.step(`${scene.name}: ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  return { scene, stage };
}

/** A scene that breaks off is a failure, and the others are played all the same. */
async function told({ name }: Scene, report: Report, play: () => Promise<void>): Promise<void> {
  try {
    await play();
  } catch (error) {
    report.check(false, `${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
