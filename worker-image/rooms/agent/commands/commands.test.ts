/** Tests of the slash commands, as the user meets them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentRoom } from '../testing/agent-room.js';
import { FakeRoomsDoor } from '../testing/fake-rooms-door.js';
import { says } from '../testing/provider-streams.js';
import { editDistance } from './edit-distance.js';

describe('commands', () => {
  let door: FakeRoomsDoor;
  let room: AgentRoom;

  beforeEach(async () => {
    door = new FakeRoomsDoor();
    await door.listen();
    room = new AgentRoom(door);
    door.provider = says(['fine']);
  });
  afterEach(async () => {
    await room.stop();
    await door.close();
  });

  const send = async (text: string, more: object = {}): Promise<string> => {
    const reply = await door.reply(door.give({ text, ...more }));
    expect(reply.end).toMatchObject({ outcome: 'answered', model: null });
    return reply.text;
  };

  it('/help lists every command, /start greets as well', async () => {
    const help = await send('/help');
    for (const name of ['help', 'new', 'status', 'stop']) expect(help).toContain(`- /${name}: `);
    expect(await send('/start payload')).toMatch(/^Hello, I am Ara/);
  });

  it('/new starts a new conversation', async () => {
    await door.reply(door.give({ text: 'my name is Kim' }));
    await send('/new');
    await door.reply(door.give({ text: 'who am I?' }));
    expect(door.modelCalls[1]?.body.messages).toEqual([{ role: 'user', content: 'who am I?' }]);
  });

  it('/status tells how things are', async () => {
    await door.reply(door.give({ text: 'hi' }));
    const models = [
      { provider: 'anthropic', model: 'claude-test' },
      { provider: 'openai', model: 'gpt-test' },
    ];
    const channels = [{ channel: 'telegram', state: 'needs-relink' }];
    const status = await send('/status', { models, status: { channels, waiting: 3 } });
    expect(status).toContain('Model: Anthropic claude-test (if that fails: OpenAI gpt-test)');
    expect(status).toContain('Channel telegram: needs relink. The platform refused the token.');
    expect(status).toContain('Messages: 0 being answered, 3 waiting');
    expect(status).toContain('This conversation: 1 turn');
  });

  it('understands capitals and the name of the bot', async () => {
    expect(await send('/HELP@my_bot')).toContain('Commands:');
  });

  it('suggests the nearest name for an unknown one', async () => {
    expect(await send('/hlep')).toBe(
      'I do not know /hlep. Did you mean /help? /help lists what I understand.',
    );
    expect(await send('/something')).not.toContain('Did you mean');
  });

  it('explains itself when the text is no command at all', async () => {
    expect(await send('/etc/passwd is what?')).toContain('put a word before it');
  });
});

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['stop', 'stop', 0],
    ['stp', 'stop', 1],
    ['sotp', 'stop', 1],
    ['halp', 'help', 1],
    ['news', 'new', 1],
    ['', 'new', 3],
  ])('of %s and %s is %i', (one, other, distance) => {
    expect(editDistance(one, other)).toBe(distance);
  });
});
