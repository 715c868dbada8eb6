/** Each channel's own code, loaded only when the user links it or has linked it. A new channel is a line here and a folder. */
import type { BridgeModule } from '../../../../bridges/bridge.js';
import type { LinkableKind } from '../../../../contracts/ids.js';

export type BridgeModules = Record<LinkableKind, () => Promise<BridgeModule>>;

export const bridgeModules: BridgeModules = {
  telegram: async () => (await import('../../../../bridges/telegram/module.js')).telegramModule,
  matrix: async () => (await import('../../../../bridges/matrix/module.js')).matrixModule,
  whatsapp: async () => (await import('../../../../bridges/whatsapp/module.js')).whatsappModule,
};
