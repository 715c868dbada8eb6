/** Scene: remembering, recalling, correcting and forgetting, by the model and by the user. */
import { liesInside, readMemory } from './look-inside.js';
import type { Scene, Stage } from './stage.js';

const tool = (name: string, given: object) => ({ toolCalls: [{ name, arguments: { ...given } }] });
const results = ({ toolResults }: { toolResults: readonly { text: string }[] }) => ({
  text: `the tool says: ${toolResults.map(({ text }) => text).join(' ')}`,
});

export const memory: Scene = {
  name: 'memory',
  async play(stage) {
    await rememberAndRecall(stage);
    await correct(stage);
    await forget(stage);
  },
};

async function rememberAndRecall(stage: Stage): Promise<void> {
  stage.script(
    ['my tent', tool('remember', { text: 'The tent is a zebra-4711', where: 'always' }), { text: 'Noted.' }],
    ['which tent', tool('recall', { query: 'tent' }), results],
    ['what did we say', tool('recall', { query: 'purple giraffe', source: 'conversation' }), results],
  );
  await stage.asks('my tent is a zebra-4711', 'Noted.');
  stage.check((await readMemory(stage)).includes('zebra-4711'), 'it is not in MEMORY.md');
  const recalled = await stage.asks('which tent was it?', 'the tool says:');
  stage.check(recalled.includes('zebra-4711'), 'recall does not find the fact');
  await stage.asks('I saw a purple giraffe', 'echo: I saw a purple giraffe');
  const said = await stage.asks('what did we say about animals?', 'the tool says:');
  stage.check(said.includes('purple giraffe'), 'recall does not find what was said');
}

async function correct(stage: Stage): Promise<void> {
  stage.script([
    'tent has changed',
    tool('correct_memory', { old: 'The tent', new: 'The tent is an okapi-1234' }),
    { text: 'Corrected.' },
  ]);
  await stage.asks('my tent has changed, it is okapi-1234 now', 'Corrected.');
  const file = await readMemory(stage);
  stage.check(file.includes('okapi-1234') && !file.includes('zebra-4711'), 'the fact was not corrected');
}

async function forget(stage: Stage): Promise<void> {
  stage.script();
  const report = await stage.asks('/memory forget okapi-1234', /forgot|removed|gone/i);
  stage.check(/MEMORY\.md/.test(report), 'the report does not say where it was removed');
  await stage.asks('/memory forget zebra-4711', /forgot|removed|gone/i);
  stage.check(!(await readMemory(stage)).includes('okapi'), 'it is still in MEMORY.md');
  for (const words of ['okapi-1234', 'zebra-4711'])
    stage.check(!(await liesInside(stage, words)), `${words} is still on the volume`);
  await stage.asks('/memory search okapi', /nothing|no /i);
  await stage.asks('anything left?', 'echo: anything left?');
  const sent = JSON.stringify(stage.ara.internet.anthropic.requests.at(-1)?.body);
  stage.check(!sent.includes('okapi-1234'), 'the model is still shown what was forgotten');
}
