/** Scene: a private question is answered with the conversation before its eyes, and is kept nowhere. */
import { randomBytes } from 'node:crypto';
import { liesInside } from './look-inside.js';
import type { Scene, Stage } from './stage.js';

export const privateTurn: Scene = {
  name: 'private-turn',
  async play(stage) {
    const words = `canary-${randomBytes(8).toString('hex')}`;
    await stage.asks('I like figs', 'echo: I like figs');
    await stage.asks('/private', 'neither question nor answer is kept');
    await stage.asks(`/private what of ${words}?`, `echo: what of ${words}?`);
    stage.check(
      lastSent(stage).includes('I like figs'),
      'the private question did not know the conversation',
    );
    await stage.asks('and now?', 'echo: and now?');
    stage.check(!lastSent(stage).includes(words), 'the private question is in the next request');
    stage.check(!(await liesInside(stage, words)), 'the private question is on the volume');
    await stage.asks(`/memory search ${words}`, /nothing|no /i);
    await noTrailOfTools(stage);
    await stage.asks(
      '/private the door password is Canary-Herbst26!',
      'I have sent nothing to a model and kept nothing',
    );
    stage.check(!(await liesInside(stage, 'Canary-Herbst26')), 'a refused private question is on the volume');
  },
};

/** Tools that would keep something are not offered. */
async function noTrailOfTools(stage: Stage): Promise<void> {
  await stage.asks('/private which tools have you?', 'echo: which tools have you?');
  const { anthropic } = stage.ara.internet;
  const { tools } = anthropic.said(anthropic.requests.at(-1)!.body);
  const keeping = ['remember', 'write_file', 'edit_file', 'set_reminder'].filter((name) =>
    tools.includes(name),
  );
  stage.check(keeping.length === 0, `a private question may use ${keeping.join(', ')}`);
}

const lastSent = ({ ara }: Stage): string => JSON.stringify(ara.internet.anthropic.requests.at(-1)?.body);
