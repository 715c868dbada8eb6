/** A real language model on a server of the user's own: a question, and an answer that nobody scripted. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { User } from '../kit/installation.js';
import { FIRST_START_WITHIN, startSmallModel, type SmallModel } from '../kit/models/small-model.js';
import type { SentMessage } from '../kit/telegram/telegram.js';
import { installed } from './installed.js';

/** Instructions of some thousand words are much to read for a small model on a busy machine. */
const ANSWER_WITHIN = 90_000;
const PRICE = { input: 1, output: 2 };

const setup = installed({ runtime: 'docker' });
let model: SmallModel;
let user: User;

beforeAll(async () => {
  const { compatible, certificates } = setup.internet;
  // It takes the place of the fake, where `models.example.net` is.
  await compatible.stop();
  model = await startSmallModel({ tls: certificates, port: compatible.port });
  user = await setup.ara.addUser('owner', {});
  const { key, name, contextTokens } = model;
  const server = { key, model: name, contextTokens, price: PRICE, baseUrl: 'https://models.example.net/v1' };
  await setup.ara.api('PUT', `/v1/accounts/${user.id}/keys/compatible`, server);
  return () => model.stop();
}, FIRST_START_WITHIN);

/** What was said to the user, once there are so many answers. */
async function answers(count: number): Promise<SentMessage[]> {
  const given = async () => (await setup.ara.status(user.id)).container.messages;
  await expect.poll(given, { timeout: ANSWER_WITHIN }).toEqual({ answered: count });
  return setup.internet.telegram.messages(user.bot).filter(({ text }) => !text.startsWith('Linked'));
}

describe('a real model', () => {
  it('answers, and what it writes is seen as it grows', async () => {
    setup.ara.say(user, 'Tell me a story about a cat who goes to sea.');
    // A long one takes more than one message.
    const [story] = await answers(1);
    const { text = '', edits = [] } = story ?? {};
    expect(text.length).toBeGreaterThan(100);
    const beginnings = edits.filter(
      (each) => each.length < text.length && text.startsWith(each.slice(0, 20)),
    );
    expect(beginnings.length).toBeGreaterThanOrEqual(1);
  });

  it('is asked again, with what was said before', async () => {
    setup.ara.say(user, 'What is the capital of France?');
    const capital = (await answers(2)).at(-1);
    expect(capital?.text).toMatch(/\w/);
  });

  it('has its tokens counted, and paid at the price that the user named', async () => {
    const usage = async () => (await setup.ara.status(user.id)).usage;
    await expect.poll(async () => (await usage())[0]?.messages, { timeout: 15_000 }).toBe(2);
    const [row, ...others] = await usage();
    expect(others).toEqual([]);
    expect(row).toMatchObject({ provider: 'compatible', model: model.name, outcome: 'answered' });
    const { inputTokens, cachedTokens, outputTokens, costMicros } = row ?? {};
    const [input = 0, cached = 0, output = 0] = [inputTokens, cachedTokens, outputTokens].map(Number);
    expect(input).toBeGreaterThan(0);
    // llama.cpp keeps what it has read: the second question began as the first one did.
    expect(cached).toBeGreaterThan(0);
    expect(output).toBeGreaterThan(20);
    expect(Number(costMicros)).toBe((input + cached) * PRICE.input + output * PRICE.output);
  });
});
