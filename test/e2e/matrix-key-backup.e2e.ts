/** The key backup of the Matrix bridge at a real homeserver: ours, the owner's, and that of somebody else. */
import { createCipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { matrixCredential, type MatrixCredential } from '../../bridges/matrix/credential.js';
import { REPLACED } from '../../bridges/matrix/crypto/backup.js';
import { readBackup } from '../../bridges/matrix/crypto/backup-record.js';
import { base64, formatRecoveryKey, publicKeyOf } from '../../bridges/matrix/crypto/recovery-key.js';
import { EncryptionSetup } from '../../bridges/matrix/encryption-test-rig.js';
import { linkMatrix } from '../../bridges/matrix/link.js';
import { makeRig, type Rig } from '../../bridges/matrix/test-rig.js';
import { MemoryStore, RecordingHost, soon } from '../../bridges/recording-host.js';
import type { MatrixUser } from '../kit/matrix/synapse.js';

const setup = new EncryptionSetup();
const { bridges, machines, afterCrash, running, send, started } = setup;

describe.each(machines)('the key backup, by %s,', (kind) => {
  beforeEach(() => void (setup.machine = kind));

  const API = '/_matrix/client/v3';
  const backupOf = async (user: MatrixUser): Promise<Record<string, unknown>> =>
    (await setup.home.synapse.call(user, 'GET', `${API}/room_keys/version`)).body;
  const makeVersion = async (user: MatrixUser, publicKey: string): Promise<void> => {
    const data = { public_key: publicKey, signatures: {} };
    const { status } = await setup.home.synapse.call(user, 'POST', `${API}/room_keys/version`, {
      algorithm: 'm.megolm_backup.v1.curve25519-aes-sha2',
      auth_data: data,
    });
    expect(status).toBe(200);
  };
  /** What only the bridge has. */
  const secretOf = ({ store }: RecordingHost): Buffer => Buffer.from(readBackup(store)!.secret, 'base64');
  /** Another session of the same account. */
  const another = async ({ name, password, ...user }: MatrixUser): Promise<MatrixUser> => {
    const identifier = { type: 'm.id.user', user: name };
    const { body } = await setup.home.synapse.call(null, 'POST', `${API}/login`, {
      ...{ type: 'm.login.password', identifier, password },
    });
    return {
      ...user,
      name,
      password,
      token: String(body['access_token']),
      device: String(body['device_id']),
    };
  };
  const linkedAnew = (rig: Rig, recoveryKey: string, store: MemoryStore): Promise<MatrixCredential> =>
    linkMatrix(
      {
        ...{ homeserver: setup.home.synapse.url, owner: rig.owner.user.id, encryption: 'on', recoveryKey },
        ...{ user: rig.bot.name, password: rig.bot.password },
      },
      { agent: setup.home.agent, store },
    ).then(({ credential }) => matrixCredential.parse(credential));

  it('has the key of each session, opens to nobody else, and goes when the channel is unlinked', async () => {
    const { rig, host, bridge } = await running();
    await rig.owner.say(rig.room, 'a question');
    await soon(() => expect(host.texts()).toEqual(['a question']));
    await send(bridge, rig, 'an answer');
    await expect.poll(() => backupOf(rig.bot), { timeout: 10_000 }).toMatchObject({ count: 2 });
    const found = await backupOf(rig.bot);
    expect(found).toMatchObject({
      auth_data: { public_key: publicKeyOf(secretOf(host)), signatures: { [rig.bot.id]: {} } },
    });
    const { body } = await setup.home.synapse.call(
      rig.bot,
      'GET',
      `${API}/room_keys/keys?version=${String(found['version'])}`,
    );
    expect(Object.keys(body['rooms'] as object)).toEqual([rig.room]);
    expect(JSON.stringify([found, body])).not.toContain(base64(secretOf(host)));
    // The same after a restart: nothing is made twice.
    await bridges.pop()!.stop();
    const again = await started(rig, afterCrash(host));
    await send(again, rig, 'and more');
    expect(await backupOf(rig.bot)).toMatchObject({ version: found['version'] });
    const session = await another(rig.bot);
    await again.unlink();
    expect(await backupOf(session)).toMatchObject({ errcode: 'M_NOT_FOUND' });
  });

  it.each(['its own key', 'the key of the secret storage'])(
    'gives back what was said before the keys were lost, by %s',
    async (which) => {
      const { rig, host } = await running();
      const before = host.checkpoint();
      await rig.owner.say(rig.room, 'long ago');
      const old = await rig.owner.send(rig.room, { msgtype: 'm.text', body: 'and longer' });
      await soon(() => expect(host.texts()).toEqual(['long ago', 'and longer']));
      await expect.poll(() => backupOf(rig.bot), { timeout: 10_000 }).toMatchObject({ count: 1 });
      const secret = secretOf(host);
      await bridges.pop()!.stop();
      let recoveryKey = formatRecoveryKey(secret);
      if (which !== 'its own key') {
        const storage = randomBytes(32);
        recoveryKey = formatRecoveryKey(storage);
        const sealed = sealSecret(storage, 'm.megolm_backup.v1', base64(secret));
        const path = `${API}/user/${encodeURIComponent(rig.bot.id)}/account_data/m.megolm_backup.v1`;
        await setup.home.synapse.call(rig.bot, 'PUT', path, { encrypted: { KEY: sealed } });
      }
      const store = new MemoryStore();
      const wrong = formatRecoveryKey(randomBytes(32));
      await expect(linkedAnew(rig, wrong, store)).rejects.toMatchObject({ code: 'bad-recovery-key' });
      const credential = await linkedAnew(rig, recoveryKey, store);
      expect(credential.deviceId).not.toBe(rig.bot.device);
      const anew = new RecordingHost(setup.home.agent, rig.owner.user.id, null, store);
      anew.checkpoints.push(before!);
      const bridge = rig.open(anew, credential);
      bridges.push(bridge);
      bridge.start();
      await anew.reaches('connected');
      await soon(() => expect(anew.texts()).toEqual(['long ago', 'and longer']), 10_000);
      const reply = { 'm.relates_to': { 'm.in_reply_to': { event_id: old } } };
      await rig.owner.send(rig.room, { msgtype: 'm.text', body: 'as I said', ...reply });
      await soon(() => expect(anew.journal.at(-1)).toMatchObject({ quoted: 'and longer' }), 10_000);
      // It is the owner's, and stays.
      const session = await another(rig.bot);
      await bridge.unlink();
      expect(await backupOf(session)).toHaveProperty('version');
    },
  );

  it('of somebody else is left alone', async () => {
    const rig = await makeRig(setup.home, {
      mode: 'on',
      encrypted: true,
      options: { machine: setup.machine },
    });
    const theirs = publicKeyOf(randomBytes(32));
    await makeVersion(rig.bot, theirs);
    const host = new RecordingHost(setup.home.agent, rig.owner.user.id);
    const bridge = await started(rig, host);
    await rig.owner.say(rig.room, 'hello');
    await soon(() => expect(host.texts()).toEqual(['hello']));
    await send(bridge, rig, 'hello to you');
    expect(await backupOf(rig.bot)).toMatchObject({ count: 0, auth_data: { public_key: theirs } });
    expect(readBackup(host.store)).toBeNull();
    const session = await another(rig.bot);
    await bridge.unlink();
    expect(await backupOf(session)).toMatchObject({ auth_data: { public_key: theirs } });
  });

  it('of ours whose key was lost is made anew', async () => {
    const { rig, host } = await running();
    const { version } = await backupOf(rig.bot);
    await bridges.pop()!.stop();
    const session = await another(rig.bot);
    const lost = new RecordingHost(setup.home.agent, rig.owner.user.id);
    const credential = { ...rig.credential, deviceId: session.device, accessToken: session.token };
    const bridge = rig.open(lost, credential);
    bridges.push(bridge);
    bridge.start();
    await lost.reaches('connected');
    const anew = await backupOf(session);
    expect(anew).toMatchObject({ auth_data: { public_key: publicKeyOf(secretOf(lost)) } });
    expect(secretOf(lost)).not.toEqual(secretOf(host));
    const path = `${API}/room_keys/version/${String(version)}`;
    expect((await setup.home.synapse.call(session, 'GET', path)).status).toBe(404);
  });

  it('that was replaced gets no more keys, and the owner hears of it once', async () => {
    const { rig, host, bridge } = await running();
    await rig.owner.say(rig.room, 'hello');
    await soon(() => expect(host.texts()).toEqual(['hello']));
    await expect.poll(() => backupOf(rig.bot), { timeout: 10_000 }).toMatchObject({ count: 1 });
    const theirs = publicKeyOf(randomBytes(32));
    await makeVersion(rig.bot, theirs);
    await send(bridge, rig, 'one');
    await expect.poll(() => rig.seen(), { timeout: 10_000 }).toEqual(['one', REPLACED]);
    await bridges.pop()!.stop();
    const again = afterCrash(host);
    const next = await started(rig, again);
    await rig.owner.say(rig.room, 'and now?');
    await soon(() => expect(again.texts()).toEqual(['hello', 'and now?']));
    await send(next, rig, 'two');
    expect(await rig.seen()).toEqual(['one', REPLACED, 'two']);
    expect(await backupOf(rig.bot)).toMatchObject({ count: 0, auth_data: { public_key: theirs } });
    const session = await another(rig.bot);
    await next.unlink();
    expect(await backupOf(session)).toMatchObject({ auth_data: { public_key: theirs } });
  });
});

/** As a client puts a secret into the account's secret storage. */
function sealSecret(key: Buffer, name: string, secret: string): Record<string, string> {
  const keys = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(32), name, 64));
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-ctr', keys.subarray(0, 32), iv);
  const ciphertext = Buffer.concat([cipher.update(secret), cipher.final()]);
  const mac = createHmac('sha256', keys.subarray(32)).update(ciphertext).digest();
  return { iv: base64(iv), ciphertext: base64(ciphertext), mac: base64(mac) };
}
