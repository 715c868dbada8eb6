/** What the bridge room loads to have Matrix. */
import type { Bridge, BridgeHost, BridgeModule } from '../bridge.js';
import { matrixCredential } from './credential.js';
import { MatrixBridge } from './index.js';
import { linkMatrix } from './link.js';

export const matrixModule: BridgeModule = {
  words: ['unread/', 'choices/'],
  link: linkMatrix,
  // What the session before has at its homeserver may be what the new one goes on with.
  leavesBehind: () => false,
  makeBridge(host: BridgeHost, credential: unknown): Bridge {
    return new MatrixBridge(host, matrixCredential.parse(credential));
  },
};
