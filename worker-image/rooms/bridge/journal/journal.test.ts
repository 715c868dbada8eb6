/** The journal: each message once, in exactly one state, with one outcome, over any number of re-opens. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chatId } from '../../../../contracts/ids.js';
import { Journal, keyOfOwn } from './journal.js';
import { Outbox, type Ending } from './outbox.js';
import { delivered, message, picture, stateOf, temporaryFolder, temporaryJournal } from '../test-rig.js';

const ENDS = ['answered', 'failed', 'cancelled'] as const;
const OPEN = ['received', 'queued', 'delivered'];
type State = (typeof ENDS)[number] | 'received' | 'queued' | 'delivered';
afterEach(() => vi.useRealTimers());

/** What may happen to a journal; `at` picks one of few messages, so that they meet each other often. */
const operation = fc.oneof(
  fc.record({ do: fc.constantFrom('accept', 'acceptWebhook'), at: fc.nat(5) }),
  fc.record({ do: fc.constantFrom('queue', 'deliver', 'count'), at: fc.nat(5) }),
  fc.record({ do: fc.constantFrom(...ENDS), at: fc.nat(5) }),
  fc.record({ do: fc.constantFrom('recall', 'reopen'), at: fc.constant(0) }),
);

/** The journal as it should be: one state a message. */
class Model {
  readonly states = new Map<number, { seq: number; state: State; attempts: number }>();

  apply(journal: Journal, what: string, at: number): void {
    const name = `chat.${at}`;
    const known = this.states.get(at);
    const seq = known?.seq ?? 999;
    const accept = (state: 'received' | 'delivered'): void => {
      const fresh = journal.accept('telegram', [message(`text ${at}`, 'chat', name)], `after ${at}`, state);
      expect(fresh).toHaveLength(known ? 0 : 1);
      if (fresh[0]) this.states.set(at, { seq: fresh[0].seq, state, attempts: 0 });
    };
    const end = (outcome: (typeof ENDS)[number]): void => {
      journal.end([seq], outcome, null);
      if (known?.state === 'delivered') known.state = outcome;
    };
    const operations: Record<string, () => void> = {
      accept: () => accept('received'),
      acceptWebhook: () => accept('delivered'),
      queue: () => {
        journal.markQueued([seq]);
        if (known?.state === 'received') known.state = 'queued';
      },
      deliver: () => {
        const [row] = journal.deliver('telegram', [name]);
        const moves = known?.state === 'received' || known?.state === 'queued';
        expect(row?.seq).toBe(moves ? seq : undefined);
        if (moves) known.state = 'delivered';
      },
      count: () => expect(journal.bind(seq, [seq])).toEqual([known ? ++known.attempts : 0]),
      recall: () => {
        journal.handInAgain(Date.now());
        for (const each of this.states.values()) if (each.state === 'queued') each.state = 'received';
      },
      answered: () => end('answered'),
      failed: () => end('failed'),
      cancelled: () => end('cancelled'),
      reopen: () => undefined,
    };
    operations[what]!();
  }

  check(journal: Journal): void {
    for (const [at, { seq, state, attempts }] of this.states) {
      const text = OPEN.includes(state) ? `text ${at}` : '';
      expect(stateOf(journal, seq)).toMatchObject({ state, text, attempts });
    }
    const counts: Record<string, number> = {};
    for (const { state } of this.states.values()) counts[state] = (counts[state] ?? 0) + 1;
    expect(journal.counts()).toEqual(counts);
    const inState = (wanted: State): number[] =>
      [...this.states.values()]
        .filter(({ state }) => state === wanted)
        .map(({ seq }) => seq)
        .sort((a, b) => a - b);
    expect(journal.received(100).map(({ seq }) => seq)).toEqual(inState('received'));
    expect(journal.delivered().map(({ seq }) => seq)).toEqual(inState('delivered'));
  }
}

it('keeps each message in exactly the state that its history leads to, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
      const path = join(temporaryFolder(), 'journal.sqlite');
      let journal = new Journal(path);
      const model = new Model();
      for (const { do: what, at } of operations) {
        if (what === 'reopen') {
          journal.close();
          journal = new Journal(path);
        }
        model.apply(journal, what, at);
        model.check(journal);
      }
      journal.close();
    }),
    { numRuns: 40 },
  );
});

describe('accepting', () => {
  it('writes messages and checkpoint together, or neither', () => {
    const journal = temporaryJournal();
    const broken = { ...message('two'), text: undefined as unknown as string };
    journal.accept('telegram', [message('zero')], '41', 'received');
    expect(() => journal.accept('telegram', [message('one'), broken], '42', 'received')).toThrow();
    expect(journal.received(9).map(({ text }) => text)).toEqual(['zero']);
    expect(journal.fact('telegram.checkpoint')).toBe('41');
  });

  it('returns only what is new, also when one batch holds a message twice', () => {
    const journal = temporaryJournal();
    const [one, two] = [message('one', 'a', 'a.1'), message('two', 'a', 'a.2')];
    journal.accept('telegram', [one], null, 'received');
    const fresh = journal.accept('telegram', [one, two, two], '7', 'received');
    expect(fresh.map(({ text }) => text)).toEqual(['two']);
    expect(fresh[0]).toMatchObject({
      kind: 'message',
      state: 'received',
      attempts: 0,
      chat: 'a',
      platformId: 'a.2',
    });
  });

  it('tells commands from messages by their first letter', () => {
    const rows = delivered(temporaryJournal(), message('/stop'), message('a /stop'), message(' /x'));
    expect(rows.map(({ kind }) => kind)).toEqual(['command', 'message', 'message']);
  });

  it('keeps every character', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (text) => {
        const [row] = delivered(temporaryJournal(), message(text));
        expect(row?.text).toBe(text);
      }),
      { numRuns: 20, examples: [["Robert'); DROP TABLE messages;--"]] },
    );
  });
});

describe('handing in', () => {
  it('counts how often, and recalls only what was queued long enough ago', () => {
    vi.useFakeTimers({ now: 1_000, toFake: ['Date'] });
    const journal = temporaryJournal();
    const rows = journal.accept('telegram', [message('one'), message('two')], null, 'received');
    const [one, two] = rows.map(({ seq }) => seq) as [number, number];
    journal.markQueued([one]);
    vi.setSystemTime(2_000);
    journal.markQueued([two]);
    expect(journal.handInAgain(1_500)).toBe(1);
    expect(journal.received(9).map(({ seq }) => seq)).toEqual([one]);
    journal.markQueued([one]);
    expect([one, two].map((seq) => journal.handedIn(seq))).toEqual([2, 1]);
  });
});

describe('a gap', () => {
  it('is an earlier message of the same chat that is not delivered yet, and no command', () => {
    const journal = temporaryJournal();
    const accept = (text: string, chat: string) =>
      journal.accept('telegram', [message(text, chat)], null, 'received')[0]!;
    accept('/new', 'a');
    accept('other chat', 'b');
    const early = accept('early', 'a');
    const late = accept('late', 'a');
    expect(journal.hasGapBefore(early.seq, 'telegram', early.chat)).toBe(false);
    expect(journal.hasGapBefore(late.seq, 'telegram', late.chat)).toBe(true);
    journal.markQueued([early.seq]);
    expect(journal.hasGapBefore(late.seq, 'telegram', late.chat)).toBe(true);
    journal.deliver('telegram', [early.platformId]);
    expect(journal.hasGapBefore(late.seq, 'telegram', late.chat)).toBe(false);
  });
});

describe('the end', () => {
  it('wipes the words, those of the answer too, out of the file', () => {
    const path = join(temporaryFolder(), 'journal.sqlite');
    const journal = new Journal(path);
    const brought = { attachments: [picture('CANARY-REFERENCE')], quoted: 'CANARY-QUOTED' };
    const [row] = delivered(journal, { ...message('CANARY-OF-THE-USER'), ...brought });
    journal.run(`INSERT INTO replies VALUES (?, ?, '{}', ?)`, row!.seq, 'CANARY-OF-ARA', '["CANARY"]');
    journal.run(
      `INSERT INTO outgoing_files VALUES (?, 1, ?, 7, 'sent', NULL, 'file', 'text/plain', NULL)`,
      row!.seq,
      'CANARY-FILE',
    );
    journal.run(
      `INSERT INTO outbox VALUES (?, 0, 'planned', NULL, ?, NULL, NULL)`,
      row!.seq,
      'CANARY-OF-THE-OUTBOX',
    );
    journal.end([row!.seq], 'answered', null);
    journal.close();
    expect(readFileSync(path).includes('CANARY')).toBe(false);
  });

  it('comes to a message that was not delivered only after it was', () => {
    const journal = temporaryJournal();
    const [row] = journal.accept('telegram', [message('one')], null, 'received');
    journal.end([row!.seq], 'answered', null);
    expect(stateOf(journal, row!.seq)).toMatchObject({ state: 'received', text: 'one' });
  });
});

describe('the end without a trace', () => {
  /** Answers whose growing moves the fifth to another page, and leaves its bytes behind in the first. */
  const MOVES = [
    [5, 307],
    [10, 330],
    [1, 3138],
    [6, 398],
    [10, 2697],
    [7, 361],
    [2, 390],
    [1, 0],
    [11, 3024],
    [6, 0],
  ];

  it('also takes what moved within the file', () => {
    const path = join(temporaryFolder(), 'journal.sqlite');
    const journal = new Journal(path);
    const rows = delivered(journal, ...Array.from({ length: 11 }, () => message('x')));
    const outbox = new Outbox(journal);
    for (const [seq = 0, length = 0] of MOVES) {
      const text = (seq === 5 ? 'CANARY' : '') + 'x'.repeat(length);
      if (length > 0) outbox.keepFinal(seq, { text, choices: [], ending: {} as Ending });
      else journal.run('DELETE FROM replies WHERE seq = ?', seq);
    }
    journal.end([5], 'answered', null, true);
    journal.eraseTraces();
    for (const file of [path, `${path}-wal`]) expect(readFileSync(file).includes('CANARY')).toBe(false);
    expect(journal.delivered()).toHaveLength(rows.length - 1);
    expect(outbox.final(10)?.text).toHaveLength(2697);
    journal.close();
  });
});

describe('a turn that nobody wrote', () => {
  const request = (key: string, chat = 'chat') => ({
    key,
    channel: 'telegram' as const,
    chat: chatId.parse(chat),
    text: 'take your medicine',
  });

  it('is there at once, and once for its key, also after its outcome and a start', () => {
    const path = join(temporaryFolder(), 'journal.sqlite');
    let journal = new Journal(path);
    const row = journal.acceptOwn(request('reminder.1'))!;
    expect(row).toMatchObject({ kind: 'own', state: 'delivered', text: 'take your medicine', turn: null });
    expect(keyOfOwn(row)).toBe('reminder.1');
    expect(journal.delivered()).toEqual([row]);
    journal.end([row.seq], 'answered', null);
    journal.close();
    journal = new Journal(path);
    expect(journal.hasOwn('reminder.1')).toBe(true);
    expect(journal.acceptOwn(request('reminder.1'))).toBeNull();
    expect(journal.hasOwn('reminder.2')).toBe(false);
    expect(journal.acceptOwn(request('reminder.2', 'other'))).not.toBeNull();
    expect(journal.openOwn()).toBe(1);
    journal.close();
  });

  it('does not make its chat one that the owner has written from', () => {
    const journal = temporaryJournal();
    journal.acceptOwn(request('reminder.1', 'strange'));
    const [row] = delivered(journal, message('hello', 'home'));
    expect(keyOfOwn(row!)).toBeNull();
    const known = ['strange', 'home'].map((chat) => journal.knowsChat('telegram', chatId.parse(chat)));
    expect(known).toEqual([false, true]);
  });
});

describe('a journal of an earlier version', () => {
  it('goes on: what was given stays a turn of its own, and its answers can be read', () => {
    const path = join(temporaryFolder(), 'journal.sqlite');
    const earlier = new DatabaseSync(path);
    earlier.exec(`
      CREATE TABLE messages (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        channel TEXT NOT NULL, platform_id TEXT NOT NULL, chat TEXT NOT NULL, position INTEGER NOT NULL,
        kind TEXT NOT NULL, text TEXT NOT NULL, sent_at INTEGER NOT NULL,
        state TEXT NOT NULL, reason TEXT, attempts INTEGER NOT NULL DEFAULT 0,
        handed_in INTEGER NOT NULL DEFAULT 0, changed_at INTEGER NOT NULL,
        UNIQUE (channel, platform_id)
      ) STRICT;
      CREATE TABLE replies (seq INTEGER PRIMARY KEY, text TEXT NOT NULL, ending TEXT NOT NULL) STRICT;
      CREATE TABLE outgoing_files (
        seq INTEGER NOT NULL REFERENCES messages (seq), number INTEGER NOT NULL,
        name TEXT NOT NULL, size INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('planned', 'sending', 'sent')),
        PRIMARY KEY (seq, number)
      ) STRICT;
      INSERT INTO messages VALUES
        (1, 'telegram', 'a', 'chat', 1, 'message', 'given', 1, 'delivered', NULL, 1, 0, 1),
        (2, 'telegram', 'b', 'chat', 2, 'message', 'not given', 1, 'delivered', NULL, 0, 0, 1);
      INSERT INTO replies VALUES
        (1, 'hi', '{"type":"end","outcome":"answered","reason":null,"model":null,"inputTokens":1,"outputTokens":2}');
      INSERT INTO outgoing_files VALUES (1, 1, 'a.txt', 1, 'planned');
    `);
    earlier.close();
    for (let start = 1; start <= 2; start++) {
      const journal = new Journal(path);
      expect(journal.delivered().map(({ turn }) => turn)).toEqual([1, null]);
      expect(new Outbox(journal).final(1)).toMatchObject({
        text: 'hi',
        choices: [],
        ending: { outcome: 'answered', unlink: null, leaveNoTrace: false },
      });
      const files = 'SELECT name, workspace_path AS place FROM outgoing_files';
      expect(journal.all(files)).toMatchObject([{ name: 'a.txt', place: null }]);
      journal.close();
    }
  });
});

describe('a transaction', () => {
  it('inside another is part of it', () => {
    const journal = temporaryJournal();
    expect(() =>
      journal.transaction(() => {
        journal.setFact('a', '1');
        journal.transaction(() => journal.setFact('b', '2'));
        throw new Error('no');
      }),
    ).toThrow('no');
    expect([journal.fact('a'), journal.fact('b')]).toEqual([null, null]);
    journal.transaction(() => journal.setFact('c', '3'));
    expect(journal.fact('c')).toBe('3');
  });
});
