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

  it('streams the answer and ends with its figures', async () => {
    door.provider = says(['Hel', 'lo']);
    const reply = await door.reply(door.give({ text: 'hi' }));
    expect(reply).toMatchObject({
      text: 'Hello',
      end: {
        outcome: 'answered',
        reason: null,
        model: { provider: 'anthropic', model: 'claude-test' },
        unlink: null,
        leaveNoTrace: false,
      },
    });
  });

  it('asks for a short hello with at most 10 kB', async () => {
    door.provider = says(['Hello']);
    await door.reply(door.give({ text: 'Hello Ara, how are you today??', models: BOTH, reactions: true }));
    const [call] = door.modelCalls;
    const head = Object.entries(call?.headers ?? {})
      .flat()
      .join('  ').length;
    expect((call?.raw.length ?? 0) + head).toBeLessThan(10_000);
    expect(call?.raw).toContain('set_reminder');
  });

  it('keeps the order of a chat and remembers what was said', async () => {
    door.provider = inTurn(says(['one']), says(['two']));
    await door.reply(door.give({ text: 'first' }));
    await door.reply(door.give({ text: 'second' }));
    expect(door.said(1)).toEqual(['first', 'one', 'second']);
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
    expect(door.said(3)).toEqual(['hi', 'there', 'more']);
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
    expect(door.said(1)).toEqual(['hi', 'Half an', 'go on']);
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
    expect(door.said(1)).toEqual(['one\n\ntwo']);
  });

  it('tells the user when the conversation cannot be written', async () => {
    await room.assistant.close();
    const reply = await door.reply(door.give({ text: 'hi' }));
    expect(reply.end).toMatchObject({ outcome: 'failed', reason: 'internal' });
    expect(reply.text).toContain('Something went wrong inside me');
    room.terminate();
    await room.finished;
    restart();
  });
});
