/** Links an account of the user's own homeserver: by its access token, or by name and password. */
import type { Agent } from 'node:https';
import { AraError } from '../../contracts/errors.js';
import { matrixLink, type MatrixLink } from '../../contracts/worker-door.js';
import type { Linked, LinkingHost } from '../bridge.js';
import { API, Client } from './client.js';
import type { MatrixCredential } from './credential.js';
import { adoptBackup } from './crypto/open-backup.js';
import { parseRecoveryKey } from './crypto/recovery-key.js';
import { findHomeserver } from './discovery.js';
import { MatrixFailure } from './failure.js';
import { isUserId } from './ids.js';
import { TransportError } from './transport.js';

/** What the user sees in the list of the account's devices. */
const DEVICE_NAME = 'Ara';
const CALL_WITHIN = 30_000;

interface Account {
  userId: string;
  deviceId: string;
  accessToken: string;
}

/**
 * @throws AraError `bad-request`, `bad-credential`, `bad-recovery-key`, `platform-unreachable` with the host as its detail
 */
export async function linkMatrix(raw: unknown, host: Pick<LinkingHost, 'agent' | 'store'>): Promise<Linked> {
  const parsed = matrixLink.safeParse(raw);
  if (!parsed.success) throw new AraError('bad-request', parsed.error.issues[0]?.path.join('.'));
  const { homeserver, owner, encryption } = parsed.data;
  const recoveryKey = recoveryKeyOf(parsed.data);
  const baseUrl = await findHomeserver(homeserver, host.agent, CALL_WITHIN);
  const account = await accountOf(parsed.data, baseUrl, host.agent);
  const credential: MatrixCredential = { baseUrl, ...account, owner, encryption };
  try {
    // An assistant that listens to itself would answer itself.
    if (account.userId === owner) throw new AraError('bad-request', 'owner');
    if (recoveryKey) await openBackup(recoveryKey, credential, host);
    if ('password' in parsed.data && encryption !== 'off')
      await signDevice(credential, parsed.data.password, host);
  } catch (error) {
    // The session that was begun for this serves nobody.
    if ('password' in parsed.data)
      await clientFor(credential, host.agent)
        .call('POST', `${API}/logout`, { body: {} })
        .catch(() => undefined);
    throw error;
  }
  return { credential, address: account.userId, owner: null };
}

/** Null where none was given. @throws AraError `bad-request`, `bad-recovery-key` */
function recoveryKeyOf({ recoveryKey, encryption }: MatrixLink): Uint8Array | null {
  if (recoveryKey === undefined) return null;
  if (encryption === 'off') throw new AraError('bad-request', 'recoveryKey');
  const key = parseRecoveryKey(recoveryKey);
  if (!key) throw new AraError('bad-recovery-key');
  return key;
}

/** Keeps what opens the account's backup. @throws AraError `bad-recovery-key`, `platform-unreachable` */
async function openBackup(
  recoveryKey: Uint8Array,
  account: MatrixCredential,
  { agent, store }: Pick<LinkingHost, 'agent' | 'store'>,
): Promise<void> {
  const client = clientFor(account, agent);
  try {
    if (await adoptBackup(client, store, account.userId, recoveryKey)) return;
  } catch (error) {
    if (!(error instanceof MatrixFailure) && !(error instanceof TransportError)) throw error;
    throw new AraError('platform-unreachable', hostOf(account.baseUrl));
  }
  throw new AraError('bad-recovery-key');
}

/** The code of encryption is loaded only where it is wanted. */
async function signDevice(
  { userId, deviceId, ...account }: MatrixCredential,
  password: string,
  { agent, store }: Pick<LinkingHost, 'agent' | 'store'>,
): Promise<void> {
  const { makeFirstKeys } = await import('./crypto/first-keys.js');
  await makeFirstKeys({ client: clientFor(account, agent), store, userId, deviceId, password });
}

const clientFor = (
  { baseUrl, accessToken }: Pick<MatrixCredential, 'baseUrl' | 'accessToken'>,
  agent: Agent,
): Client => new Client({ baseUrl, accessToken, agent, timeout: CALL_WITHIN });

async function accountOf(request: MatrixLink, baseUrl: string, agent: Agent): Promise<Account> {
  const client = (accessToken: string): Client => clientFor({ baseUrl, accessToken }, agent);
  try {
    if ('accessToken' in request) {
      const { accessToken } = request;
      const me = await client(accessToken).call('GET', `${API}/account/whoami`);
      return checked(me, accessToken);
    }
    const answer = await client('').call('POST', `${API}/login`, {
      body: {
        type: 'm.login.password',
        identifier: { type: 'm.id.user', user: request.user },
        password: request.password,
        initial_device_display_name: DEVICE_NAME,
      },
    });
    return checked(answer, answer['access_token']);
  } catch (error) {
    if (error instanceof AraError) throw error;
    const refused =
      error instanceof MatrixFailure && error.code !== '' && [400, 401, 403].includes(error.status);
    throw new AraError(
      refused ? 'bad-credential' : 'platform-unreachable',
      refused ? undefined : hostOf(baseUrl),
    );
  }
}

function checked({ user_id: userId, device_id: deviceId }: Record<string, unknown>, token: unknown): Account {
  const isWhole = typeof userId === 'string' && isUserId(userId) && typeof token === 'string' && token !== '';
  // A token without a device can neither encrypt nor send a message once.
  if (!isWhole || typeof deviceId !== 'string' || deviceId === '') throw new AraError('bad-credential');
  return { userId, deviceId, accessToken: token };
}

const hostOf = (baseUrl: string): string => new URL(baseUrl).host;
