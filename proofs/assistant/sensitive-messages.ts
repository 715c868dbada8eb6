/** Scene: a message that holds a secret goes nowhere until the user has said so. */
import { liesInside } from './look-inside.js';
import type { Scene, Stage } from './stage.js';

const CARD = '4111 1111 1111 1111';

export const sensitiveMessages: Scene = {
  name: 'sensitive-messages',
  async play(stage) {
    await held(stage, `pay with ${CARD} please`, 'a card number');
    await stage.asks('mask', 'echo: pay with [card number] please');
    stage.check(!wentOut(stage, '4111'), 'the masked number went to the model');
    await held(stage, 'the wifi password is Canary-Sommer24!', 'a password');
    await stage.asks('forget', 'Forgotten');
    stage.check(!wentOut(stage, 'Canary-Sommer24'), 'the forgotten password went to the model');
    stage.check(
      !(await liesInside(stage, 'Canary-Sommer24')),
      'the forgotten password is still on the volume',
    );
    await held(stage, 'the door password is Canary-Winter25!', 'a password');
    await stage.asks('send', 'echo: the door password is Canary-Winter25!');
    stage.check(wentOut(stage, 'Canary-Winter25'), 'what the user released did not go to the model');
  },
};

async function held(stage: Stage, text: string, name: string): Promise<void> {
  const before = stage.ara.internet.anthropic.requests.length;
  const warning = await stage.asks(text, `what looks like ${name}`);
  stage.check(
    stage.ara.internet.anthropic.requests.length === before,
    'the model was asked before the user decided',
  );
  stage.check(!warning.includes('Canary') && !warning.includes('4111'), 'the warning repeats the secret');
  const keyboard = JSON.stringify(
    stage.ara.internet.telegram.keyboard(stage.person.bot, stage.person.owner) ?? null,
  );
  stage.check(
    ['send', 'mask', 'forget'].every((word) => keyboard.includes(word)),
    'there are no buttons to choose',
  );
}

const wentOut = ({ ara }: Stage, words: string): boolean =>
  ara.internet.anthropic.requests.some(({ body }) => JSON.stringify(body).includes(words));
