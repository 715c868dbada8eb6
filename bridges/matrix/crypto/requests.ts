/** Makes the requests of the crypto machine at the homeserver, and tells it what came back. */
import { API, roomPath, type Answer, type Client } from '../client.js';
import { ASKS_FOR_MORE, MatrixFailure, StaleKeys } from '../failure.js';
import type { Machine, Outgoing } from './machine.js';

/** @throws StaleKeys, MatrixFailure, TransportError */
export async function dispatch(client: Client, machine: Machine, request: Outgoing): Promise<Answer> {
  const answer = await make(client, request);
  await machine.markSent(request, answer);
  return answer;
}

/** @throws StaleKeys, MatrixFailure, TransportError */
export async function make(client: Client, request: Outgoing): Promise<Answer> {
  const body: unknown = JSON.parse(request.body);
  switch (request.kind) {
    case 'keys-upload':
      return uploadKeys(client, body);
    case 'keys-query':
      return client.call('POST', `${API}/keys/query`, { body });
    case 'keys-claim':
      return client.call('POST', `${API}/keys/claim`, { body });
    case 'signatures':
      return client.call('POST', `${API}/keys/signatures/upload`, { body });
    case 'to-device': {
      const { eventType, transaction } = request;
      const path = `${API}/sendToDevice/${encodeURIComponent(eventType)}/${encodeURIComponent(transaction)}`;
      return client.call('PUT', path, { body });
    }
    case 'room-message': {
      const { room, eventType, transaction } = request;
      const path = `${roomPath(room)}/send/${encodeURIComponent(eventType)}/${encodeURIComponent(transaction)}`;
      return client.call('PUT', path, { body });
    }
    case 'keys-backup':
      return client.call('PUT', `${API}/room_keys/keys`, { query: { version: request.version }, body });
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
 * device. Where it has one of somebody else's making, or the homeserver asks for a password that we have not, the device stays
 * unsigned.
 */
export async function signIdentity(
  client: Client,
  machine: Machine,
  userId: string,
  password: string | null = null,
): Promise<void> {
  const known = await dispatch(client, machine, machine.query([userId]));
  if (Object.keys(known['master_keys'] ?? {}).includes(userId)) return;
  const { keys, signatures } = await machine.makeIdentity();
  try {
    await uploadIdentity(client, keys, userId, password);
  } catch (error) {
    if (error instanceof MatrixFailure && error.status < 500 && error.status !== 429) return;
    throw error;
  }
  await dispatch(client, machine, signatures);
  // The identity is known to the machine as the homeserver gives it.
  await dispatch(client, machine, machine.query([userId]));
}

/** The password goes along only when it is asked for. */
async function uploadIdentity(
  client: Client,
  keys: object,
  userId: string,
  password: string | null,
): Promise<void> {
  const upload = (body: object): Promise<Answer> =>
    client.call('POST', `${API}/keys/device_signing/upload`, { body });
  try {
    await upload(keys);
  } catch (error) {
    const isAsked = error instanceof MatrixFailure && error.code === ASKS_FOR_MORE;
    if (!isAsked || password === null) throw error;
    const { session } = error;
    const identifier = { type: 'm.id.user', user: userId };
    await upload({ ...keys, auth: { type: 'm.login.password', identifier, password, session } });
  }
}
