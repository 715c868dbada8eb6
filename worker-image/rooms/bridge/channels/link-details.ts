/** What a bridge tells of its own link, beside its state: settings, and the device that others see. */
import { canBeSet, canShowFingerprint, type Bridge } from '../../../../bridges/bridge.js';
import type { LinkDetails, OwnDevice } from '../../../../contracts/worker-door.js';

export async function detailsOf(bridge: Bridge | null): Promise<LinkDetails> {
  const settings = bridge && canBeSet(bridge) ? bridge.settings() : null;
  return { settings, device: bridge && (await deviceOf(bridge)) };
}

async function deviceOf(bridge: Bridge): Promise<OwnDevice | null> {
  if (!canShowFingerprint(bridge)) return null;
  // Keys that cannot be read are trouble that the channel's state tells of.
  return bridge.fingerprint().catch(() => null);
}
