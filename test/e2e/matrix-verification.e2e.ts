/**
 * Verification as Element does it: a request in the room, then emoji. The owner's side is the crypto machine itself, since
 * matrix-nio knows no requests.
 */
import {
  DecryptionSettings,
  DeviceId,
  DeviceLists,
  EventId,
  OlmMachine,
  OtherUserIdentity,
  RequestType,
  RoomId,
  Sas,
  TrustRequirement,
  UserId,
  VerificationMethod,
  VerificationRequestPhase,
  type VerificationRequest,
} from '@matrix-org/matrix-sdk-crypto-wasm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chatId } from '../../contracts/ids.js';
import { Client } from '../../bridges/matrix/client.js';
import { make } from '../../bridges/matrix/crypto/requests.js';
import { outgoingOf } from '../../bridges/matrix/crypto/wasm-machine.js';
import { syncAnswer } from '../../bridges/matrix/events.js';
import { join, makeRig, startHomeserver, type Homeserver } from '../../bridges/matrix/test-rig.js';
import { RecordingHost, soon } from '../../bridges/recording-host.js';
import { SYNAPSE_STARTS_WITHIN, type MatrixUser } from '../kit/matrix/synapse.js';

let home: Homeserver;

beforeAll(async () => {
  home = await startHomeserver();
}, SYNAPSE_STARTS_WITHIN);
afterAll(() => home.stop());

/** The owner's other client: enough of one to verify somebody. */
class OwnerClient {
  private since: string | null = null;

  private constructor(
    private readonly client: Client,
    readonly machine: OlmMachine,
  ) {}

  static async open(user: MatrixUser): Promise<OwnerClient> {
    const { token: accessToken, id, device } = user;
    const client = new Client({ baseUrl: home.synapse.url, accessToken, agent: home.agent, timeout: 10_000 });
    const machine = await OlmMachine.initialize(new UserId(id), new DeviceId(device));
    const owner = new OwnerClient(client, machine);
    await owner.sendAll();
    const { uploadSigningKeysRequest, uploadSignaturesRequest } = await machine.bootstrapCrossSigning(true);
    const body: unknown = JSON.parse(uploadSigningKeysRequest.body);
    await client.call('POST', '/_matrix/client/v3/keys/device_signing/upload', { body });
    await owner.send(uploadSignaturesRequest);
    return owner;
  }

  async sync(room: string): Promise<void> {
    const query = this.since === null ? { timeout: '0' } : { timeout: '200', since: this.since };
    const answer = syncAnswer.parse(await this.client.call('GET', '/_matrix/client/v3/sync', { query }));
    this.since = answer.next_batch;
    await this.machine.receiveSyncChanges(
      JSON.stringify(answer.to_device.events),
      new DeviceLists(answer.device_lists.changed.map((user) => new UserId(user))),
      new Map(Object.entries(answer.device_one_time_keys_count)),
      new Set(),
      new DecryptionSettings(TrustRequirement.Untrusted),
    );
    for (const event of (answer.rooms.join[room]?.timeline.events ?? []) as { type: string }[]) {
      const isSealed = event.type === 'm.room.encrypted';
      const text = isSealed ? await this.decrypted(room, event) : JSON.stringify(event);
      if (text !== null) await this.machine.receiveVerificationEvent(text, new RoomId(room));
    }
    await this.sendAll();
  }

  async sendAll(): Promise<void> {
    for (const request of await this.machine.outgoingRequests()) await this.send(request);
  }

  async send(request: Parameters<typeof outgoingOf>[0] | undefined): Promise<void> {
    if (!request) return;
    const answer = JSON.stringify(await make(this.client, outgoingOf(request)));
    if (request.id) await this.machine.markRequestAsSent(request.id, request.type, answer);
  }

  async track(user: string): Promise<void> {
    await this.machine.updateTrackedUsers([new UserId(user)]);
    await this.sendAll();
  }

  private decrypted(room: string, event: object): Promise<string | null> {
    const settings = new DecryptionSettings(TrustRequirement.Untrusted);
    return this.machine.decryptRoomEvent(JSON.stringify(event), new RoomId(room), settings).then(
      ({ event: clear }) => clear,
      () => null,
    );
  }
}

const emojiOf = (sas: Sas): string[] => (sas.emoji() ?? []).map(({ symbol }) => symbol);

it.each(['in the room', 'in the encrypted room', 'between the devices'])(
  'by a request %s, and with it the whole account',
  async (way) => {
    const rig = await makeRig(home, {
      mode: 'on',
      encrypted: way === 'in the encrypted room',
      options: { machine: 'wasm' },
    });
    const host = new RecordingHost(home.agent, rig.owner.user.id);
    const bridge = rig.open(host);
    bridge.start();
    await host.reaches('connected');
    await rig.owner.say(rig.room, 'hello');
    const client = await OwnerClient.open(rig.owner.user);
    await client.sync(rig.room);
    await client.track(rig.bot.id);
    const identity = await client.machine.getIdentity(new UserId(rig.bot.id));
    if (!(identity instanceof OtherUserIdentity)) return expect.unreachable();
    expect(identity.isVerified()).toBe(false);

    let request: VerificationRequest;
    if (way !== 'between the devices') {
      const content: unknown = JSON.parse(identity.verificationRequestContent([VerificationMethod.SasV1]));
      const event = await rig.owner.send(rig.room, content as Record<string, unknown>);
      request = identity.requestVerification(new RoomId(rig.room), new EventId(event), [
        VerificationMethod.SasV1,
      ]);
    } else {
      const device = await client.machine.getDevice(new UserId(rig.bot.id), new DeviceId(rig.bot.device));
      const [made, first] = device!.requestVerification([VerificationMethod.SasV1]);
      request = made;
      expect(first.type).toBe(RequestType.ToDevice);
      await client.send(first);
    }

    const until = async (isSo: () => boolean): Promise<void> => {
      for (let tries = 0; tries < 50 && !isSo(); tries++) await client.sync(rig.room);
      expect(isSo()).toBe(true);
    };
    await until(() => request.isReady());
    const [sas, start] = (await request.startSas())!;
    await client.send(start);
    await until(() => sas.canBePresented());
    await expect.poll(() => rig.seen()).toHaveLength(1);
    const [told = ''] = await rig.seen();
    expect(
      told
        .split('\n')
        .slice(-7)
        .map((line) => line.split(' ')[0]),
    ).toEqual(emojiOf(sas));
    for (const step of await sas.confirm()) await client.send(step);
    await until(() => sas.isDone());
    await client.track(rig.bot.id);
    await until(() => request.isDone());
    await expect.poll(() => rig.seen()).toEqual([told, 'This device is verified now.']);
    await client.sync(rig.room);
    const device = await client.machine.getDevice(new UserId(rig.bot.id), new DeviceId(rig.bot.device));
    expect([device?.isCrossSignedByOwner(), device?.isVerified()]).toEqual([true, true]);
    await bridge.stop();
  },
);

it('by nobody but the owner', async () => {
  const rig = await makeRig(home, { mode: 'on', options: { machine: 'wasm' } });
  const host = new RecordingHost(home.agent, rig.owner.user.id);
  const bridge = rig.open(host);
  bridge.start();
  await host.reaches('connected');
  const account = await home.synapse.addUser('nosy');
  const stranger = await OwnerClient.open(account);
  // The assistant knows their device: they are in one room.
  const shared = await rig.owner.createRoom({ invite: [rig.bot.id, account.id], encrypted: true });
  await join(home.synapse, account, shared);
  await join(home.synapse, rig.bot, shared);
  await bridge.send(chatId.parse(shared), bridge.render('hello all')[0]!, 'to-all');
  await stranger.sync(rig.room);
  await stranger.track(rig.bot.id);
  const device = await stranger.machine.getDevice(new UserId(rig.bot.id), new DeviceId(rig.bot.device));
  const [request, first] = device!.requestVerification([VerificationMethod.SasV1]);
  await stranger.send(first);
  // Each of these is taken in by a sync after the request, and what that one calls for is sent before the next.
  for (const text of ['one', 'two', 'three']) {
    await rig.owner.say(rig.room, text);
    await soon(() => expect(host.texts().at(-1)).toBe(text));
  }
  await stranger.sync(rig.room);
  expect(request.phase()).toBe(VerificationRequestPhase.Created);
  expect(await rig.seen()).toEqual([]);
  await bridge.stop();
});
