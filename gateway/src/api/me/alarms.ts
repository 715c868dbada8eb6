/** What needs the user: follows from the channels' states, the keys, and what was spent. */
import type * as z from 'zod';
import type { ChannelState } from '../../../../contracts/channel-state.js';
import type { LinkableKind, Provider } from '../../../../contracts/ids.js';
import type { Spending } from '../../../../contracts/rooms-door.js';
import type { alarm } from './shapes.js';

export type Alarm = z.infer<typeof alarm>;

export interface Situation {
  channels: readonly { kind: LinkableKind; state: ChannelState }[];
  keys: readonly { provider: Provider; refusedAt: Date | null }[];
  /** Counted in the container; null while it sleeps. */
  spending: Pick<Spending, 'caps' | 'today' | 'thisMonth'> | null;
}

const byState: Partial<Record<ChannelState, Alarm['kind']>> = {
  'needs-relink': 'channel-needs-relink',
  conflict: 'channel-conflict',
  'phone-away': 'channel-phone-away',
};

/** In the order in which they matter. */
export function alarmsOf({ channels, keys, spending }: Situation): Alarm[] {
  const of = (kind: Alarm['kind'], more: Partial<Alarm> = {}): Alarm => ({
    kind,
    channel: null,
    provider: null,
    ...more,
  });
  return [
    ...(keys.length === 0 ? [of('no-key')] : []),
    ...keys.flatMap(({ provider, refusedAt }) => (refusedAt ? [of('key-refused', { provider })] : [])),
    ...(spending && isUsedUp(spending) ? [of('budget-used-up')] : []),
    ...(channels.every(({ state }) => state === 'unlinked') ? [of('no-channel')] : []),
    ...channels.flatMap(({ kind, state }) => {
      const trouble = byState[state];
      return trouble ? [of(trouble, { channel: kind })] : [];
    }),
  ];
}

const isUsedUp = ({ caps, today, thisMonth }: Pick<Spending, 'caps' | 'today' | 'thisMonth'>): boolean =>
  (caps.day !== null && today >= caps.day) || (caps.month !== null && thisMonth >= caps.month);
