/** Every crypto machine that can run here does the same, and each reads what the other wrote. */
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../recording-host.js';
import { StaleKeys } from '../failure.js';
import { machinesHere } from '../test-rig.js';
import { openMachine, type MachineKind } from './choose-machine.js';
import { makeFirstKeys } from './first-keys.js';
import { KeyServer } from './key-server-test-rig.js';
import type { Machine } from './machine.js';
import { base64, publicKeyOf } from './recovery-key.js';
import { dispatch, signIdentity } from './requests.js';

const kinds = machinesHere();
const pairs = kinds.flatMap((one) => kinds.map((other) => [one, other] as const));
const ROOM = '!room:example.org';

let events = 0;
const opened: Machine[] = [];
afterEach(async () => {
  for (const machine of opened.splice(0)) await machine.close();
});

/** A device with its machine, and what it does with the homeserver. */
class Party {
  private constructor(
    readonly machine: Machine,
    readonly store: MemoryStore,
    private readonly server: KeyServer,
    readonly user: string,
  ) {}

  static async open(
    kind: MachineKind,
    server: KeyServer,
    name: string,
    store = new MemoryStore(),
  ): Promise<Party> {
    const user = `@${name}:example.org`;
    const machine = await openMachine(user, 'DEVICE', store, kind);
    opened.push(machine);
    const party = new Party(machine, store, server, user);
    await party.flush();
    return party;
  }

  get client() {
    return this.server.clientFor(this.user, 'DEVICE');
  }

  async flush(): Promise<void> {
    for (const request of await this.machine.outgoing()) await dispatch(this.client, this.machine, request);
  }

  async sync(): Promise<unknown[]> {
    const events = await this.machine.receiveSync(this.server.changesFor(this.user, 'DEVICE'));
    await this.flush();
    return events;
  }

  async say(text: string, ...to: Party[]): Promise<object> {
    const users = [...to, this].map(({ user }) => user);
    await this.machine.track(users);
    await this.flush();
    const claim = await this.machine.claim(users);
    if (claim) await dispatch(this.client, this.machine, claim);
    for (const request of await this.machine.share(ROOM, users, {}))
      await dispatch(this.client, this.machine, request);
    const content = await this.machine.encrypt(ROOM, 'm.room.message', { msgtype: 'm.text', body: text });
    return {
      ...{ type: 'm.room.encrypted', event_id: `$event${++events}`, room_id: ROOM, sender: this.user },
      ...{ origin_server_ts: 1_700_000_000_000, content },
    };
  }
}

const textOf = (clear: unknown): unknown => (clear as { content?: { body?: unknown } } | null)?.content?.body;
const sessionOf = (event: object): string =>
  (event as { content: { session_id: string } }).content.session_id;

describe.each(pairs)('%s reads what %s wrote,', (reader, writer) => {
  it('when the key has come, and after a restart too', async () => {
    const server = new KeyServer();
    const ada = await Party.open(writer, server, 'ada');
    const ara = await Party.open(reader, server, 'ara');
    const event = await ada.say('hello', ara);
    expect(await ara.machine.decrypt(ROOM, event)).toBeNull();
    await ara.sync();
    expect(textOf(await ara.machine.decrypt(ROOM, event))).toBe('hello');
    expect(JSON.stringify(event)).not.toContain('hello');
    // What was kept by now, as another process finds it.
    const again = await Party.open(reader, server, 'ara', ara.store.copy());
    expect(again.machine.fingerprint).toBe(ara.machine.fingerprint);
    expect(textOf(await again.machine.decrypt(ROOM, event))).toBe('hello');
    expect(textOf(await again.machine.decrypt(ROOM, await ada.say('more', ara)))).toBe('more');
    const answer = await again.say('and you?', ada);
    await ada.sync();
    expect(textOf(await ada.machine.decrypt(ROOM, answer))).toBe('and you?');
  });

  it('by a backup of its keys, with the key of it and with no other', async () => {
    const server = new KeyServer();
    const ada = await Party.open(writer, server, 'ada');
    const event = await ada.say('long ago', await Party.open(reader, server, 'nobody'));
    const [key, wrong] = [randomBytes(32), randomBytes(32)];
    const { version } = (await ada.client.call('POST', '/_matrix/client/v3/room_keys/version', {
      body: { algorithm: 'a', auth_data: {} },
    })) as { version: string };
    await ada.machine.enableBackup(publicKeyOf(key), version);
    const request = await ada.machine.backUp(version);
    await dispatch(ada.client, ada.machine, request!);
    // All of it is there: once only, and again for another version.
    expect(await ada.machine.backUp(version)).toBeNull();
    await ada.machine.disableBackup();
    await ada.machine.enableBackup(publicKeyOf(key), '2');
    expect(await ada.machine.backUp('2')).toMatchObject({ kind: 'keys-backup', version: '2' });

    const session = sessionOf(event);
    const ara = await Party.open(reader, server, 'ara');
    const { session_data: sealed } = server.backedUp.get(`${version} ${ROOM}/${session}`)! as {
      session_data: { ephemeral: string; ciphertext: string; mac: string };
    };
    const restore = (secret: Buffer): Promise<boolean> =>
      ara.machine.restore(ROOM, session, sealed, { version, secret: base64(secret) });
    expect(await restore(wrong)).toBe(false);
    expect(await ara.machine.decrypt(ROOM, event)).toBeNull();
    expect(await restore(key)).toBe(true);
    expect(textOf(await ara.machine.decrypt(ROOM, event))).toBe('long ago');
  });
});

describe.each(kinds)('%s', (kind) => {
  it('makes an identity once, which signs the device', async () => {
    const server = new KeyServer();
    const ara = await Party.open(kind, server, 'ara');
    const uploads = (): string[] => server.calls.filter((call) => call.includes('device_signing'));
    await signIdentity(ara.client, ara.machine, ara.user);
    await signIdentity(ara.client, ara.machine, ara.user);
    expect(uploads()).toHaveLength(1);
    expect(await ara.machine.sign('text')).toMatchObject({
      [ara.user]: { 'ed25519:DEVICE': expect.any(String) as unknown },
    });
  });

  it('signs with the password where that is asked for, once, and only there', async () => {
    const server = new KeyServer();
    const options = (password: string) => ({
      ...{ userId: '@ara:example.org', deviceId: 'DEVICE', password, store: new MemoryStore() },
      client: server.clientFor('@ara:example.org', 'DEVICE'),
    });
    const asks = (): number =>
      server.calls.splice(0).filter((call) => call.includes('device_signing')).length;
    server.password = 'secret';
    const wrong = options('wrong');
    await openMachine(wrong.userId, wrong.deviceId, wrong.store, kind).then((machine) => machine.close());
    await makeFirstKeys(wrong);
    expect([server.masters, asks()]).toEqual([{}, 2]);
    // The device is the same: its keys were kept.
    await makeFirstKeys({ ...wrong, password: 'secret' });
    expect([Object.keys(server.masters), asks()]).toEqual([['@ara:example.org'], 2]);
    const ara = await Party.open(kind, server, 'ara', wrong.store);
    await signIdentity(ara.client, ara.machine, ara.user);
    expect(asks()).toBe(0);
    const open = new KeyServer();
    const client = open.clientFor('@ara:example.org', 'DEVICE');
    await makeFirstKeys({ ...options('secret'), client });
    expect([open.calls.filter((call) => call.includes('device_signing')).length, open.bodies()]).toEqual([
      1,
      expect.not.stringContaining('secret'),
    ]);
  });

  it('passes over users whose names are none', async () => {
    const ara = await Party.open(kind, new KeyServer(), 'ara');
    await ara.machine.track(['nobody', '', '@ara:example.org']);
    expect(await ara.machine.claim(['@no one'])).toBeNull();
  });

  it('stays what a device was begun with', async () => {
    const server = new KeyServer();
    const { store, machine } = await Party.open(kind, server, 'ara');
    for (const wanted of kinds) {
      const again = await Party.open(wanted, server, 'ara', store.copy());
      expect(again.machine.fingerprint).toBe(machine.fingerprint);
    }
  });
});

it('a device of before there were two is one of WebAssembly', async () => {
  const server = new KeyServer();
  const { store, machine } = await Party.open('wasm', server, 'ara');
  store.records.delete('crypto-machine');
  const again = await openMachine('@ara:example.org', 'DEVICE', store.copy());
  opened.push(again);
  expect(again.fingerprint).toBe(machine.fingerprint);
});

it('a device whose library is gone has to be linked anew', async () => {
  const store = new MemoryStore();
  store.write([['crypto-machine', Buffer.from('native')]]);
  await expect(openMachine('@ara:example.org', 'DEVICE', store, undefined, null)).rejects.toThrow(StaleKeys);
  const fresh = await openMachine('@ara:example.org', 'DEVICE', new MemoryStore(), undefined, null);
  opened.push(fresh);
  expect(fresh.fingerprint).toHaveLength(43);
});

it.each(kinds.filter((kind) => kind === 'native'))(
  'the files of %s open with what lies among the records only',
  async (kind) => {
    const { store } = await Party.open(kind, new KeyServer(), 'ara');
    const stolen = store.copy();
    stolen.records.set('crypto-passphrase', randomBytes(32));
    await expect(openMachine('@ara:example.org', 'DEVICE', stolen)).rejects.toThrow();
    expect((await Party.open(kind, new KeyServer(), 'ara', store.copy())).machine.fingerprint).toHaveLength(
      43,
    );
  },
);
