/** A channel that falls is told of once, elsewhere, and not forgotten while there is no elsewhere. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { chatId, type LinkableKind } from '../../../../contracts/ids.js';
import { Alarms } from './alarms.js';
import type { Journal } from '../journal/journal.js';
import { ScriptedBridge, temporaryJournal } from '../test-rig.js';

const chat = chatId.parse('home');
let journal: Journal;
let bridges: Record<LinkableKind, ScriptedBridge>;
let reachable: Set<LinkableKind>;
let now: number;
let alarms: Alarms;

const start = (): Alarms =>
  new Alarms(
    journal,
    (kind) => (reachable.has(kind) ? { bridge: bridges[kind], chat } : null),
    () => now,
  );
const seen = (): string[] =>
  Object.entries(bridges).flatMap(([kind, bridge]) => bridge.seen.map((text) => `${kind}: ${text}`));

beforeEach(() => {
  journal = temporaryJournal();
  bridges = { telegram: new ScriptedBridge(), matrix: new ScriptedBridge(), whatsapp: new ScriptedBridge() };
  reachable = new Set(['telegram', 'matrix', 'whatsapp']);
  now = 1_000_000;
  alarms = start();
});

const falls = async (
  kind: LinkableKind,
  state: 'needs-relink' | 'conflict' | 'phone-away' = 'needs-relink',
) => {
  reachable.delete(kind);
  await alarms.onState(kind, state);
};
const recovers = async (kind: LinkableKind): Promise<void> => {
  reachable.add(kind);
  await alarms.onState(kind, 'connected');
};

describe('a fall', () => {
  it.each([
    ['needs-relink', /Link it again/],
    ['conflict', /Another program/],
    ['phone-away', /Open WhatsApp/],
  ] as const)('to %s is said on one other channel, in a sentence', async (state, said) => {
    await falls('whatsapp', state);
    expect(seen()).toEqual([expect.stringMatching(/^telegram: .*WhatsApp/)]);
    expect(seen()[0]).toMatch(said);
  });

  it.each([
    'connecting',
    'unreachable',
    'rate-limited',
    'connected',
    'waiting-for-owner',
    'unlinked',
  ] as const)('is none when it is %s', async (state) => {
    await alarms.onState('whatsapp', state);
    expect(seen()).toEqual([]);
  });

  it('is said once, however often the state is reported and the room starts', async () => {
    await falls('whatsapp');
    await falls('whatsapp');
    alarms = start();
    await alarms.onState('whatsapp', 'connecting');
    await falls('whatsapp');
    expect(seen()).toHaveLength(1);
  });

  it('is never said on the channel itself', async () => {
    reachable = new Set(['whatsapp']);
    // The phone is away, and the link works on.
    await alarms.onState('whatsapp', 'phone-away');
    await alarms.onState('whatsapp', 'phone-away');
    expect(seen()).toEqual([]);
  });

  it('is said again when it falls anew, but not at each turn of a link that comes and goes', async () => {
    await falls('telegram', 'conflict');
    for (let at = 0; at < 5; at++) {
      await recovers('telegram');
      await falls('telegram', 'conflict');
    }
    expect(seen()).toHaveLength(1);
    await recovers('telegram');
    now += 3_600_000;
    await falls('telegram', 'conflict');
    expect(seen()).toHaveLength(2);
    await falls('telegram', 'needs-relink');
    expect(seen()).toHaveLength(3);
  });

  it('is not lost while no other channel works: the first one that does says it, after a start too', async () => {
    reachable.clear();
    await falls('whatsapp');
    expect(seen()).toEqual([]);
    alarms = start();
    await recovers('matrix');
    expect(seen()).toEqual([expect.stringMatching(/^matrix: .*WhatsApp/)]);
    await recovers('telegram');
    expect(seen()).toHaveLength(1);
  });

  it('that is over before anybody could be told is not told', async () => {
    reachable.clear();
    await falls('whatsapp');
    await recovers('whatsapp');
    await recovers('matrix');
    expect(seen()).toEqual([]);
  });

  it('of a channel that was unlinked is forgotten', async () => {
    reachable.clear();
    await falls('whatsapp');
    alarms.forget('whatsapp');
    await recovers('matrix');
    expect(seen()).toEqual([]);
  });
});

describe('a channel that does not take the words', () => {
  it('is passed over for the next', async () => {
    bridges.telegram.plan.push('refused');
    await falls('whatsapp');
    expect(seen()).toEqual([expect.stringMatching(/^matrix: /)]);
  });

  it('for now is tried again in a minute, with the same key', async () => {
    vi.useFakeTimers();
    try {
      bridges.telegram.plan.push('rate-limited');
      reachable.delete('matrix');
      await falls('whatsapp');
      expect(seen()).toEqual([]);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(seen()).toEqual([expect.stringMatching(/^telegram: /)]);
      const { keys } = bridges.telegram;
      expect(keys).toEqual([keys[0], keys[0]]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('that may have taken them is not asked twice', async () => {
    bridges.telegram.plan.push('uncertain');
    await falls('whatsapp');
    await falls('whatsapp');
    expect([bridges.telegram.calls.length, bridges.matrix.calls.length]).toEqual([1, 0]);
  });
});
