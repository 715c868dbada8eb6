import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentHoldings, conversation, conversationList } from '../../../../contracts/content.js';
import { chatId } from '../../../../contracts/ids.js';
import { makeConversationId, parseConversationId } from './conversation-id.js';
import { ContentRig } from './test-rig.js';

let rig: ContentRig;
beforeEach(async () => {
  rig = new ContentRig();
  await rig.start();
});
afterEach(() => rig.stop());

const chat = (id: string) => ({ channel: 'telegram' as const, chat: chatId.parse(id) });
const list = async (words?: string) => {
  const query = words === undefined ? '' : `?words=${encodeURIComponent(words)}`;
  return (await rig.get(`conversations${query}`, conversationList)).conversations;
};
const titles = async (words?: string) => (await list(words)).map(({ title }) => title);
const read = (id: string, before?: number) =>
  rig.get(`conversations/${id}${before === undefined ? '' : `?before=${before}`}`, conversation);
const idOf = async (title: string) => (await list()).find((each) => each.title === title)?.id ?? '';

describe('the list', () => {
  it('has one line for each session of each chat, newest first', async () => {
    expect(await list()).toEqual([]);
    rig.said('How do I make tea?', 'Boil water.');
    rig.said('And coffee?', 'Grind beans.');
    rig.assistant.conversation.startSession(chat('1'));
    rig.said('Something else', 'Yes.');
    rig.said('From the browser', 'Hello.', 'web', 'web');
    const lines = await list();
    expect(
      lines.map(({ title, channel, turns, lastAt, excerpt }) => [title, channel, turns, lastAt, excerpt]),
    ).toEqual([
      ['From the browser', 'web', 1, 4_000, null],
      ['Something else', 'telegram', 1, 3_000, null],
      ['How do I make tea?', 'telegram', 2, 2_000, null],
    ]);
    expect(new Set(lines.map(({ id }) => id)).size).toBe(3);
    for (const { id } of lines) expect(id).toMatch(/^[\w-]+$/);
  });

  it('cuts a long first question at a word', async () => {
    rig.said(`${'word '.repeat(30)}\nmore`, 'x');
    expect(await titles()).toEqual([`${'word '.repeat(16).trim()}…`]);
  });
});

describe('the search', () => {
  it('finds those that have all the words, whoever said them, each with the place', async () => {
    rig.said('How do I make green tea?', 'Boil water, then wait.');
    rig.said('Tea?', 'No.', '2');
    rig.said('Coffee', 'Grind beans.', '3');
    expect(await titles('green tea')).toEqual(['How do I make green tea?']);
    expect(await titles('TEA')).toEqual(['Tea?', 'How do I make green tea?']);
    expect(await titles('grind')).toEqual(['Coffee']);
    expect((await list('water'))[0]?.excerpt).toContain('Boil water');
    expect(await titles('chocolate')).toEqual([]);
    expect(await titles('gree')).toEqual(['How do I make green tea?']);
    expect(await titles(' ')).toHaveLength(3);
  });

  it('knows each conversation once, though many turns have the words', async () => {
    for (let at = 0; at < 30; at += 1) rig.said(`needle ${at}`, 'x');
    expect(await list('needle')).toHaveLength(1);
  });
});

describe('a conversation', () => {
  it('is read from its end, fifty turns at a time, oldest first', async () => {
    for (let at = 1; at <= 120; at += 1) rig.said(`question ${at}`, `answer ${at}`);
    rig.said('other', 'chat', '2');
    const id = await idOf('question 1');
    const last = await read(id);
    expect([last.turns.length, last.turns[0]?.question, last.turns.at(-1)?.question]).toEqual([
      50,
      'question 71',
      'question 120',
    ]);
    expect(last.turns.at(-1)).toMatchObject({
      answer: 'answer 120',
      sentAt: 120_000,
      state: 'answered',
      model: 'claude-test',
    });
    expect(last.older).toBe(last.turns[0]?.position);
    const middle = await read(id, last.older!);
    const first = await read(id, middle.older!);
    expect([middle.turns.length, first.turns.length, first.older]).toEqual([50, 20, null]);
    expect(first.turns[0]?.question).toBe('question 1');
  });

  it('with very long turns comes in pages that a door has room for', async () => {
    for (let at = 0; at < 5; at += 1) rig.said(`${at} ${'語'.repeat(99_000)}`, 'ß'.repeat(400_000));
    const id = (await list())[0]!.id;
    const { turns, older } = await read(id);
    expect(turns).toHaveLength(1);
    expect((await read(id, older!)).turns[0]?.question).toMatch(/^3/);
  });

  it('shows a turn that runs', async () => {
    rig.begun('still asking');
    const { turns } = await read((await list())[0]!.id);
    expect(turns).toMatchObject([{ question: 'still asking', answer: '', state: 'running', model: null }]);
  });

  it('that is not there is not found, whatever its name', async () => {
    const ids = ['x', 'AAAA', makeConversationId({ ...chat('9'), session: 0 }), `${await idOf('x')}=`];
    for (const id of ids.filter(Boolean)) await expect(read(id)).rejects.toMatchObject({ code: 'not-found' });
    await expect(read('x', 0)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a conversation that is deleted', () => {
  it('is gone with its summary, what was held in it, and from the search, down to the bytes', async () => {
    rig.said('my canary-77 question', 'a canary-77 answer');
    rig.said('what stays', 'stays', '2');
    const { summaries, held, steps } = rig.assistant;
    summaries.put(chat('1'), 0, { upTo: 1, text: 'canary-77 in short' });
    held.hold({ ...chat('1'), id: 9 }, 'canary-77 held');
    const running = rig.begun('canary-77 that a crash cut short');
    const result = {
      type: 'tool-result' as const,
      id: 'a',
      name: 'recall',
      text: 'canary-77',
      failed: false,
      images: [],
    };
    steps.add(running, { type: 'result', result });
    expect(await titles('canary')).toHaveLength(1);
    expect(rig.filesHolding('canary-77').length).toBeGreaterThan(1);
    await rig.delete(`conversations/${await idOf('my canary-77 question')}`);
    expect(rig.filesHolding('canary-77')).toEqual([]);
    expect(await titles()).toEqual(['what stays']);
    expect(await titles('canary')).toEqual([]);
    expect(await titles('stays')).toEqual(['what stays']);
    expect(held.of(chat('1'))).toBeNull();
  });

  it('leaves the other sessions of its chat, with what is held there', async () => {
    rig.said('first', 'x');
    rig.assistant.conversation.startSession(chat('1'));
    rig.said('second', 'y');
    rig.assistant.summaries.put(chat('1'), 1, { upTo: 2, text: 'second in short' });
    rig.assistant.held.hold({ ...chat('1'), id: 9 }, 'card number');
    await rig.delete(`conversations/${await idOf('first')}`);
    expect(await titles()).toEqual(['second']);
    expect(rig.assistant.summaries.of(chat('1'), 1).text).toBe('second in short');
    expect(rig.assistant.held.of(chat('1'))?.text).toBe('card number');
  });

  it('is refused while a turn of it runs, and only then', async () => {
    rig.said('first', 'x');
    rig.assistant.conversation.startSession(chat('1'));
    rig.begun('second');
    rig.answering.add('telegram|1');
    const second = await idOf('second');
    await expect(rig.delete(`conversations/${second}`)).rejects.toMatchObject({ code: 'conflict' });
    expect(await titles()).toEqual(['second', 'first']);
    await rig.delete(`conversations/${await idOf('first')}`);
    rig.answering.clear();
    // What a crash cut short runs no more.
    await rig.delete(`conversations/${second}`);
    expect(await titles()).toEqual([]);
    await expect(rig.delete(`conversations/${second}`)).rejects.toMatchObject({ code: 'not-found' });
  });
});

it('tells how much there is of each kind', async () => {
  rig.said('ß', 'four');
  rig.said('x', '', '2');
  await rig.put('memory/MEMORY.md', { text: '- tea\n' });
  (await rig.assistant.workspace()).write('a/b.txt', Buffer.from('abc'));
  expect(await rig.get('holdings', contentHoldings)).toEqual({
    conversations: { items: 2, bytes: 7 },
    memory: { items: 1, bytes: 6 },
    files: { items: 1, bytes: 3 },
  });
});

it('names a conversation so that only its own name leads to it', () => {
  const key = { channel: 'telegram' as const, chat: chatId.parse('!a|b:example.org'), session: 12 };
  const id = makeConversationId(key);
  expect(parseConversationId(id)).toEqual(key);
  for (const other of [`${id}=`, `${id}A`, `${id}.`, '', 'telegram|1|0'])
    expect(() => parseConversationId(other)).toThrow(expect.objectContaining({ code: 'not-found' }));
});
