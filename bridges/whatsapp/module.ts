/** What the bridge room loads to have WhatsApp. */
import type { BridgeModule } from '../bridge.js';
import { whatsappCredential } from './credential.js';
import { WhatsAppBridge } from './index.js';
import { linkWhatsApp } from './link.js';

export const whatsappModule: BridgeModule = {
  words: ['sent/'],
  // Each link is a device of its own.
  leavesBehind: () => true,
  link: (raw, host) => linkWhatsApp(raw, host),
  makeBridge: (host, credential) => new WhatsAppBridge(host, whatsappCredential.parse(credential)),
};
