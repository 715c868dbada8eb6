/** Linking Matrix by token or password, at a real homeserver. */
import { Agent } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matrixCredential } from '../../bridges/matrix/credential.js';
import { openMachine } from '../../bridges/matrix/crypto/choose-machine.js';
import { formatRecoveryKey } from '../../bridges/matrix/crypto/recovery-key.js';
import { linkMatrix } from '../../bridges/matrix/link.js';
import { makeRig, startHomeserver, type Homeserver } from '../../bridges/matrix/test-rig.js';
import { MemoryStore, RecordingHost } from '../../bridges/recording-host.js';
import { SYNAPSE_STARTS_WITHIN } from '../kit/matrix/synapse.js';

let home: Homeserver;

beforeAll(async () => {
  home = await startHomeserver();
}, SYNAPSE_STARTS_WITHIN);
afterAll(() => home.stop());

describe('linking', () => {
  const request = (more: object): object => ({ owner: '@me:localhost', encryption: 'off', ...more });
  const linkingHost = () => ({ agent: home.agent, store: new MemoryStore() });
  const refused = async (raw: object, agent = home.agent): Promise<unknown> =>
    linkMatrix(raw, { agent, store: new MemoryStore() }).then(
      () => 'linked',
      (error: unknown) => (error as { code?: unknown }).code,
    );

  it('takes an access token, or a name and a password for a device of its own', async () => {
    const bot = await home.synapse.addUser('linked');
    const homeserver = home.synapse.url;
    const byToken = await linkMatrix(request({ homeserver, accessToken: bot.token }), linkingHost());
    expect(byToken).toMatchObject({
      address: bot.id,
      owner: null,
      credential: {
        baseUrl: homeserver,
        userId: bot.id,
        deviceId: bot.device,
        owner: '@me:localhost',
        encryption: 'off',
      },
    });
    const { name: user, password } = bot;
    const byPassword = await linkMatrix(request({ homeserver, user, password }), linkingHost());
    const { credential } = byPassword as { credential: { deviceId: string; accessToken: string } };
    expect(credential.deviceId).not.toBe(bot.device);
    const device = await home.synapse.call(bot, 'GET', `/_matrix/client/v3/devices/${credential.deviceId}`);
    expect(device.body).toMatchObject({ display_name: 'Ara' });
    expect(JSON.stringify(byPassword)).not.toContain(password);
  });

  it('by password makes the keys of the device at once, signed by the account, and keeps them', async () => {
    const bot = await home.synapse.addUser('signed');
    const { name: user, password, id } = bot;
    const given = request({ homeserver: home.synapse.url, user, password, encryption: 'on' });
    const host = linkingHost();
    const { deviceId } = matrixCredential.parse((await linkMatrix(given, host)).credential);
    const { body } = await home.synapse.call(bot, 'POST', '/_matrix/client/v3/keys/query', {
      device_keys: { [id]: [] },
    });
    const { device_keys: devices, self_signing_keys: selfs } = body;
    const [self] = Object.keys((selfs as Record<string, { keys: object }>)[id]!.keys);
    expect(devices).toHaveProperty([id, deviceId, 'signatures', id, self!]);
    const machine = await openMachine(id, deviceId, host.store);
    expect(devices).toHaveProperty([id, deviceId, 'keys', `ed25519:${deviceId}`], machine.fingerprint);
    await machine.close();
    const kept = [...host.store.records.values()].map((value) => Buffer.from(value).toString('latin1'));
    expect(kept.join()).not.toContain(password);
  });

  it('says what is wrong', async () => {
    const bot = await home.synapse.addUser('unlinked');
    const homeserver = home.synapse.url;
    expect(await refused(request({ homeserver, accessToken: 'wrong' }))).toBe('bad-credential');
    expect(await refused(request({ homeserver, user: 'unlinked', password: 'wrong' }))).toBe(
      'bad-credential',
    );
    expect(await refused(request({ homeserver, accessToken: bot.token, owner: bot.id }))).toBe('bad-request');
    expect(await refused(request({ homeserver, accessToken: bot.token, owner: 'me' }))).toBe('bad-request');
    expect(await refused(request({ homeserver: 'http://localhost', accessToken: bot.token }))).toBe(
      'bad-request',
    );
    expect(await refused({ homeserver })).toBe('bad-request');
    const withKey = (recoveryKey: string, encryption: string): Promise<unknown> =>
      refused(request({ homeserver, user: bot.name, password: bot.password, recoveryKey, encryption }));
    const key = formatRecoveryKey(Buffer.alloc(32, 7));
    expect(await withKey(key.slice(1), 'on')).toBe('bad-recovery-key');
    expect(await withKey(key, 'off')).toBe('bad-request');
    // The account has no backup; the session that was begun to find that out is ended.
    expect(await withKey(key, 'on')).toBe('bad-recovery-key');
    const { body } = await home.synapse.call(bot, 'GET', '/_matrix/client/v3/devices');
    expect(body['devices']).toHaveLength(1);
    expect(await refused(request({ homeserver, accessToken: bot.token }), new Agent())).toBe(
      'platform-unreachable',
    );
    expect(await refused(request({ homeserver: 'https://localhost:1', accessToken: 'x' }))).toBe(
      'platform-unreachable',
    );
  });

  it('is undone by ending the session', async () => {
    const rig = await makeRig(home);
    const bridge = rig.open(new RecordingHost(home.agent, rig.owner.user.id));
    bridge.start();
    await bridge.unlink();
    const { body } = await home.synapse.call(rig.bot, 'GET', '/_matrix/client/v3/account/whoami');
    expect(body).toMatchObject({ errcode: 'M_UNKNOWN_TOKEN' });
  });
});
