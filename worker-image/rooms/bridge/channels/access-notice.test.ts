/** The word to the user that an operator has opened access: where it goes, and what of a reason it shows. */
import { expect, it } from 'vitest';
import type { Bridge } from '../../../../bridges/bridge.js';
import { chatId } from '../../../../contracts/ids.js';
import { tellOfAccess } from './access-notice.js';
import { ScriptedBridge } from '../test-rig.js';

const notice = {
  id: '0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0009',
  reason: 'a *broken* [disk](https://evil.example)',
  endsAt: Date.UTC(2026, 10, 28, 12, 30),
};
const place = { channel: 'telegram' as const, chat: chatId.parse('chat') };
const channels = (bridge: Bridge | null) => ({ placeToTell: () => place, bridge: () => bridge });

it('goes to where the user is told things, with the time and the reason as plain text', async () => {
  const bridge = new ScriptedBridge();
  expect(await tellOfAccess(channels(bridge), notice)).toBe(true);
  expect(bridge.seen.join('')).toContain('until 2026-11-28 12:30 UTC');
  expect(bridge.seen.join('')).toContain('“a broken disk(https://evil.example)”');
  expect(bridge.keys).toEqual([`access-${notice.id}-0`]);
});

it('is not told where no bridge runs, or where the platform refuses it', async () => {
  expect(await tellOfAccess(channels(null), notice)).toBe(false);
  const bridge = new ScriptedBridge();
  bridge.plan.push('refused');
  expect(await tellOfAccess(channels(bridge), notice)).toBe(false);
});
