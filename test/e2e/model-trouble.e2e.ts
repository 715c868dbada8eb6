/** Trouble with the model: whatever goes wrong there, the user is told why in plain words, and never a provider's own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { anthropicErrors } from '../kit/models/anthropic.js';
import type { User } from '../kit/installation.js';
import type { Answer, ModelError } from '../kit/models/model-answer.js';
import { haveMessages } from './conversations.js';
import { installed } from './installed.js';

const KEY = 'sk-ant-trouble-0123456789abcdef';
const setup = installed({ runtime: 'docker' });
let user: User;
beforeAll(async () => {
  user = await setup.ara.addUser('trouble', { anthropic: KEY });
});

let asked = 0;
/** Asks once, with the model answering so; gives the user's answer and how often the model was called. */
async function askWhile(answer: Answer | ((n: number) => Answer)): Promise<{ text: string; calls: number }> {
  const { anthropic, telegram } = setup.internet;
  const before = anthropic.requests.length;
  const seen = telegram.messages(user.bot).length;
  let first = 0;
  anthropic.script((_request, n) => {
    first ||= n;
    return typeof answer === 'function' ? answer(n - first) : answer;
  });
  const ended = async (): Promise<number> => {
    const { messages = {} } = (await setup.ara.status(user.id)).container;
    return (messages['failed'] ?? 0) + (messages['answered'] ?? 0);
  };
  asked += 1;
  setup.ara.say(user, 'is anyone there?');
  await expect.poll(ended, { timeout: 20_000 }).toBe(asked);
  anthropic.script(undefined);
  const texts = telegram.messages(user.bot).slice(seen);
  expect(texts).toHaveLength(1);
  return { text: texts[0]?.text ?? '', calls: anthropic.requests.length - before };
}

const failing = (error: ModelError): Answer => ({ error });

describe('a failure', () => {
  it.each([
    [
      'a key that is refused',
      failing(anthropicErrors.badKey),
      1,
      /^Anthropic did not accept the API key\. Set a valid one/,
    ],
    ['no credit', failing(anthropicErrors.overQuota), 1, /^The account at Anthropic has run out of credit/],
    [
      'an error of the provider',
      failing(anthropicErrors.broken),
      3,
      /^I could not reach Anthropic, or it is overloaded/,
    ],
    [
      'an overload',
      failing(anthropicErrors.overloaded),
      3,
      /^I could not reach Anthropic, or it is overloaded/,
    ],
    [
      'a long pause asked for',
      failing({ ...anthropicErrors.rateLimited, retryAfter: 600 }),
      1,
      /^Anthropic is getting more requests/,
    ],
    [
      'a text that is too long',
      failing(anthropicErrors.tooLong),
      1,
      /^This is too long for the model\..*\/new/,
    ],
    [
      'an account without the model',
      failing(anthropicErrors.forbidden),
      1,
      /^Anthropic did not accept the API key/,
    ],
    ['an answer that is none', 'malformed-sse', 3, /I could not reach Anthropic/],
  ] as const)('by %s is told', async (_name, answer, calls, words) => {
    const told = await askWhile(answer);
    expect(told.text).toMatch(words);
    expect(told.calls).toBe(calls);
  });

  it('that passes within a second is not even noticed', async () => {
    expect(
      await askWhile((n) => (n === 0 ? failing(anthropicErrors.overloaded) : { text: 'here I am' })),
    ).toEqual({
      text: 'here I am',
      calls: 2,
    });
    const limited = { ...anthropicErrors.rateLimited, retryAfter: 1 };
    expect((await askWhile((n) => (n === 0 ? failing(limited) : { text: 'here I am' }))).text).toBe(
      'here I am',
    );
  });

  it('in the middle of an answer keeps what was said and tells the rest', async () => {
    const { text } = await askWhile({
      cutAfter: 2,
      text: 'It began so well, and then it ended rather suddenly.',
    });
    expect(text).toMatch(/^It began so well, and then it ended\s+I could not reach Anthropic/);
  });

  it('to connect is told, and over when the provider is back', async () => {
    await setup.internet.anthropic.stop();
    const { text } = await askWhile({ text: 'never' });
    await setup.internet.anthropic.start();
    expect(text).toMatch(/^I could not reach Anthropic/);
    expect((await askWhile({ text: 'back' })).text).toBe('back');
  });

  it('for want of a key names the command that sets one', async () => {
    const keyless = await setup.ara.addUser('keyless', {});
    const told = setup.internet.telegram.waitForMessage(keyless.bot, ({ text }) =>
      text.startsWith('I have no API key'),
    );
    setup.ara.say(keyless, 'hello');
    expect((await told).text).toContain('npm run ara -- key set anthropic');
    // Set now, it is used with the next message: nothing needs to be started again.
    setup.internet.anthropic.keys.add('sk-ant-late-key');
    await setup.ara.api('PUT', `/v1/accounts/${keyless.id}/keys/anthropic`, { key: 'sk-ant-late-key' });
    // And the model is given what was said in vain.
    expect(await setup.ara.ask(keyless, 'and now?')).toBe('echo: hello\n\nand now?');
    await haveMessages(setup.ara, keyless, { failed: 1, answered: 1 });
  });
});

describe('the key', () => {
  it('is never shown, though the provider repeats it in its error', async () => {
    const { text } = await askWhile(failing({ ...anthropicErrors.badKey, echoKey: true }));
    expect(text).toMatch(/^Anthropic did not accept the API key/);
    const said = JSON.stringify([setup.internet.telegram.calls, await setup.ara.status(user.id)]);
    const log = readFileSync(join(setup.ara.dataDir, 'logs/gateway.log'), 'utf8');
    // The control: what is searched is the real thing.
    expect(said).toContain('did not accept the API key');
    expect(log).toContain('"msg":"ready"');
    for (const place of [said, log, setup.ara.output]) expect(place).not.toContain(KEY);
  });

  it('that was changed is used with the next message', async () => {
    setup.internet.anthropic.keys.delete(KEY);
    expect((await askWhile({ text: 'never' })).text).toMatch(/^Anthropic did not accept the API key/);
    setup.internet.anthropic.keys.add('sk-ant-changed-key');
    await setup.ara.api('PUT', `/v1/accounts/${user.id}/keys/anthropic`, { key: 'sk-ant-changed-key' });
    expect((await askWhile({ text: 'good again' })).text).toBe('good again');
  });
});
