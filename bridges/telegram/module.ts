/** What the bridge room loads to have Telegram. */
import type { Bridge, BridgeHost, BridgeModule, Linked, LinkingHost } from '../bridge.js';
import { telegramCredential } from '../../contracts/worker-door.js';
import { checkTelegramCredential, TelegramBridge } from './index.js';

export const telegramModule: BridgeModule = {
  words: [],
  async link(raw: unknown, { agent }: Pick<LinkingHost, 'agent'>): Promise<Linked> {
    const credential = telegramCredential.parse(raw);
    const { address } = await checkTelegramCredential(credential.token, agent);
    return { credential, address, owner: null };
  },
  // The bot before may be another program's by now, and its webhook with it.
  leavesBehind: () => false,
  makeBridge(host: BridgeHost, credential: unknown): Bridge {
    return new TelegramBridge(host, telegramCredential.parse(credential));
  },
};
