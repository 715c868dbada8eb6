import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Refusal, Unreachable } from './errors';
import { followPairing, type PairingEnd, type PairingStep } from './pairing';
import type { PairingView } from './types';

const key = { open: (sealed: string): unknown => JSON.parse(sealed) };
const step = (text: string): PairingStep => ({ kind: 'qr', text, expiresAt: 1 });
const view = (number: number, more: Partial<PairingView> = {}): PairingView => ({
  number,
  state: 'waiting',
  sealed: null,
  error: null,
  needsHost: null,
  ...more,
});
const shows = (number: number, text: string): PairingView =>
  view(number, { sealed: JSON.stringify(step(text)) });

let asked: number[];
let shown: string[];
let stop: AbortController;
beforeEach(() => {
  [asked, shown, stop] = [[], [], new AbortController()];
});

const follow = (...views: (PairingView | Error)[]): Promise<PairingEnd | null> =>
  followPairing({
    ask: async (after) => {
      asked.push(after);
      const next = views.shift();
      if (next instanceof Error) throw next;
      if (!next) stop.abort();
      return next ?? view(after);
    },
    key,
    onStep: ({ text }) => shown.push(text),
    signal: stop.signal,
  });

describe('a pairing', () => {
  it('shows each step once, and ends with what was linked', async () => {
    const answer = { linked: true as const, address: '+49 170' };
    const linked = view(3, { state: 'linked', sealed: JSON.stringify(answer) });
    expect(await follow(view(0), shows(1, 'one'), shows(1, 'one'), shows(2, 'two'), linked)).toEqual({
      is: 'linked',
      answer,
    });
    expect([shown, asked]).toEqual([
      ['one', 'two'],
      [0, 0, 1, 1, 2],
    ]);
  });

  it.each<[PairingView | Error, PairingEnd]>([
    [view(2, { state: 'failed', error: 'bad-credential' }), { is: 'failed', code: 'bad-credential' }],
    [
      view(2, { state: 'failed', error: 'x', needsHost: 'a.example.org' }),
      { is: 'needs-host', host: 'a.example.org' },
    ],
    [new Refusal('not-found', '', 404), { is: 'failed', code: 'pairing-expired' }],
  ])('ends with %j', async (last, end) => {
    expect(await follow(shows(1, 'one'), last)).toEqual(end);
  });

  it('goes on where it was after a time without an answer, and gives up after a minute', async () => {
    vi.useFakeTimers();
    try {
      const short = follow(shows(1, 'one'), new Unreachable(''), new Refusal('x', '', 503), shows(2, 'two'));
      await vi.advanceTimersByTimeAsync(4_000);
      expect(await short).toBeNull();
      expect(shown).toEqual(['one', 'two']);
      stop = new AbortController();
      const long = follow(...Array.from({ length: 40 }, () => new Unreachable('')));
      const given = expect(long).rejects.toThrow(Unreachable);
      await vi.advanceTimersByTimeAsync(60_000);
      await given;
    } finally {
      vi.useRealTimers();
    }
  });

  it('that is called off ends at once, and shows nothing more', async () => {
    stop.abort();
    expect(await follow(shows(1, 'one'))).toBeNull();
    expect(shown).toEqual([]);
  });
});
