/** Tests of turns that do not run through: stopped by the user, cut off by a crash, given again. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentRoom } from './testing/agent-room.js';
import { FakeRoomsDoor } from './testing/fake-rooms-door.js';
import { breaksOff, inTurn, refuses, says } from './testing/provider-streams.js';

describe('an interrupted turn', () => {
  let door: FakeRoomsDoor;
  let room: AgentRoom;
  const restart = (): void => {
    room = new AgentRoom(door);
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
    expect(door.said(1)).toEqual(['a story', 'Once upon', 'other']);
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
    expect(door.said(1)).toEqual(['hi']);
    expect(room.assistant.conversation.turnCount(again)).toBe(1);
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
    expect(room.assistant.conversation.turnCount(turn)).toBe(1);
  });
});
