/** What the bridge room loads to have Matrix. */
import type { Bridge, BridgeHost, BridgeModule } from '../bridge.js';
import { matrixCredential } from './credential.js';
import { MatrixBridge } from './index.js';
import { linkMatrix } from './link.js';

export const matrixModule: BridgeModule = {
  words: ['unread/', 'choices/'],
  link: linkMatrix,
  leavesBehind(before: unknown, now: unknown): boolean {
    const [old, next] = [matrixCredential.parse(before), matrixCredential.parse(now)];
    // The same session, by its access token, goes on.
    return old.userId !== next.userId || old.deviceId !== next.deviceId;
  },
  makeBridge(host: BridgeHost, credential: unknown): Bridge {
    return new MatrixBridge(host, matrixCredential.parse(credential));
  },
};
