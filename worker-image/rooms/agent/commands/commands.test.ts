/** Tests of the slash commands, as the user meets them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandLines } from '../../../../contracts/commands.js';
import { AgentRoom } from '../testing/agent-room.js';
import { FakeRoomsDoor } from '../testing/fake-rooms-door.js';
import { says } from '../testing/provider-streams.js';
import { nearest } from './nearest.js';

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
    for (const { name } of commandLines) expect(help).toContain(`- /${name}: `);
    expect(await send('/start payload')).toMatch(/^Hello, I am Ara/);
  });

  it('/new starts a new conversation', async () => {
    await door.reply(door.give({ text: 'my name is Kim' }));
    await send('/new');
    await door.reply(door.give({ text: 'who am I?' }));
    expect(door.said(1)).toEqual(['who am I?']);
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
    expect(status).toContain('Channel telegram: needs relink. The platform no longer accepts the link.');
    expect(status).toContain('Messages: 0 being answered, 3 waiting');
    expect(status).toContain('This conversation: 1 turn');
  });

  it('answers every command of the list, without a model', async () => {
    for (const { name } of commandLines)
      expect(await send(`/${name}`)).not.toMatch(/I do not know|went wrong/);
    expect(door.modelCalls).toHaveLength(0);
  });

  it('/retry answers the last message again, in the place of the old answer', async () => {
    expect(await send('/retry')).toContain('nothing to answer again');
    await door.reply(door.give({ text: 'tell a joke' }));
    door.provider = says(['better']);
    const reply = await door.reply(door.give({ text: '/retry' }));
    expect(reply).toMatchObject({ text: 'better', end: { outcome: 'answered', leaveNoTrace: false } });
    await door.reply(door.give({ text: 'and now?' }));
    expect(door.said(2)).toEqual(['tell a joke', 'better', 'and now?']);
  });

  it('/undo takes the last message back', async () => {
    await door.reply(door.give({ text: 'my name is Kim' }));
    expect(await send('/undo')).toContain('Taken back: “my name is Kim”');
    expect(await send('/undo')).toContain('nothing to take back');
    await door.reply(door.give({ text: 'who am I?' }));
    expect(door.said(1)).toEqual(['who am I?']);
  });

  it('/model lists what there is and chooses, here or everywhere', async () => {
    const models = [
      { provider: 'anthropic', model: 'claude-test' },
      { provider: 'openai', model: 'gpt-test' },
    ];
    const more = { contextTokens: 100_000, outputTokens: 8_000, images: true, thinking: true };
    const price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };
    door.catalogue = [
      { provider: 'anthropic', model: 'claude-test', ...more, price },
      { provider: 'openai', model: 'gpt-test', ...more, price: null },
    ];
    expect(await send('/model', { models })).toContain('`claude-test` (anthropic): $3 in, $15 out');
    expect(await send('/model gpt', { models })).toBe('OpenAI gpt-test answers in all chats from now on.');
    await door.reply(door.give({ text: 'hi', models }));
    expect(door.modelCalls.at(-1)?.path).toMatch(/^openai/);
    expect(await send('/model here claude-test', { models })).toContain('in this chat');
    await door.reply(door.give({ text: 'hi', models }));
    expect(door.modelCalls.at(-1)?.path).toMatch(/^anthropic/);
    await door.reply(door.give({ text: 'hi', models, chat: '2' }));
    expect(door.modelCalls.at(-1)?.path).toMatch(/^openai/);
    expect(await send('/model claud-test', { models })).toContain('Did you mean `claude-test`?');
    expect(await send('/model test', { models })).toContain('Say which');
    expect(await send('/model default', { models })).toContain('Back to the order of your keys');
  });

  it('/settings changes what it is told and explains what it is not', async () => {
    expect(await send('/settings timezone berlin')).toContain('timezone: Europe/Berlin');
    expect(await send('/settings quiet 22:00-7:00')).toContain('quiet: 22:00-07:00');
    expect(await send('/settings busy queue')).toContain('busy: queue');
    expect(await send('/settings persona Be dry.')).toContain('persona: Be dry.');
    expect(await send('/settings name Zoë')).toContain('name: Zoë');
    await door.reply(door.give({ text: 'hi' }));
    expect(JSON.stringify(door.modelCalls.at(-1)?.body['system'])).toContain('You are Zoë, a personal');
    expect(await send('/settings name off')).toContain('name: Ara');
    expect(await send(`/settings name ${'x'.repeat(41)}`)).toContain('at most 40');
    expect(await send('/settings timezone Atlantis')).toContain('I know no time zone');
    expect(await send('/settings heartbeat 5')).toContain('from 30 to');
    expect(await send('/settings colour red')).toContain('There is no setting “colour”');
    expect(await send('/settings busi fast')).toContain('Did you mean busy?');
    expect(room.assistant.preferences.current).toMatchObject({ timeZone: 'Europe/Berlin', busy: 'queue' });
  });

  it('/usage and /budget tell what the bridge room counted', async () => {
    expect(await send('/usage')).toContain('nothing was spent');
    const row = {
      day: '2026-11-24',
      provider: 'anthropic' as const,
      model: 'claude-test',
      calls: 2,
      inputTokens: 1_000,
      cachedTokens: 9_000,
      outputTokens: 500,
      costMicros: 13_200,
    };
    door.spending = { caps: { day: 20_000, month: null }, today: 13_200, thisMonth: 13_200, rows: [row] };
    expect(await send('/usage')).toContain(
      'Anthropic claude-test: $0.0132, 2 calls, 10,000 tokens in (9,000 of them cached), 500 out',
    );
    expect(await send('/budget day 0.02')).toContain('Today: $0.0132 of $0.0200 spent (66 %)');
  });

  it('/privacy shows the list that the door goes by, and stops a host only through the bridge room', async () => {
    const row = {
      host: 'api.anthropic.com',
      ports: [443],
      purpose: 'model anthropic',
      by: 'model' as const,
      declared: true,
      stopped: false,
      open: 0,
      connections: 1,
      refused: 2,
      bytesUp: 1_500,
      bytesDown: 20,
      firstAt: 1,
      lastAt: 2,
    };
    door.hosts = [
      row,
      { ...row, host: 'b.example', stopped: true, bytesUp: 0, bytesDown: 0 },
      { ...row, host: 'refused.example', declared: false, purpose: 'refused' },
    ];
    const list = await send('/privacy');
    expect(list).toContain('- `api.anthropic.com` (model anthropic): 1.5 kB sent, 20 B received\n');
    expect(list).toContain('- `b.example` (model anthropic): **stopped**, not used yet\n');
    expect(list).not.toContain('refused.example');
    expect(list).toContain('6 tries to reach anything else');

    door.hostDecision = { outcome: 'stopped', host: 'api.anthropic.com' };
    expect(await send('/privacy stop api.anthropic.com')).toContain('`/privacy allow api.anthropic.com`');
    door.hostDecision = { outcome: 'needs-yes', host: 'a.example' };
    expect(await send('/privacy stop a.example')).toContain('Send `/privacy stop a.example yes`');
    door.hostDecision = { outcome: 'not-understood', host: null };
    expect(await send('/privacy stop')).toContain('Which host?');
  });

  it('/link and /unlink speak of no channel where only the browser is', async () => {
    const more = { channel: 'web', chat: 'web', status: { channels: [], waiting: 0 } };
    expect(await send('/link', more)).toMatch(/^No channel is linked\./);
    expect(await send('/unlink', more)).toBe('No channel is linked.');
    expect(await send('/unlink web yes', more)).toBe('No channel is linked.');
  });

  it('/unlink asks first, and then says which channel', async () => {
    expect(await send('/unlink')).toContain('Which channel? Linked: telegram.');
    expect(await send('/unlink telegram')).toContain('Send `/unlink telegram yes`');
    const reply = await door.reply(door.give({ text: '/unlink telegram yes' }));
    expect(reply.end).toMatchObject({ outcome: 'answered', unlink: 'telegram' });
  });

  it('/private asks with the conversation in view and keeps nothing', async () => {
    await door.reply(door.give({ text: 'my name is Kim' }));
    const reply = await door.reply(door.give({ text: '/private what is my name?' }));
    expect(reply).toMatchObject({ text: 'fine', end: { outcome: 'answered', leaveNoTrace: true } });
    expect(door.said(1)).toEqual(['my name is Kim', 'fine', 'what is my name?']);
    expect(door.modelCalls[1]?.raw).not.toContain('"remember"');
    await door.reply(door.give({ text: 'more' }));
    expect(door.said(2)).toEqual(['my name is Kim', 'fine', 'more']);
    expect(await send('/private card 4111 1111 1111 1111')).toContain('sent nothing to a model');
  });

  it('/memory prompt shows what the model is told', async () => {
    await send('/memory add I like tea');
    const shown = await send('/memory prompt');
    expect(shown).toContain('You are Ara');
    expect(shown).toContain('I like tea');
    expect(await send('/memory summary')).toContain('not had to sum up');
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

describe('nearest', () => {
  const known = ['stop', 'status', 'help', 'new'];

  it.each([
    ['stp', 'stop'],
    ['sotp', 'stop'],
    ['halp', 'help'],
    ['news', 'new'],
    ['stauts', 'status'],
    ['something', null],
  ])('to %s is %s', (word, expected) => {
    expect(nearest(word, known)).toBe(expected);
  });
});
