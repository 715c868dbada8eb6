/** Scene: every slash command, while the model hangs; the native menu; the nearest name; retry and undo. */
import { commandLines } from '../../contracts/commands.js';
import type { Scene, Stage } from './stage.js';

export const commands: Scene = {
  name: 'commands',
  async play(stage) {
    await whileTheModelHangs(stage);
    await retryAndUndo(stage);
    menu(stage);
    await stage.asks('/hlep', 'Did you mean /help?');
    await stage.asks('/frobnicate', 'I do not know /frobnicate');
    await stage.asks('/unlink telegram', 'Send /unlink telegram yes');
    await stage.asks('/unlink telegram yes', 'is being unlinked');
    stage.says('anybody there?');
    const said = stage.messages().length;
    await new Promise((later) => setTimeout(later, 1_500));
    stage.check(stage.messages().length === said, 'an unlinked channel still answers');
  },
};

async function whileTheModelHangs(stage: Stage): Promise<void> {
  const { anthropic } = stage.ara.internet;
  anthropic.script(() => 'hang');
  stage.says('a question that hangs');
  await anthropic.waitForRequest(({ body }) => JSON.stringify(body).includes('a question that hangs'));
  const waiting = commandLines.filter(({ name }) => name !== 'stop');
  for (const { name } of waiting) {
    const answer = await stage.asks(`/${name}`, () => true);
    stage.check(!/do not know|went wrong/.test(answer), `/${name} answers: ${answer.slice(0, 80)}`);
  }
  await stage.asks('/stop', /I stop|Stopped/);
  stage.script();
}

async function retryAndUndo(stage: Stage): Promise<void> {
  stage.script(['tell me a joke', { text: 'a bad one' }]);
  await stage.asks('tell me a joke', 'a bad one');
  stage.script(['tell me a joke', { text: 'a good one' }]);
  await stage.asks('/retry', 'a good one');
  await stage.asks('/undo', 'Taken back: “tell me a joke”');
  stage.script();
  await stage.asks('what now?', 'echo: what now?');
  const sent = JSON.stringify(stage.ara.internet.anthropic.requests.at(-1)?.body);
  stage.check(!sent.includes('tell me a joke'), 'what was taken back is still sent');
}

function menu(stage: Stage): void {
  const { ara, person } = stage;
  const call = ara.internet.telegram.calls.findLast(
    ({ method, botId }) => method === 'setMyCommands' && botId === person.bot.id,
  );
  const shown = JSON.stringify(call?.params ?? '');
  stage.check(
    commandLines.every(({ name }) => shown.includes(`"${name}"`)),
    'the native menu does not hold every command',
  );
}
