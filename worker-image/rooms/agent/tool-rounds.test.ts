/** Tests of turns with tools: rounds, a crash in between, what the user adds meanwhile, what is held, what Ara begins. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentRoom } from './testing/agent-room.js';
import { FakeRoomsDoor } from './testing/fake-rooms-door.js';
import { breaksOff, inTurn, says } from './testing/provider-streams.js';

const calls = (name: string, given: object) => [{ id: 'call_1', name, json: [JSON.stringify(given)] }];
const remember = (text: string) => calls('remember', { text, where: 'always' });

describe('a turn with tools', () => {
  let door: FakeRoomsDoor;
  let room: AgentRoom;

  beforeEach(async () => {
    door = new FakeRoomsDoor();
    await door.listen();
    room = new AgentRoom(door);
  });
  afterEach(async () => {
    await room.stop();
    await door.close();
  });

  const memoryFile = (): string => readFileSync(join(door.folder, 'memory/MEMORY.md'), 'utf8');

  it('runs the tool that the model calls and goes on with its result', async () => {
    door.provider = inTurn(says(['I note that.'], { calls: remember('allergic to nuts') }), says(['Noted.']));
    const reply = await door.reply(door.give({ text: 'I am allergic to nuts' }));
    expect(reply).toMatchObject({ text: 'I note that.\n\nNoted.', end: { outcome: 'answered' } });
    expect(memoryFile()).toContain('- allergic to nuts');
    expect(door.modelCalls[1]?.raw).toContain('tool_result');
  });

  it('shows the model in later turns what it remembers', async () => {
    await room.assistant.memory().then((memory) => memory.remember('allergic to nuts', 'always'));
    door.provider = says(['ok']);
    await door.reply(door.give({ text: 'what may I eat?' }));
    expect(door.modelCalls[0]?.raw).toContain('allergic to nuts');
  });

  it('says that it is done when the model has no more words', async () => {
    door.provider = inTurn(says([], { calls: remember('likes tea') }), says([]));
    expect((await door.reply(door.give({ text: 'I like tea' }))).text).toBe('Done.');
  });

  it('tells the model of a call that cannot be, and goes on', async () => {
    door.provider = inTurn(says([], { calls: calls('fly', {}) }), says(['I cannot fly.']));
    expect((await door.reply(door.give({ text: 'fly!' }))).text).toBe('I cannot fly.');
    expect(door.modelCalls[1]?.raw).toContain('There is no tool fly.');
  });

  it('stops a model that never ends calling', async () => {
    door.provider = says([], { calls: calls('list_files', {}) });
    const reply = await door.reply(door.give({ text: 'loop' }));
    expect(reply.end).toMatchObject({ outcome: 'failed', reason: 'internal' });
    expect(door.modelCalls.length).toBeLessThanOrEqual(21);
    expect(door.modelCalls.at(-1)?.raw).toContain('No more tools in this turn');
  });

  it('does no finished call twice when a crash comes between', async () => {
    door.provider = inTurn(
      says(['I note that.'], { calls: remember('likes tea') }),
      breaksOff(['Not'], 'silent'),
    );
    const turn = door.give({ text: 'I like tea' });
    await door.until(() => door.modelCalls.length === 2);
    await room.stop();
    const before = memoryFile();
    room = new AgentRoom(door);
    door.provider = says(['Noted.']);
    const answered = door.until(() => door.replies.find(({ end }) => end));
    door.give({ ...turn, attempt: 2 });
    expect((await answered).text).toBe('I note that.\n\nNoted.');
    expect(memoryFile()).toBe(before);
    expect(door.modelCalls).toHaveLength(3);
    expect(door.modelCalls[2]?.raw).toContain('tool_result');
  });

  it('merges what comes in a burst into one question', async () => {
    door.provider = inTurn(breaksOff([], 'silent'), says(['both']));
    const turn = door.give({ text: 'hello' });
    await door.until(() => door.modelCalls.length === 1);
    door.more = ['and how are you?'];
    door.send({ kind: 'nudge', turn: turn.id });
    expect((await door.reply(turn)).text).toBe('both');
    expect(door.said(1)).toEqual(['hello\n\nand how are you?']);
  });

  it('takes in what the user adds between two rounds of tools', async () => {
    await door.reply(door.give({ text: '/help' }));
    door.provider = inTurn(says([], { calls: calls('list_files', {}), pause: 60 }), says(['in French']));
    const turn = door.give({ text: 'list my files' });
    await door.until(() => door.modelCalls.length === 1);
    await new Promise((done) => setTimeout(done, 550));
    door.more = ['in French please'];
    door.send({ kind: 'nudge', turn: turn.id });
    expect((await door.reply(turn)).text).toBe('in French');
  });

  it('leaves what comes later for the next turn when it shall queue', async () => {
    room.assistant.preferences.change({ busy: 'queue' });
    door.provider = says(['a', 'b', 'c'], { pause: 30 });
    const turn = door.give({ text: 'hello' });
    await door.until(() => door.open.get(turn.id)?.startsWith('a'));
    door.send({ kind: 'nudge', turn: turn.id });
    expect((await door.reply(turn)).text).toBe('abc');
    expect(door.moreAsked).toBe(0);
  });

  it('ends the answer for the next message when it shall interrupt', async () => {
    room.assistant.preferences.change({ busy: 'interrupt' });
    door.provider = breaksOff(['Once upon'], 'silent');
    const turn = door.give({ text: 'a story' });
    await door.until(() => door.open.get(turn.id) === 'Once upon');
    door.send({ kind: 'nudge', turn: turn.id });
    expect(await door.reply(turn)).toMatchObject({
      text: 'Once upon\n\n*Stopped, because you wrote again.*',
      end: { outcome: 'cancelled' },
    });
  });

  it('holds a card number that comes meanwhile, and says so behind the answer', async () => {
    door.provider = inTurn(breaksOff([], 'silent'), says(['fine']));
    const turn = door.give({ text: 'hello' });
    await door.until(() => door.modelCalls.length === 1);
    door.more = ['use 4111 1111 1111 1111'];
    door.send({ kind: 'nudge', turn: turn.id });
    const reply = await door.reply(turn);
    expect(reply.text).toMatch(/^fine\n\n⚠️ Your message holds what looks like a card number/);
    expect(reply.choices).toEqual(['send', 'mask', 'forget']);
    expect(door.modelCalls.map(({ raw }) => raw).join()).not.toContain('4111');
    await door.reply(door.give({ text: 'mask' }));
    expect(door.said(2).at(-1)).toBe('use [card number]');
  });

  it('sums up a conversation that has grown too long, and says so', async () => {
    const long = 'x'.repeat(4_000);
    door.provider = says([long]);
    for (let at = 0; at < 4; at += 1) await door.reply(door.give({ text: `${at} ${long}` }));
    door.provider = inTurn(says(['## Decisions\n- Lisbon in May']), says(['on we go']));
    const reply = await door.reply(door.give({ text: 'and now?' }));
    expect(reply.text).toMatch(/^on we go\n\n\*To keep going I summed up the oldest \d messages/);
    expect(door.said(4).join()).toContain('User: 0 xxx');
    expect(door.said(5)[0]).toContain('What we said before, summed up:\n## Decisions\n- Lisbon in May');
    expect((await door.reply(door.give({ text: '/memory summary' }))).text).toContain('Lisbon in May');
  });

  it('tells a reminder without a model, and lets the model know of it', async () => {
    const key = `tell.1.${Date.now()}.1`;
    const reply = await door.reply(door.give({ kind: 'own', key, text: 'call mum' }));
    expect(reply).toMatchObject({ text: '⏰ call mum', end: { outcome: 'answered' } });
    expect(door.modelCalls).toHaveLength(0);
    door.provider = says(['well done']);
    await door.reply(door.give({ text: 'did it' }));
    expect(door.said(0)).toEqual(['(A reminder is due.)', '⏰ call mum', 'did it']);
  });

  it('does a task that is due, and keeps quiet when a heartbeat finds nothing', async () => {
    door.provider = says(['Three notes.']);
    const task = { kind: 'own', key: `ask.2.${Date.now()}.1`, text: 'summarise my notes' };
    expect((await door.reply(door.give(task))).text).toBe('Three notes.');
    (await room.assistant.workspace()).write('HEARTBEAT.md', Buffer.from('watch the oven'));
    door.provider = says(['NOTHING.']);
    const quiet = await door.reply(door.give({ kind: 'own', key: 'heartbeat.1', text: 'Heartbeat' }));
    expect(quiet).toMatchObject({ text: '', end: { outcome: 'answered' } });
    door.provider = says(['The oven!']);
    const loud = await door.reply(door.give({ kind: 'own', key: 'heartbeat.2', text: 'Heartbeat' }));
    expect(loud.text).toBe('The oven!');
  });

  it('tells the bridge room when to wake it for a reminder', async () => {
    const reply = await door.reply(
      door.give({ text: '/remind in 20 minutes to call mum', sentAt: Date.now() }),
    );
    expect(reply.text).toContain('call mum');
    const at = door.wakes.at(-1) ?? 0;
    expect(Math.abs(at - (Date.now() + 20 * 60_000))).toBeLessThan(61_000);
  });

  it('sends a file to the chat', async () => {
    (await room.assistant.workspace()).write('plan.txt', Buffer.from('the plan'));
    door.provider = inTurn(says([], { calls: calls('send_file', { path: 'plan.txt' }) }), says(['There.']));
    const turn = door.give({ text: 'send me the plan' });
    expect((await door.reply(turn)).text).toBe('There.');
    expect(door.files).toEqual([{ turnId: turn.id, name: 'plan.txt', bytes: Buffer.from('the plan') }]);
  });

  it('says that a tool runs long', async () => {
    const slow = 'Still thinking…';
    door.provider = async (call, response) => {
      await new Promise((done) => setTimeout(done, 120));
      await says(['there'])(call, response);
    };
    room.terminate();
    await room.finished;
    await room.assistant.close();
    room = new AgentRoom(door, { progress: { tool: 50, model: 50 } });
    expect((await door.reply(door.give({ text: 'hi' }))).progress).toEqual([slow]);
  });
});
