/** Tests of the agent room's life: what runs side by side, when it ends, and how it lives through a missing door. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentRoom } from './testing/agent-room.js';
import { FakeRoomsDoor } from './testing/fake-rooms-door.js';
import { breaksOff, says } from './testing/provider-streams.js';

describe('the loop', () => {
  let door: FakeRoomsDoor;
  let room: AgentRoom | null = null;

  beforeEach(async () => {
    door = new FakeRoomsDoor();
    await door.listen();
  });
  afterEach(async () => {
    await room?.stop();
    await door.close();
  });

  it('ends when it was idle and the bridge room agrees', async () => {
    room = new AgentRoom(door, { idleSeconds: 0.1 });
    await room.finished;
    expect(door).toMatchObject({ stoppingAsked: 1, brokenPolls: 0 });
  });

  it('goes on when a turn has just come', async () => {
    door.agreeToStop = false;
    door.provider = says(['late']);
    room = new AgentRoom(door, { idleSeconds: 0.1 });
    await door.until(() => door.stoppingAsked === 1);
    expect((await door.reply(door.give({ text: 'hi' }))).text).toBe('late');
    door.agreeToStop = true;
    await room.finished;
  });

  it('is not idle while a turn runs', async () => {
    door.provider = says(['a', 'b', 'c', 'd'], { pause: 60 });
    room = new AgentRoom(door, { idleSeconds: 0.1 });
    expect((await door.reply(door.give({ text: 'hi' }))).text).toBe('abcd');
    expect(door.stoppingAsked).toBe(0);
    await room.finished;
  });

  it('runs chats side by side up to its concurrency', async () => {
    let atOnce = 0;
    let most = 0;
    door.provider = async (call, response) => {
      most = Math.max(most, (atOnce += 1));
      await says(['x'], { pause: 5 })(call, response);
      atOnce -= 1;
    };
    room = new AgentRoom(door, { concurrency: 3 });
    const turns = Array.from({ length: 9 }, (_, chat) => door.give({ text: 'hi', chat: String(chat) }));
    await Promise.all(turns.map((turn) => door.reply(turn)));
    expect(most).toBe(3);
  });

  it('answers commands, and stops what waits, when every place is taken', async () => {
    door.provider = breaksOff(['Half'], 'silent');
    room = new AgentRoom(door, { concurrency: 1 });
    const running = door.give({ text: 'hi' });
    await door.until(() => door.open.get(running.id) === 'Half');
    const waiting = door.give({ text: 'hi', chat: '2' });
    await door.until(() => door.open.has(waiting.id));
    expect((await door.reply(door.give({ text: '/stop', chat: '2' }))).text).toBe('I stop.');
    expect((await door.reply(waiting)).end?.outcome).toBe('cancelled');
    expect((await door.reply(door.give({ text: '/status' }))).text).toContain('1 being answered');
  });

  it('always has a poll open, and one only', async () => {
    door.provider = says(['a', 'b'], { pause: 10 });
    room = new AgentRoom(door);
    await door.until(() => door.polls === 1);
    await door.reply(door.give({ text: 'hi' }));
    expect(door.polls).toBe(2);
  });

  it('waits for a bridge room that is not there yet or goes away', async () => {
    await door.crash();
    room = new AgentRoom(door);
    await new Promise((resolve) => setTimeout(resolve, 50));
    door.provider = says(['there']);
    await door.listen();
    expect((await door.reply(door.give({ text: 'hi' }))).text).toBe('there');
    await door.crash();
    await door.listen();
    expect((await door.reply(door.give({ text: 'hi' }))).text).toBe('there');
  });

  it('ends at once on a stop when nothing runs', async () => {
    room = new AgentRoom(door, { stopGrace: 5_000 });
    await door.until(() => door.polls === 1);
    const before = performance.now();
    await room.stop();
    expect(performance.now() - before).toBeLessThan(500);
    room = null;
  });

  it('lets a turn end on a stop, and gives back what comes meanwhile', async () => {
    door.provider = says(['a', 'b', 'c'], { pause: 30 });
    room = new AgentRoom(door, { stopGrace: 2_000 });
    const turn = door.give({ text: 'hi' });
    await door.until(() => door.open.get(turn.id) === 'a');
    room.terminate();
    const late = door.give({ text: 'too late', chat: '2' });
    expect((await door.reply(late)).end).toBeNull();
    expect(await door.reply(turn)).toMatchObject({ text: 'abc', end: { outcome: 'answered' } });
    await room.finished;
  });

  it('gives back what does not end in time', async () => {
    door.provider = breaksOff(['Half'], 'silent');
    room = new AgentRoom(door, { stopGrace: 50 });
    const turn = door.give({ text: 'hi' });
    await door.until(() => door.open.get(turn.id) === 'Half');
    room.terminate();
    expect((await door.reply(turn)).end).toBeNull();
    await room.finished;
  });
});
