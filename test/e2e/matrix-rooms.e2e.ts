/** What the Matrix bridge makes of rooms, and how it bears trouble, against a real homeserver. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChatId, PlatformMessageId } from '../../contracts/ids.js';
import { refusalOf } from '../../bridges/conformance.js';
import type { MatrixBridge } from '../../bridges/matrix/index.js';
import {
  join,
  makeRig,
  relationOf,
  shownBy,
  startHomeserver,
  type Homeserver,
  type Rig,
} from '../../bridges/matrix/test-rig.js';
import { RecordingHost, soon } from '../../bridges/recording-host.js';
import { SYNAPSE_STARTS_WITHIN } from '../kit/matrix/synapse.js';

let home: Homeserver;
let bridges: MatrixBridge[] = [];

beforeAll(async () => {
  home = await startHomeserver();
}, SYNAPSE_STARTS_WITHIN);
afterAll(() => home.stop());
afterEach(async () => {
  for (const bridge of bridges) await bridge.stop();
  bridges = [];
});

interface Running {
  rig: Rig;
  host: RecordingHost;
  bridge: MatrixBridge;
}

async function running(options: Parameters<typeof makeRig>[1] = {}, at = home): Promise<Running> {
  const rig = await makeRig(at, options);
  const host = new RecordingHost(at.agent, rig.owner.user.id);
  const bridge = rig.open(host);
  bridges.push(bridge);
  bridge.start();
  await host.reaches('connected');
  return { rig, host, bridge };
}

let keys = 0;
const send = (bridge: MatrixBridge, chat: ChatId, text: string): Promise<string> =>
  bridge.send(chat, bridge.render(text)[0]!, `test-${++keys}`);

describe('invitations', () => {
  it('of the owner are accepted, and what was said before that is heard', async () => {
    const { rig, host } = await running();
    const room = await rig.owner.createRoom({ invite: [rig.bot.id] });
    for (const text of ['hello', 'are you there?']) await rig.owner.say(room, text);
    await soon(() => expect(host.texts()).toEqual(['hello', 'are you there?']));
    expect(new Set(host.journal.map(({ chat }) => chat))).toEqual(new Set([room]));
  });

  it('are accepted when they came while we were away, and nothing older is answered', async () => {
    const { rig, host, bridge } = await running({ options: { timelineLimit: 2 } });
    await bridge.stop();
    const room = await rig.owner.createRoom({});
    await rig.owner.say(room, 'to myself');
    await rig.owner.call('POST', `/rooms/${encodeURIComponent(room)}/invite`, { user_id: rig.bot.id });
    for (let index = 0; index < 7; index++) await rig.owner.say(room, `to you ${index}`);
    bridge.start();
    await soon(() => expect(host.texts()).toEqual([0, 1, 2, 3, 4, 5, 6].map((index) => `to you ${index}`)));
  });

  it('of others are left alone', async () => {
    const { rig, host } = await running();
    const stranger = await home.people.logIn(await home.synapse.addUser(`stranger-${rig.bot.name}`));
    const room = await stranger.createRoom({ invite: [rig.bot.id] });
    await stranger.say(room, 'hello');
    await rig.owner.say(rig.room, 'it is me');
    await soon(() => expect(host.texts()).toEqual(['it is me']));
    const members = await stranger.call<{ joined: object }>(
      'GET',
      `/rooms/${encodeURIComponent(room)}/joined_members`,
    );
    expect(Object.keys(members.joined)).toEqual([stranger.user.id]);
  });
});

describe('a room with others', () => {
  async function group(): Promise<
    Running & { room: string; say: (body: string, more?: object) => Promise<string> }
  > {
    const { rig, host, bridge } = await running();
    const other = await home.people.logIn(await home.synapse.addUser(`friend-${rig.bot.name}`));
    const room = await rig.owner.createRoom({ invite: [rig.bot.id, other.user.id], name: 'Friends' });
    await join(home.synapse, other.user, room);
    await expect
      .poll(async () => {
        const path = `/rooms/${encodeURIComponent(room)}/joined_members`;
        return (await rig.owner.call<{ joined: object }>('GET', path)).joined;
      })
      .toHaveProperty([rig.bot.id]);
    const say = (body: string, more: object = {}): Promise<string> =>
      rig.owner.send(room, { msgtype: 'm.text', body, ...more });
    await other.send(room, { msgtype: 'm.text', body: `${rig.bot.id}: obey me`, ...mention(rig) });
    return { rig, host, bridge, room, say };
  }
  const mention = ({ bot }: Rig): object => ({ 'm.mentions': { user_ids: [bot.id] } });

  it('is heard only where the owner allowed it, and only when they speak to us', async () => {
    const { rig, host, room, say } = await group();
    await say('hello all');
    await say(`${rig.bot.id}: before it was allowed`, mention(rig));
    await rig.owner.say(rig.room, 'in between');
    await soon(() => expect(host.texts()).toEqual(['in between']));
    host.groups.add(room);
    await say('still to all');
    await say(`${rig.bot.id}: what is new?`, mention(rig));
    await say(`Hi ${rig.bot.name}, and you?`);
    await soon(() =>
      expect(host.texts()).toEqual(['in between', 'what is new?', `Hi ${rig.bot.name}, and you?`]),
    );
  });

  it('is heard when the owner replies to us, and read what they reply to', async () => {
    const { rig, host, bridge, room, say } = await group();
    host.groups.add(room);
    const ours = await send(bridge, room as ChatId, 'What shall I do?');
    const theirs = await say('Nothing to do with it.');
    await say('Not to you', { 'm.relates_to': { 'm.in_reply_to': { event_id: theirs } } });
    await say('The first.', { 'm.relates_to': { 'm.in_reply_to': { event_id: ours } } });
    await soon(() =>
      expect(host.journal).toMatchObject([{ text: 'The first.', quoted: 'What shall I do?' }]),
    );
    expect(shownBy(await rig.events(room), rig.bot.id)).toHaveLength(1);
  });
});

describe('messages', () => {
  it('are read as Markdown, with the aliases of commands', async () => {
    const { rig, host } = await running();
    const html =
      '<p><strong>Look</strong> at <a href="https://example.org">this</a></p><ul><li>one</li></ul>';
    const format = 'org.matrix.custom.html';
    await rig.owner.send(rig.room, { msgtype: 'm.text', body: 'Look at this', format, formatted_body: html });
    await rig.owner.say(rig.room, '!help me');
    await rig.owner.say(rig.room, '!important');
    const texts = ['**Look** at [this](https://example.org)\n\n- one', '/help me', '!important'];
    await soon(() => expect(host.texts()).toEqual(texts));
  });

  it('that are none of the user’s are passed over: notices, edits, reactions to anything, state', async () => {
    const { rig, host } = await running();
    await rig.owner.send(rig.room, { msgtype: 'm.notice', body: 'a program says' });
    const said = await rig.owner.say(rig.room, 'once');
    await rig.owner.send(rig.room, {
      msgtype: 'm.text',
      body: '* twice',
      'm.new_content': { msgtype: 'm.text', body: 'twice' },
      'm.relates_to': { rel_type: 'm.replace', event_id: said },
    });
    await rig.owner.send(
      rig.room,
      { 'm.relates_to': { rel_type: 'm.annotation', event_id: said, key: '👍' } },
      'm.reaction',
    );
    await rig.owner.call('PUT', `/rooms/${encodeURIComponent(rig.room)}/state/m.room.topic`, { topic: 'x' });
    await rig.owner.say(rig.room, 'last');
    await soon(() => expect(host.texts()).toEqual(['once', 'last']));
  });

  it('in a thread are a conversation of their own, and so are the answers', async () => {
    const { rig, host, bridge } = await running();
    const root = await rig.owner.say(rig.room, 'the beginning');
    const relation = { rel_type: 'm.thread', event_id: root, is_falling_back: true };
    const inThread = { ...relation, 'm.in_reply_to': { event_id: root } };
    await rig.owner.send(rig.room, { msgtype: 'm.text', body: 'aside', 'm.relates_to': inThread });
    const thread = `${rig.room}|${root}`;
    await soon(() =>
      expect(host.journal).toMatchObject([
        { text: 'the beginning', chat: rig.room },
        { text: 'aside', chat: thread, quoted: null },
      ]),
    );
    await send(bridge, thread as ChatId, 'an answer aside');
    const [answer] = shownBy(await rig.events(), rig.bot.id);
    expect(relationOf(answer!)).toMatchObject({ rel_type: 'm.thread', event_id: root });
  });

  it('that are sent twice with one key are shown once, in another process too', async () => {
    const { rig, host, bridge } = await running();
    const part = bridge.render('once')[0]!;
    const first = await bridge.send(rig.chat, part, 'one-key');
    await bridge.stop();
    const again = rig.open(host);
    bridges.push(again);
    expect(await again.send(rig.chat, part, 'one-key')).toBe(first);
    expect(await rig.seen()).toEqual(['once']);
  });

  it('call nobody by name, and carry no markup that was not meant', async () => {
    const { rig, bridge } = await running();
    await send(bridge, rig.chat, '@room <b onclick="x()">look</b> ![x](https://example.org/x.png)');
    const [sent] = shownBy(await rig.events(), rig.bot.id);
    expect(sent?.content).toMatchObject({ 'm.mentions': {} });
    const html = String(sent?.content['formatted_body']);
    expect(html).toContain('&lt;b onclick');
    expect(html).not.toMatch(/<img|<b /);
  });

  it('go only to rooms that an owner is in', async () => {
    const { rig, bridge } = await running();
    const stranger = await home.people.logIn(await home.synapse.addUser(`alone-${rig.bot.name}`));
    const room = await stranger.createRoom({ invite: [rig.bot.id] });
    await join(home.synapse, rig.bot, room);
    expect(await refusalOf(send(bridge, room as ChatId, 'a secret'))).toBe('refused');
    await bridge.showTyping(room as ChatId);
    expect(shownBy(await stranger.events(room), rig.bot.id)).toEqual([]);
  });
});

it('reacts, takes it back, shows what it read and that it types', async () => {
  const { rig, bridge, host } = await running();
  const said = (await rig.owner.say(rig.room, 'hello')) as PlatformMessageId;
  await soon(() => expect(host.texts()).toEqual(['hello']));
  const signs = async (): Promise<unknown[]> => {
    const events = await rig.events();
    const gone = new Set(events.map(({ redacts }) => redacts));
    const reactions = events.filter(({ type, id }) => type === 'm.reaction' && !gone.has(id));
    return reactions.map((event) => relationOf(event)?.['key']);
  };
  await bridge.react(rig.chat, said, '👀');
  expect(await signs()).toEqual(['👀']);
  await bridge.react(rig.chat, said, '✅');
  expect(await signs()).toEqual(['✅']);
  await bridge.stop();
  const again = rig.open(host);
  bridges.push(again);
  await again.react(rig.chat, said, null);
  expect(await signs()).toEqual([]);
  await again.react('no chat' as ChatId, said, '👀');

  await again.markRead(rig.chat, said);
  await again.showTyping(rig.chat);
  const ephemeral = (): Promise<unknown> => rig.owner.do('ephemeral', { room: rig.room });
  expect(await ephemeral()).toEqual(
    expect.arrayContaining([
      { type: 'receipt', event: said, user: rig.bot.id },
      { type: 'typing', users: [rig.bot.id] },
    ]),
  );
  await send(again, rig.chat, 'hello yourself');
  await expect
    .poll(async () => ((await ephemeral()) as { type: string; users: string[] }[]).at(-1))
    .toEqual({
      type: 'typing',
      users: [],
    });
});

describe('trouble', () => {
  it('a gap in the timeline is filled, in order', async () => {
    const { rig, host, bridge } = await running({ options: { timelineLimit: 3 } });
    await rig.owner.say(rig.room, 'before');
    await soon(() => expect(host.texts()).toEqual(['before']));
    await bridge.stop();
    const missed = Array.from({ length: 120 }, (_, index) => `missed ${index}`);
    for (const text of missed) await rig.owner.say(rig.room, text);
    bridge.start();
    await soon(() => expect(host.texts()).toHaveLength(121), 20_000);
    expect(host.texts()).toEqual(['before', ...missed]);
  });

  it('an outage is reported once, and outlived', async () => {
    const { rig, host, bridge } = await running();
    await home.synapse.goDown();
    await host.reaches('unreachable');
    await rig.owner.say(rig.room, 'are you there?');
    // Some sixty tries; five whole minutes, by the waits that it really has, are in the bridge's own test of an outage.
    await new Promise((done) => setTimeout(done, 2_500));
    expect(await refusalOf(send(bridge, rig.chat, 'hello'))).toBe('unreachable');
    await home.synapse.comeBack();
    await soon(() => expect(host.texts()).toEqual(['are you there?']));
    expect(host.states).toEqual(['connecting', 'connected', 'unreachable', 'connected']);
    await send(bridge, rig.chat, 'I am');
    expect(await rig.seen()).toEqual(['I am']);
  });

  it('the homeserver is killed and starts again: nothing is lost, nothing comes twice', async () => {
    const { rig, host, bridge } = await running();
    await rig.owner.say(rig.room, 'before');
    await soon(() => expect(host.texts()).toEqual(['before']));
    const part = bridge.render('answer')[0]!;
    const first = await bridge.send(rig.chat, part, 'over-the-restart');
    await home.synapse.restart();
    await rig.owner.say(rig.room, 'after');
    await soon(() => expect(host.texts()).toEqual(['before', 'after']), 20_000);
    expect(await bridge.send(rig.chat, part, 'over-the-restart')).toBe(first);
    expect(await rig.seen()).toEqual(['answer']);
  });

  it('rate limits are told with their wait', { timeout: 60_000 }, async () => {
    const slow = await startHomeserver('rc_message: { per_second: 0.5, burst_count: 3 }\n');
    try {
      const { rig, bridge } = await running({}, slow);
      const outcomes = [];
      for (let index = 0; index < 8; index++) {
        outcomes.push(await send(bridge, rig.chat, `message ${index}`).catch((error: unknown) => error));
      }
      const refused = outcomes.filter((outcome) => typeof outcome !== 'string');
      expect(refused.length).toBeGreaterThan(0);
      for (const error of refused) {
        expect(error).toMatchObject({ refusal: 'rate-limited' });
        expect((error as { retryAfter: number }).retryAfter).toBeGreaterThan(0);
      }
      await bridge.stop();
    } finally {
      await slow.stop();
    }
  });
});
