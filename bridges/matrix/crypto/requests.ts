/** Makes the requests of the crypto machine at the homeserver, and tells it what came back. */
import {
  RequestType,
  UserId,
  type KeysBackupRequest,
  type KeysClaimRequest,
  type KeysQueryRequest,
  type KeysUploadRequest,
  type OlmMachine,
  type RoomMessageRequest,
  type SignatureUploadRequest,
  type ToDeviceRequest,
} from '@matrix-org/matrix-sdk-crypto-wasm';
import { roomPath, type Answer, type Client } from '../client.js';
import { MatrixFailure, StaleKeys } from '../failure.js';

export type Outgoing =
  | KeysUploadRequest
  | KeysQueryRequest
  | KeysClaimRequest
  | ToDeviceRequest
  | SignatureUploadRequest
  | RoomMessageRequest
  | KeysBackupRequest;

const API = '/_matrix/client/v3';

/** @throws StaleKeys, MatrixFailure, TransportError */
export async function dispatch(client: Client, machine: OlmMachine, request: Outgoing): Promise<void> {
  const answer = await make(client, request);
  // A request without an id was answered by nothing that the machine waits for.
  if (request.id) await machine.markRequestAsSent(request.id, request.type, JSON.stringify(answer));
}

async function make(client: Client, request: Outgoing): Promise<Answer> {
  const body: unknown = JSON.parse(request.body);
  switch (request.type) {
    case RequestType.KeysUpload:
      return uploadKeys(client, body);
    case RequestType.KeysQuery:
      return client.call('POST', `${API}/keys/query`, { body });
    case RequestType.KeysClaim:
      return client.call('POST', `${API}/keys/claim`, { body });
    case RequestType.SignatureUpload:
      return client.call('POST', `${API}/keys/signatures/upload`, { body });
    case RequestType.ToDevice: {
      const { event_type: type, txn_id: transaction } = request as ToDeviceRequest;
      const path = `${API}/sendToDevice/${encodeURIComponent(type)}/${encodeURIComponent(transaction)}`;
      return client.call('PUT', path, { body });
    }
    case RequestType.RoomMessage: {
      const { room_id: room, event_type: type, txn_id: transaction } = request as RoomMessageRequest;
      const path = `${roomPath(room)}/send/${encodeURIComponent(type)}/${encodeURIComponent(transaction)}`;
      return client.call('PUT', path, { body });
    }
    // We keep no backup: nobody could open it but us.
    case RequestType.KeysBackup:
      throw new TypeError('a request of an unknown kind');
  }
}

/** A homeserver refuses a key under a name that it knows with another: ours were lost since. */
async function uploadKeys(client: Client, body: unknown): Promise<Answer> {
  try {
    return await client.call('POST', `${API}/keys/upload`, { body });
  } catch (error) {
    const isRefused = error instanceof MatrixFailure && error.status === 400 && error.code !== '';
    throw isRefused ? new StaleKeys() : error;
  }
}

/**
 * Gives the account an identity, which signs this device, where it has none: whoever verifies the account then trusts the
 * device. Where it has one of somebody else's making, or the homeserver asks for the password, the device stays unsigned.
 */
export async function signIdentity(client: Client, machine: OlmMachine): Promise<void> {
  const identity = await machine.getIdentity(new UserId(machine.userId.toString()));
  if (identity !== undefined) return;
  const { hasMaster } = await machine.crossSigningStatus();
  const { uploadSigningKeysRequest, uploadSignaturesRequest } =
    await machine.bootstrapCrossSigning(!hasMaster);
  try {
    const keys: unknown = JSON.parse(uploadSigningKeysRequest.body);
    await client.call('POST', `${API}/keys/device_signing/upload`, { body: keys });
  } catch (error) {
    if (error instanceof MatrixFailure && error.status < 500 && error.status !== 429) return;
    throw error;
  }
  await dispatch(client, machine, uploadSignaturesRequest);
  await machine.markAllTrackedUsersAsDirty();
}
