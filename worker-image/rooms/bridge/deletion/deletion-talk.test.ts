/** Asking twice: the code is this room's own, and only its user, in the same chat, in time, can use it. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { DeletionOrder } from '../../../../contracts/deletion.js';
import { AraError } from '../../../../contracts/errors.js';
import { DeletionTalk } from './deletion-talk.js';
import type { Journal, JournalRow } from '../journal/journal.js';
import { delivered, DeskRig, message, temporaryJournal, text, answered, lines } from '../test-rig.js';

const LINK = 'https://ara.example/receipt#token';
let journal: Journal;
let begun: (DeletionOrder & { key: string })[];
let now: number;
let talk: DeletionTalk;
let fails: AraError | null;

const gateway = {
  previewDeletion: async () => ({
    lines: [
      { what: 'conversations' as const, items: 12, bytes: 3_400_000 },
      { what: 'memory' as const, items: null, bytes: null },
      { what: 'queue' as const, items: 0, bytes: 0 },
    ],
  }),
  beginDeletion: async (request: DeletionOrder & { key: string }) => {
    if (fails) throw fails;
    begun.push(request);
    return { id: '0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001', receipt: LINK };
  },
};

beforeEach(() => {
  journal = temporaryJournal();
  begun = [];
  fails = null;
  now = 1_000_000;
  talk = new DeletionTalk({ journal, gateway, now: () => now });
});

const row = (words: string, chat = 'chat'): JournalRow => delivered(journal, message(words, chat))[0]!;
const say = (words: string, chat?: string): Promise<string> => talk.answer(row(words, chat))!;
const codeIn = (words: string): string => /confirm (\d{6})`/.exec(words)![1]!;
const other = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

describe('first', () => {
  it('it says what goes, how much of it, and what stays, and begins nothing', async () => {
    const words = await say('/clear');
    expect(words).toContain('conversations: 12 (3.4 MB)');
    expect(words).toContain('memory, in files: all there is');
    expect(words).toContain('messages on their way: none');
    expect(words).toContain('settings, channels and reminders stay');
    expect(codeIn(words)).toMatch(/^\d{6}$/);
    expect(begun).toEqual([]);
  });

  it('the code lies nowhere in readable form', async () => {
    const code = codeIn(await say('/clear'));
    const facts = journal.all<{ value: string }>('SELECT value FROM facts');
    expect(JSON.stringify(facts)).not.toContain(code);
  });

  it.each(['/delete', '/delete everything', '/clear everything', '/delete account now', '/clear confirm'])(
    '%s makes no code',
    async (words) => {
      expect(await say(words)).not.toMatch(/\d{6}/);
      expect(journal.fact('deletion.pending')).toBeNull();
    },
  );
});

describe('the code', () => {
  it.each([
    ['/clear', '/clear', { kind: 'memory', files: false }],
    ['/clear files', '/clear', { kind: 'memory', files: true }],
    ['/CLEAR@my_bot  Files', '/Clear@my_bot', { kind: 'memory', files: true }],
    ['/delete container', '/delete', { kind: 'container', files: true }],
    ['/delete account', '/delete', { kind: 'account', files: true }],
  ])('of %s begins that very deletion, once', async (asked, confirms, order) => {
    const code = codeIn(await say(asked));
    expect(await say(`${confirms} confirm ${code}`)).toContain(LINK);
    expect(begun).toMatchObject([order]);
    expect(await say(`${confirms} confirm ${code}`)).toContain('There is no code');
    expect(begun).toHaveLength(1);
  });

  it('counts in the chat that asked only, and for what was asked', async () => {
    const code = codeIn(await say('/clear'));
    expect(await say(`/clear confirm ${code}`, 'another')).toContain('There is no code');
    expect(await say(`/delete confirm ${code}`)).toContain('There is no code');
    expect(begun).toEqual([]);
    await say(`/clear confirm ${code}`);
    expect(begun).toHaveLength(1);
  });

  it('takes three tries', async () => {
    const code = codeIn(await say('/delete account'));
    expect(await say(`/delete confirm ${other(code)}`)).toContain('2 tries left');
    expect(await say('/delete confirm 12')).toContain('1 try left');
    expect(await say(`/delete confirm ${other(code)}`)).toContain('void');
    expect(await say(`/delete confirm ${code}`)).toContain('There is no code');
    expect(begun).toEqual([]);
  });

  it('lives for ten minutes', async () => {
    const code = codeIn(await say('/delete account'));
    now += 10 * 60_000;
    expect(await say(`/delete confirm ${code}`)).toContain('run out');
    expect(begun).toEqual([]);
  });

  it('of an earlier question is void once it is asked anew', async () => {
    const first = codeIn(await say('/delete account'));
    const second = codeIn(await say('/clear'));
    await say(`/delete confirm ${first}`);
    expect(begun).toEqual([]);
    await say(`/clear confirm ${second}`);
    expect(begun).toHaveLength(1);
  });

  it('survives a restart of the room', async () => {
    const code = codeIn(await say('/clear'));
    talk = new DeletionTalk({ journal, gateway, now: () => now });
    await say(`/clear confirm ${code}`);
    expect(begun).toHaveLength(1);
  });
});

describe('what nobody wrote', () => {
  it('never asks and never confirms', async () => {
    const code = codeIn(await say('/clear'));
    for (const words of ['/clear', `/clear confirm ${code}`, '/delete account']) {
      const own = journal.acceptOwn({
        key: `reminder.${words.length}`,
        channel: 'telegram',
        chat: row('hello').chat,
        text: words,
      })!;
      expect(talk.answer(own)).toBeNull();
    }
    expect(begun).toEqual([]);
  });

  it('nor does a message that only speaks of it', () => {
    for (const words of ['please /clear', 'clear confirm 123456', '/clearly', '/help'])
      expect(talk.answer(row(words))).toBeNull();
  });
});

describe('after a crash between the right code and the beginning', () => {
  it('the same message begins it, by the same name', async () => {
    const code = codeIn(await say('/clear'));
    const confirms = row(`/clear confirm ${code}`);
    // As the journal was when the room died: the code is used up, and the gateway may or may not know.
    const dying = new DeletionTalk({
      journal,
      gateway: { ...gateway, beginDeletion: () => new Promise<never>(() => undefined) },
      now: () => now,
    });
    void dying.answer(confirms);
    const again = new DeletionTalk({ journal, gateway, now: () => now });
    expect(await again.answer(confirms)!).toContain(LINK);
    expect(begun).toMatchObject([{ kind: 'memory', key: `chat.${confirms.seq}-${confirms.sentAt}` }]);
  });

  it('a gateway that refuses deletes nothing, and says so', async () => {
    const code = codeIn(await say('/clear'));
    fails = new AraError('being-deleted');
    expect(await say(`/clear confirm ${code}`)).toContain('being deleted already');
  });
});

describe('at the desk', () => {
  it('no agent hears of it, and it is answered when none ever comes', async () => {
    const rig = new DeskRig(undefined, (each) =>
      each.text.startsWith('/clear') ? Promise.resolve('code 123456') : null,
    );
    rig.offer('/clear');
    await rig.ended(1);
    expect(rig.bridge.seen).toEqual(['<code 123456>']);
    expect(await rig.next()).toBeNull();
    expect(rig.states()).toEqual(['answered']);
    rig.offer('/help');
    const turn = await rig.next();
    expect(turn?.text).toBe('/help');
    await rig.desk.take(turn!.id, lines(text('help'), answered));
    // Nothing of it stays.
    expect(JSON.stringify(rig.journal.all('SELECT * FROM replies'))).not.toContain('123456');
  });

  it('after a restart it is still answered here', async () => {
    const rig = new DeskRig(undefined, (each) =>
      each.text.startsWith('/delete') ? Promise.resolve('later') : null,
    );
    rig.running = false;
    rig.offer('/delete account');
    await rig.desk.stop();
    rig.running = true;
    rig.restart();
    await rig.ended(1);
    expect(rig.bridge.seen).toEqual(['<later>']);
    expect(rig.agentStarts).toBe(0);
  });
});
