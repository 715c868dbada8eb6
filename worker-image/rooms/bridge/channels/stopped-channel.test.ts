/** When a channel is down because of its user's own stop, and when because of something else. */
import { expect, it } from 'vitest';
import type { ChannelState } from '../../../../contracts/channel-state.js';
import type { DeclaredHost } from '../../../../contracts/hosts.js';
import { stoppedOr } from './stopped-channel.js';

const hosts = (...stopped: boolean[]): DeclaredHost[] =>
  stopped.map((each, at) => ({
    host: `h${at}.example`,
    port: 443,
    purpose: 'channel whatsapp',
    stopped: each,
  }));

it.each<[ChannelState, boolean[], ChannelState]>([
  ['connected', [false, false], 'connected'],
  ['unreachable', [false, false], 'unreachable'],
  ['unreachable', [true, false], 'stopped'],
  ['connecting', [false, true], 'stopped'],
  // Only its pictures do not come.
  ['connected', [false, true], 'connected'],
  ['connected', [true, true], 'stopped'],
  ['needs-relink', [true, true], 'needs-relink'],
])('%s with %j stopped is %s', (state, stopped, shown) => {
  expect(stoppedOr(state, 'whatsapp', hosts(...stopped))).toBe(shown);
  expect(stoppedOr(state, 'telegram', hosts(...stopped))).toBe(state);
});
