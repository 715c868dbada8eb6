/** Scene: what becomes of messages that come while Ara answers, what is shown meanwhile, and how failures are told. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelError } from '../../test/kit/models/model-answer.js';
import type { Scene, Stage } from './stage.js';

/** Longer than a burst is. */
const LATER = 700;
const SLOW = 1_800;

export const busy: Scene = {
  name: 'busy',
  async play(stage) {
    await burst(stage);
    await queue(stage);
    await interrupt(stage);
    await steer(stage);
    await meanwhile(stage);
    await failures(stage);
  },
};

const asked = (stage: Stage): number => stage.ara.internet.anthropic.requests.length;

async function burst(stage: Stage): Promise<void> {
  const said = stage.messages().length;
  stage.says('first half');
  stage.says('second half');
  await stage.hears('echo: first half\n\nsecond half');
  stage.check(stage.messages().length === said + 1, 'a burst was answered more than once');
}

async function queue(stage: Stage): Promise<void> {
  await stage.asks('/settings busy queue', 'busy: queue');
  stage.script(['a long question', { text: 'the long answer', delayMs: SLOW }]);
  stage.says('a long question');
  await sleep(LATER);
  stage.says('the next one');
  await stage.hears('the long answer');
  await stage.hears('echo: the next one');
}

async function interrupt(stage: Stage): Promise<void> {
  await stage.asks('/settings busy interrupt', 'busy: interrupt');
  // The model is shown both questions, so that it knows what the second one may speak of.
  stage.ara.internet.anthropic.script((body) =>
    JSON.stringify(body).includes('the right one')
      ? { text: 'answered the right one' }
      : { text: 'never said', delayMs: SLOW },
  );
  stage.says('a wrong question');
  await sleep(LATER);
  stage.says('the right one');
  await stage.hears('Stopped, because you wrote again');
  await stage.hears('answered the right one');
  const never = stage.messages().some(({ text }) => text.includes('never said'));
  stage.check(!never, 'the interrupted answer was said');
}

async function steer(stage: Stage): Promise<void> {
  await stage.asks('/settings busy steer', 'busy: steer');
  stage.script(
    ['look at my files', { toolCalls: [{ name: 'list_files', arguments: {} }], delayMs: SLOW }],
    ['only the newest', { text: 'only the newest, then' }],
  );
  const [said, before] = [stage.messages().length, asked(stage)];
  stage.says('look at my files');
  await sleep(LATER);
  stage.says('only the newest');
  await stage.hears('only the newest, then');
  stage.check(stage.messages().length === said + 1, 'what steered the turn was answered a second time');
  stage.check(asked(stage) === before + 2, 'what steered the turn was asked in a turn of its own');
}

/** Typing is shown, and a line when it takes long; the user's language is what the model is told to answer in. */
async function meanwhile(stage: Stage): Promise<void> {
  const { telegram, anthropic } = stage.ara.internet;
  const typing = (): number => telegram.calls.filter(({ method }) => method === 'sendChatAction').length;
  const before = typing();
  stage.script(['think hard', { text: 'thought about', delayMs: 11_000 }]);
  stage.says('think hard');
  await stage.shows('Still thinking');
  await stage.hears('thought about');
  stage.check(typing() > before, 'nobody saw that Ara is typing');
  const { system } = anthropic.said(anthropic.requests.at(-1)!.body);
  stage.check(
    system.includes("Answer in the language of the user's last message"),
    'the model is not told to answer in the language of the user',
  );
}

const error = (status: number, type: string, more: Partial<ModelError> = {}): ModelError => ({
  ...{ status, type, message: 'raw words of the provider' },
  ...more,
});

/** Each failure of a provider, and what the user reads. */
const FAILURES: readonly [string, ModelError, string][] = [
  ['a bad key', error(401, 'authentication_error'), 'did not accept the API key'],
  ['no credit', error(400, 'invalid_request_error', { message: 'Your credit balance is too low' }), 'credit'],
  ['an overload', error(529, 'overloaded_error'), 'overloaded. Please write again'],
  ['a refusal', error(400, 'invalid_request_error'), 'refused this request'],
  ['no such model', error(404, 'not_found_error'), 'refused this request'],
  ['a stream that breaks', error(500, 'api_error', { afterChunks: 1 }), 'Please write again'],
];

async function failures(stage: Stage): Promise<void> {
  for (const [name, failure, words] of FAILURES) {
    stage.script([name, { text: 'half an answer that breaks off', error: failure }]);
    const told = await stage.asks(`what of ${name}?`, words);
    stage.check(!told.includes('raw words'), `${name}: the provider's own words reached the user`);
  }
  stage.script();
  await stage.asks('all well again?', 'echo: all well again?');
}
