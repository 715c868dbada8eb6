/** Links an account of the user's own homeserver: by its access token, or by name and password. */
import type { Agent } from 'node:https';
import { AraError } from '../../contracts/errors.js';
import { matrixLink, type MatrixLink } from '../../contracts/worker-door.js';
import type { Linked, LinkingHost } from '../bridge.js';
import { Client } from './client.js';
import type { MatrixCredential } from './credential.js';
import { findHomeserver } from './discovery.js';
import { MatrixFailure } from './failure.js';
import { isUserId } from './ids.js';

/** What the user sees in the list of the account's devices. */
const DEVICE_NAME = 'Ara';
const CALL_WITHIN = 30_000;

interface Account {
  userId: string;
  deviceId: string;
  accessToken: string;
}

/** @throws AraError `bad-request`, `bad-credential`, `platform-unreachable` with the host as its detail */
export async function linkMatrix(raw: unknown, host: Pick<LinkingHost, 'agent'>): Promise<Linked> {
  const parsed = matrixLink.safeParse(raw);
  if (!parsed.success) throw new AraError('bad-request', parsed.error.issues[0]?.path.join('.'));
  const { homeserver, owner, encryption } = parsed.data;
  const baseUrl = await findHomeserver(homeserver, host.agent, CALL_WITHIN);
  const account = await accountOf(parsed.data, baseUrl, host.agent);
  // An assistant that listens to itself would answer itself.
  if (account.userId === owner) throw new AraError('bad-request', 'owner');
  const credential: MatrixCredential = { baseUrl, ...account, owner, encryption };
  return { credential, address: account.userId, owner: null };
}

async function accountOf(request: MatrixLink, baseUrl: string, agent: Agent): Promise<Account> {
  const client = (accessToken: string): Client =>
    new Client({ baseUrl, accessToken, agent, timeout: CALL_WITHIN });
  try {
    if ('accessToken' in request) {
      const { accessToken } = request;
      const me = await client(accessToken).call('GET', '/_matrix/client/v3/account/whoami');
      return checked(me, accessToken);
    }
    const answer = await client('').call('POST', '/_matrix/client/v3/login', {
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
