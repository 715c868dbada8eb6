/** Scene: the workspace: written, read, edited, searched and sent by the model's tools, and no way out of it. */
import type { Scene, Stage } from './stage.js';

const tool = (name: string, given: object) => ({ toolCalls: [{ name, arguments: { ...given } }] });
const results = ({ toolResults }: { toolResults: readonly { text: string }[] }) => ({
  text: `the tool says: ${toolResults.map(({ text }) => text).join(' ')}`,
});

/** Ways to name a file outside. */
const OUTSIDE = [
  '../conversation.sqlite',
  '/data/bridge/journal.sqlite',
  'a/../../memory/MEMORY.md',
  '．．/x',
  'a∕b',
];

export const files: Scene = {
  name: 'files',
  async play(stage) {
    stage.script(
      ['write the plan', tool('write_file', { path: 'trip/plan.md', text: 'Day 1: Lisbon' }), results],
      ['change the plan', tool('edit_file', { path: 'trip/plan.md', old: 'Lisbon', new: 'Porto' }), results],
      ['read the plan', tool('read_file', { path: 'trip/plan.md' }), results],
      ['find the town', tool('search_files', { text: 'porto' }), results],
      ['send the plan', tool('send_file', { path: 'trip/plan.md' }), { text: 'Here it is.' }],
    );
    await stage.asks('write the plan', 'the tool says:');
    await stage.asks('change the plan', 'the tool says:');
    stage.check(
      (await stage.asks('read the plan', 'the tool says:')).includes('Day 1: Porto'),
      'the file does not read as edited',
    );
    stage.check(
      (await stage.asks('find the town', 'the tool says:')).includes('plan.md'),
      'the search does not find it',
    );
    await sent(stage);
    await stage.asks('/files', 'plan.md');
    await walls(stage);
    await stage.asks('/files delete! trip/plan.md', /deleted|gone/i);
  },
};

async function sent(stage: Stage): Promise<void> {
  const document = stage.ara.internet.telegram.waitForMessage(
    stage.person.bot,
    (message) => message.document?.name === 'plan.md',
    15_000,
  );
  await stage.asks('send the plan', 'Here it is.');
  stage.check((await document).chatId === stage.person.owner, 'the file did not come into the chat');
}

async function walls(stage: Stage): Promise<void> {
  for (const path of OUTSIDE) {
    stage.script(
      ['look there', tool('read_file', { path }), results],
      ['write there', tool('write_file', { path, text: 'x' }), results],
    );
    for (const wish of ['look there', 'write there']) {
      const answer = await stage.asks(wish, 'the tool says:');
      stage.check(!/SQLite|locker|written/i.test(answer), `${wish} reached ${path}`);
    }
  }
}
