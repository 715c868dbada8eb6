/** Tests of whole turns: from the bridge room through the model and back, and what becomes of them when things fail. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentRoom, type AgentRoomOptions } from './testing/agent-room.js';
import { FakeRoomsDoor } from './testing/fake-rooms-door.js';
import { breaksOff, byProvider, doorRefuses, inTurn, refuses, says } from './testing/provider-streams.js';

const BOTH = [
  { provider: 'anthropic', model: 'claude-test' },
  { provider: 'openai', model: 'gpt-test' },
];

describe('a turn', () => {
  let door: FakeRoomsDoor;
  let room: AgentRoom;
  const restart = (options: AgentRoomOptions = {}): void => {
    room = new AgentRoom(door, options);
  };

  beforeEach(async () => {
    door = new FakeRoomsDoor();
    await door.listen();
    restart();
  });
  afterEach(async () => {
    await room.stop();
    await door.close();
  });

  const asked = (call: number): string[] =>
    (door.modelCalls[call]?.body.messages ?? []).map(({ content }) => content);

  it('streams the answer and ends with its figures', async () => {
    door.provider = says(['Hel', 'lo']);
    const reply = await door.reply(door.give({ text: 'hi' }));
    expect(reply).toMatchObject({
      text: 'Hello',
      end: {
        outcome: 'answered',
        reason: null,
        model: { provider: 'anthropic', model: 'claude-test' },
        inputTokens: 11,
        outputTokens: 7,
      },
    });
  });

  it('asks for a short hello with at most 10 kB', async () => {
    door.provider = says(['Hello']);
    await door.reply(door.give({ text: 'Hello Ara, how are you today??', models: BOTH }));
    const [call] = door.modelCalls;
    const head = Object.entries(call?.headers ?? {})
      .flat()
      .join('  ').length;
    expect((call?.raw.length ?? 0) + head).toBeLessThan(10_000);
    expect(call?.raw.length).toBeLessThan(2_000);
  });

  it('keeps the order of a chat and remembers what was said', async () => {
    door.provider = inTurn(says(['one']), says(['two']));
    await door.reply(door.give({ text: 'first' }));
    await door.reply(door.give({ text: 'second' }));
    expect(asked(1)).toEqual(['first', 'one', 'second']);
  });

  it('tells the user that there is no key', async () => {
    const reply = await door.reply(door.give({ text: 'hi', models: [] }));
    expect(reply.end).toMatchObject({ outcome: 'failed', reason: 'no-key', model: null });
    expect(reply.text).toContain('npm run ara -- key set anthropic');
  });

  it('asks again when the provider is overloaded, unseen by the user', async () => {
    door.provider = inTurn(refuses({ status: 529 }), refuses({ status: 500 }), says(['there']));
    const reply = await door.reply(door.give({ text: 'hi' }));
    expect(reply).toMatchObject({ text: 'there', end: { outcome: 'answered' } });
  });

  it('gives up after two retries and never repeats the words of the provider', async () => {
    door.provider = refuses({ status: 500 });
    const reply = await door.reply(door.give({ text: 'hi' }));
    expect(door.modelCalls).toHaveLength(3);
    expect(reply.end).toMatchObject({ outcome: 'failed', reason: 'provider-down' });
    expect(reply.text).toContain('Anthropic');
    expect(reply.text).not.toContain('secret-raw-words');
  });

  it('waits as long as the provider asks, but not longer than the user would', async () => {
    door.provider = inTurn(refuses({ status: 429, headers: { 'retry-after': '0.05' } }), says(['there']));
    expect((await door.reply(door.give({ text: 'hi' }))).text).toBe('there');
    door.provider = refuses({ status: 429, headers: { 'retry-after': '30' } });
    const before = door.modelCalls.length;
    expect((await door.reply(door.give({ text: 'hi' }))).end?.reason).toBe('rate-limited');
    expect(door.modelCalls).toHaveLength(before + 1);
  });

  it('lets the next model answer, and says so', async () => {
    door.provider = byProvider({ anthropic: refuses({ status: 401 }), openai: says(['there']) });
    const reply = await door.reply(door.give({ text: 'hi', models: BOTH }));
    expect(reply.text).toBe(
      '*Anthropic did not accept the key, so OpenAI (gpt-test) answers this one.*\n\nthere',
    );
    expect(reply.end).toMatchObject({ outcome: 'answered', model: BOTH[1] });
    await door.reply(door.give({ text: 'more', models: BOTH }));
    expect(asked(3)).toEqual([expect.stringContaining('You are Ara'), 'hi', 'there', 'more']);
  });

  it('tells of the first choice when no model answers', async () => {
    door.provider = byProvider({ anthropic: refuses({ status: 429 }), openai: doorRefuses(404, 'no-key') });
    const reply = await door.reply(door.give({ text: 'hi', models: BOTH }));
    expect(reply.end).toMatchObject({ outcome: 'failed', reason: 'rate-limited', model: BOTH[0] });
    expect(reply.text).toMatch(/^Anthropic is getting more requests/);
  });

  it('does not ask another model when the request itself is at fault', async () => {
    door.provider = byProvider({ anthropic: refuses({ status: 413 }), openai: says(['there']) });
    expect((await door.reply(door.give({ text: 'hi', models: BOTH }))).end?.reason).toBe('too-long');
  });

  it('says that the answer broke off, and goes on from there', async () => {
    door.provider = inTurn(breaksOff(['Half an'], 'cut'), says(['there']));
    const reply = await door.reply(door.give({ text: 'hi', models: BOTH }));
    expect(reply.end).toMatchObject({ outcome: 'failed', reason: 'provider-down' });
    expect(reply.text).toMatch(/^Half an\n\nI could not reach Anthropic/);
    await door.reply(door.give({ text: 'go on' }));
    expect(asked(1)).toEqual(['hi', 'Half an', 'go on']);
  });

  it('runs out of patience with a silent provider', async () => {
    await room.stop();
    restart({ patience: { silence: 40 } });
    door.provider = breaksOff(['Half'], 'silent');
    expect((await door.reply(door.give({ text: 'hi' }))).end).toMatchObject({
      outcome: 'failed',
      reason: 'timeout',
    });
  });

  it('does not take an empty answer for an answer', async () => {
    door.provider = says([]);
    const reply = await door.reply(door.give({ text: 'hi' }));
    expect(reply.end).toMatchObject({ outcome: 'failed', reason: 'refused-by-provider' });
    expect(reply.text).not.toBe('');
    door.provider = says([], { ending: 'length' });
    expect((await door.reply(door.give({ text: 'hi' }))).end?.reason).toBe('too-long');
  });

  it('says that an answer was cut at its limit', async () => {
    door.provider = says(['long'], { ending: 'length' });
    const reply = await door.reply(door.give({ text: 'hi' }));
    expect(reply.text).toMatch(/^long\n\n\*The answer reached its length limit/);
  });

  it('merges a question that got no answer with the next', async () => {
    door.provider = inTurn(refuses({ status: 401 }), says(['both']));
    await door.reply(door.give({ text: 'one' }));
    await door.reply(door.give({ text: 'two' }));
    expect(asked(1)).toEqual(['one\n\ntwo']);
  });

  it('is stopped by /stop with the text so far', async () => {
    door.provider = breaksOff(['Once upon'], 'silent');
    const turn = door.give({ text: 'a story' });
    await door.until(() => door.open.get(turn.id) === 'Once upon');
    expect((await door.reply(door.give({ text: '/stop' }))).text).toBe('I stop.');
    const reply = await door.reply(turn);
    expect(reply).toMatchObject({
      text: 'Once upon\n\n*Stopped.*',
      end: { outcome: 'cancelled', reason: null },
    });
    door.provider = says(['fine']);
    await door.reply(door.give({ text: 'other' }));
    expect(asked(1)).toEqual(['a story', 'Once upon', 'other']);
  });

  it('is not stopped by /stop in another chat', async () => {
    door.provider = says(['a', 'b'], { pause: 20 });
    const turn = door.give({ text: 'hi' });
    await door.until(() => door.open.get(turn.id) === 'a');
    const stop = await door.reply(door.give({ text: '/stop', chat: '2' }));
    expect(stop.text).toBe('I am not writing an answer in this chat.');
    expect((await door.reply(turn)).end?.outcome).toBe('answered');
  });

  it('that comes again after a crash is asked once more, with the question only once', async () => {
    door.provider = breaksOff(['Half'], 'silent');
    const turn = door.give({ text: 'hi' });
    await door.until(() => door.open.get(turn.id) === 'Half');
    await room.stop();
    restart();
    door.provider = says(['whole']);
    const again = door.give({ ...turn, attempt: 2 });
    expect(await door.until(() => door.replies.find(({ end }) => end))).toMatchObject({ text: 'whole' });
    expect(asked(1)).toEqual(['hi']);
    expect(room.conversation.turnCount(again)).toBe(1);
  });

  it('that has its answer already gets it without the model', async () => {
    door.provider = says(['there']);
    door.replyStatus = 0;
    const turn = door.give({ text: 'hi' });
    const first = await door.reply(turn);
    door.replyStatus = 204;
    const second = await door.reply(door.give({ ...turn, attempt: 2 }), 2);
    expect(second).toEqual(first);
    expect(door.modelCalls).toHaveLength(1);
  });

  it('that failed is tried afresh when it comes again', async () => {
    door.provider = inTurn(refuses({ status: 401 }), says(['there']));
    const turn = door.give({ text: 'hi' });
    await door.reply(turn);
    expect((await door.reply(door.give({ ...turn, attempt: 2 }), 2)).text).toBe('there');
  });

  it('ends its model call when the bridge room goes, and is answered when it is back', async () => {
    let closed = false;
    door.provider = (call, response) => {
      response.once('close', () => (closed = true));
      return breaksOff(['Half'], 'silent')(call, response);
    };
    const turn = door.give({ text: 'hi' });
    await door.until(() => door.open.get(turn.id) === 'Half');
    await door.crash();
    await expect.poll(() => closed).toBe(true);
    await door.listen();
    door.provider = says(['whole']);
    door.give({ ...turn, attempt: 2 });
    expect(await door.until(() => door.replies.find(({ end }) => end))).toMatchObject({ text: 'whole' });
    expect(room.conversation.turnCount(turn)).toBe(1);
  });

  it('tells the user when the conversation cannot be written', async () => {
    room.conversation.close();
    const reply = await door.reply(door.give({ text: 'hi' }));
    expect(reply.end).toMatchObject({ outcome: 'failed', reason: 'internal' });
    expect(reply.text).toContain('Something went wrong inside me');
    room.terminate();
    await room.finished;
    restart();
  });
});
