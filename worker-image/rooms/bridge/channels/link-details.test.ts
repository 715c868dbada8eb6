/** What is told of a link beside its state, and a setting of it that is changed while it works. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bridge, CanBeSet, CanShowFingerprint } from '../../../../bridges/bridge.js';
import { linkedAs, LinkingRig } from './linking-test-rig.js';

let rig: LinkingRig;
beforeEach(async () => {
  rig = new LinkingRig();
  rig.module.next = linkedAs('quiet');
});

/** From here on bridges have what a test needs. */
function giveBridges(ability: Partial<CanBeSet & CanShowFingerprint>): void {
  const make = rig.module.makeBridge.bind(rig.module);
  vi.spyOn(rig.module, 'makeBridge').mockImplementation((host, credential) =>
    Object.assign<Bridge, object>(make(host, credential), ability),
  );
}

describe('settings', () => {
  it('are kept with the credential, over a start of the room', async () => {
    giveBridges({
      settings: () => ({ readReceipts: false }),
      change: ({ readReceipts }) => (readReceipts ? 'loud' : 'quiet'),
    });
    await rig.link();
    expect(await rig.channels.details('whatsapp')).toEqual({
      settings: { readReceipts: false },
      device: null,
    });
    rig.channels.change('whatsapp', { readReceipts: true });
    // The same bridge goes on.
    expect(rig.module.running.map(({ credential }) => credential)).toEqual(['quiet']);
    await rig.restart();
    expect(rig.module.running.map(({ credential }) => credential)).toEqual(['loud']);
    expect(rig.channels.owners('whatsapp')).toHaveLength(1);
  });

  it('that nobody would see, or of a channel that has none or is not linked, cannot be changed', async () => {
    const change = (): void => rig.channels.change('whatsapp', { readReceipts: true });
    expect(change).toThrow(expect.objectContaining({ code: 'channel-not-linked' }));
    await rig.link();
    expect(change).toThrow(expect.objectContaining({ code: 'not-found' }));
    giveBridges({ settings: () => null, change: () => expect.unreachable() });
    await rig.link();
    expect(change).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});

describe('the device', () => {
  it('is told as the bridge knows it', async () => {
    const device = { device: 'ARADEVICE', key: 'c29tZSBrZXk' };
    giveBridges({ fingerprint: () => Promise.resolve(device) });
    await rig.link();
    expect(await rig.channels.details('whatsapp')).toEqual({ settings: null, device });
  });

  it('is none where its keys cannot be read', async () => {
    giveBridges({ fingerprint: () => Promise.reject(new Error('broken')) });
    await rig.link();
    expect(await rig.channels.details('whatsapp')).toEqual({ settings: null, device: null });
  });

  it('is not told of what is not linked', () => {
    expect(() => rig.channels.details('whatsapp')).toThrow(
      expect.objectContaining({ code: 'channel-not-linked' }),
    );
  });
});
