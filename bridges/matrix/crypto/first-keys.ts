/** While the password is at hand: makes the keys of a new device, and signs it even where the homeserver asks for the password. */
import type { BridgeStore } from '../../bridge.js';
import type { Client } from '../client.js';
import { MatrixFailure } from '../failure.js';
import { TransportError } from '../transport.js';
import { openMachine } from './choose-machine.js';
import { dispatch, signIdentity } from './requests.js';

export interface FirstKeysOptions {
  client: Client;
  store: BridgeStore;
  userId: string;
  deviceId: string;
  password: string;
}

/** What does not succeed is tried again when the bridge starts, without the password then. */
export async function makeFirstKeys(options: FirstKeysOptions): Promise<void> {
  const { client, store, userId, deviceId, password } = options;
  const machine = await openMachine(userId, deviceId, store);
  try {
    for (const request of await machine.outgoing()) await dispatch(client, machine, request);
    await signIdentity(client, machine, userId, password);
    machine.check();
  } catch (error) {
    if (!(error instanceof MatrixFailure) && !(error instanceof TransportError)) throw error;
  } finally {
    await machine.close();
  }
}
