/** What the bridge room loads to have Telegram. */
import type { Agent } from 'node:https';
import type { Bridge, BridgeHost } from '../bridge.js';
import { telegramCredential } from '../../contracts/worker-door.js';
import { checkTelegramCredential, TelegramBridge } from './index.js';

export const telegramModule = {
  async checkCredential(raw: unknown, agent: Agent): Promise<{ credential: unknown; address: string }> {
    const credential = telegramCredential.parse(raw);
    return { credential, ...(await checkTelegramCredential(credential.token, agent)) };
  },
  makeBridge(host: BridgeHost, credential: unknown): Bridge {
    return new TelegramBridge(host, telegramCredential.parse(credential));
  },
};
