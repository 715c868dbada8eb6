/** Scene: what the model is told, that the user can see it, and what becomes of a conversation that grows too long. */
import type { Scene, Stage } from './stage.js';

const LONG = 'and so on, '.repeat(340);
const SUMMARY = '## Decisions\n- Lisbon in May\n\n## Open questions\n- who brings the tent?';

export const context: Scene = {
  name: 'context',
  async play(stage) {
    await stage.asks('/settings persona Be dry and brief.', 'persona: Be dry and brief.');
    await stage.asks('/memory add I am allergic to nuts', /nuts|Noted|remember/i);
    await stage.asks('/memory note met Kim at noon', /Kim|note/i);
    const shown = await stage.asks('/memory prompt', 'This is all the model is told');
    const size = Number(/\((\d+) bytes\)/.exec(shown)?.[1]);
    stage.check(size <= 6_000, `the prompt has ${size} bytes`);
    for (const words of ['Be dry and brief.', 'allergic to nuts', 'met Kim at noon'])
      stage.check(shown.includes(words), `the prompt that is shown lacks “${words}”`);
    await stage.asks('hello', 'echo: hello');
    const { system } = lastSaid(stage);
    for (const words of ['Be dry and brief.', 'allergic to nuts', 'met Kim at noon'])
      stage.check(system.includes(words), `the prompt that was sent lacks “${words}”`);
    await stage.asks('hello again', 'echo: hello again');
    stage.check(lastSaid(stage).system === system, 'the prompt changed from one message to the next');
    await growTooLong(stage);
  },
};

/** More than 40,000 characters of history, then one more message. */
async function growTooLong(stage: Stage): Promise<void> {
  stage.script(
    ['sum it up now', { text: SUMMARY }],
    ['Sum it up now', { text: SUMMARY }],
    [/^part/, { text: LONG }],
  );
  for (let part = 0; part < 6; part += 1)
    await stage.asks(`part ${part}: ${LONG}`, (text) => text.includes('and so on'));
  const told = await stage.asks('part 6: and now?', 'summed up the oldest');
  stage.check(/summed up the oldest \d+ messages/.test(told), 'the summing up is not announced');
  const sent = JSON.stringify(stage.ara.internet.anthropic.requests.at(-1)?.body);
  stage.check(sent.includes('Lisbon in May'), 'the decision is not in what the model is shown');
  stage.check(sent.includes('who brings the tent?'), 'the open question is not in what the model is shown');
  stage.check(!sent.includes('part 0:'), 'the oldest words are still sent');
  await stage.asks('/memory summary', 'Lisbon in May');
}

function lastSaid({ ara }: Stage): { system: string } {
  const { anthropic } = ara.internet;
  const request = anthropic.requests.at(-1);
  if (!request) throw new Error('no model was asked');
  return anthropic.said(request.body);
}
