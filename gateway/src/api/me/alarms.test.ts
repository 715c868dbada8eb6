/** What needs the user, by what is the case. */
import { describe, expect, it } from 'vitest';
import type { ChannelState } from '../../../../contracts/channel-state.js';
import { channelState } from '../../../../contracts/channel-state.js';
import { alarmsOf, type Situation } from './alarms.js';

const well: Situation = {
  channels: [{ kind: 'telegram', state: 'connected' }],
  keys: [{ provider: 'anthropic', refusedAt: null }],
  spending: { caps: { day: 1_000, month: null }, today: 999, thisMonth: 999 },
};
const kinds = (more: Partial<Situation>): string[] =>
  alarmsOf({ ...well, ...more }).map(({ kind, channel, provider }) =>
    [kind, channel ?? provider].filter(Boolean).join(' '),
  );

describe('an alarm', () => {
  it.each<[string, Partial<Situation>, string[]]>([
    ['none, when all is well', {}, []],
    ['none for a budget that nobody can ask for', { spending: null }, []],
    ['without a key', { keys: [] }, ['no-key']],
    ['without a channel', { channels: [] }, ['no-channel']],
    [
      'with none but an unlinked channel',
      { channels: [{ kind: 'telegram', state: 'unlinked' }] },
      ['no-channel'],
    ],
    [
      'for the key that was refused, and not for the other',
      {
        keys: [
          { provider: 'anthropic', refusedAt: null },
          { provider: 'google', refusedAt: new Date() },
        ],
      },
      ['key-refused google'],
    ],
    [
      'when the day is spent',
      { spending: { caps: { day: 1_000, month: null }, today: 1_000, thisMonth: 1_000 } },
      ['budget-used-up'],
    ],
    [
      'when the month is spent',
      { spending: { caps: { day: null, month: 5_000 }, today: 0, thisMonth: 5_001 } },
      ['budget-used-up'],
    ],
    [
      'when nothing may be spent',
      { spending: { caps: { day: 0, month: null }, today: 0, thisMonth: 0 } },
      ['budget-used-up'],
    ],
    ['for all at once', { keys: [], channels: [] }, ['no-key', 'no-channel']],
  ])('%s', (_when, more, expected) => {
    expect(kinds(more)).toEqual(expected);
  });

  const troubled: Partial<Record<ChannelState, string[]>> = {
    unlinked: ['no-channel'],
    conflict: ['channel-conflict telegram'],
    'needs-relink': ['channel-needs-relink telegram'],
    'phone-away': ['channel-phone-away telegram'],
  };
  it.each(channelState.options)('of a channel that is %s', (state) => {
    expect(kinds({ channels: [{ kind: 'telegram', state }] })).toEqual(troubled[state] ?? []);
  });
});
