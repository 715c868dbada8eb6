/** Whether a channel is down because its user has stopped the hosts that it needs. */
import type { ChannelState } from '../../../../contracts/channel-state.js';
import type { DeclaredHost } from '../../../../contracts/hosts.js';
import type { LinkableKind } from '../../../../contracts/ids.js';

/** States that a stopped host explains; in the others there is something else to do, or nothing is wrong. */
const EXPLAINED: ReadonlySet<ChannelState> = new Set(['connecting', 'unreachable', 'rate-limited']);

/** `stopped` when every host of the channel is, or when one is and the channel does not work; else the state itself. */
export function stoppedOr(
  state: ChannelState,
  kind: LinkableKind,
  declared: readonly DeclaredHost[],
): ChannelState {
  const own = declared.filter(({ purpose }) => purpose === `channel ${kind}`);
  const stopped = own.filter((host) => host.stopped);
  if (stopped.length === 0) return state;
  if (EXPLAINED.has(state)) return 'stopped';
  return state === 'connected' && stopped.length === own.length ? 'stopped' : state;
}
