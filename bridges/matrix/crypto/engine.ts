/** End-to-end encryption: the crypto machine, and the requests that it wants to have made. Loaded only when it is wanted. */
import {
  DecryptionSettings,
  DeviceId,
  DeviceLists,
  EncryptionSettings,
  HistoryVisibility,
  initAsync,
  OlmMachine,
  RoomId,
  RoomMessageRequest,
  TrustRequirement,
  UserId,
  type OutgoingVerificationRequest,
} from '@matrix-org/matrix-sdk-crypto-wasm';
import type { BridgeStore } from '../../bridge.js';
import type { Client } from '../client.js';
import type { SyncAnswer } from '../events.js';
import type { Room, Rooms } from '../rooms.js';
import { Database } from './database.js';
import { dispatch, signIdentity, type Outgoing } from './requests.js';
import { Verification } from './verification.js';

export interface EngineOptions {
  store: BridgeStore;
  client: Client;
  rooms: Rooms;
  userId: string;
  deviceId: string;
  /** Who may verify us. */
  owners: () => readonly string[];
  /** Says something about a verification to the owner: in that room, or where they wrote last. */
  tell: (room: string | null, text: string) => void;
}

export class Engine {
  private readonly verification: Verification;
  /** One thing after the other: the machine's requests must reach the homeserver in the order in which they are made. */
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly machine: OlmMachine,
    private readonly database: Database,
    private readonly options: EngineOptions,
  ) {
    const send = (request: OutgoingVerificationRequest): Promise<void> => this.deliver(request);
    this.verification = new Verification(machine, options, send);
  }

  /** @throws StaleKeys, MatrixFailure, TransportError */
  static async open(options: EngineOptions): Promise<Engine> {
    await initAsync();
    const database = await Database.open(options.store);
    const [user, device] = [new UserId(options.userId), new DeviceId(options.deviceId)];
    const machine = await OlmMachine.initialize(user, device, database.name);
    await database.keepShapes();
    const engine = new Engine(machine, database, options);
    // Other devices of this account, had it any, are not this assistant's.
    machine.roomKeyRequestsEnabled = false;
    machine.roomKeyForwardingEnabled = false;
    return engine;
  }

  /** Makes the keys known that others need to write to us, and signs this device where that can be done. */
  async introduce(): Promise<void> {
    await this.inTurn(async () => {
      // A verification is taken only from a device that is known.
      const users = [this.options.userId, ...this.options.owners()];
      await this.machine.updateTrackedUsers(users.flatMap((user) => userOf(user) ?? []));
      await this.sendAll();
      await signIdentity(this.options.client, this.machine);
      await this.sendAll();
    });
  }

  /** What other devices compare to be sure that it is us. */
  get fingerprint(): string {
    return this.machine.identityKeys.ed25519.toBase64();
  }

  /** Takes in keys and lists of devices. When it returns, they are kept. */
  async receive(answer: SyncAnswer): Promise<void> {
    await this.inTurn(async () => {
      const { changed, left } = answer.device_lists;
      const users = (ids: string[]): UserId[] => ids.flatMap((id) => userOf(id) ?? []);
      const fallback = answer.device_unused_fallback_key_types;
      const processed = await this.machine.receiveSyncChanges(
        JSON.stringify(answer.to_device.events),
        new DeviceLists(users(changed), users(left)),
        new Map(Object.entries(answer.device_one_time_keys_count)),
        fallback === undefined ? undefined : new Set(fallback),
        anySender(),
      );
      this.database.check();
      for (const event of processed) this.verification.notice(JSON.parse(event.rawEvent) as unknown, null);
    });
  }

  /** Makes the requests that came up. @throws StaleKeys, MatrixFailure, TransportError */
  async flush(): Promise<void> {
    await this.inTurn(async () => {
      await this.sendAll();
      await this.verification.goOn();
      await this.sendAll();
    });
  }

  /** The event in the clear, or null while its key has not come. */
  async decrypt(room: string, raw: unknown): Promise<unknown> {
    try {
      const decrypted = await this.machine.decryptRoomEvent(
        JSON.stringify(raw),
        new RoomId(room),
        anySender(),
      );
      return JSON.parse(decrypted.event) as unknown;
    } catch {
      return null;
    }
  }

  /** What is sent in the place of `content`. @throws StaleKeys, MatrixFailure, TransportError */
  encrypt(id: string, room: Room, type: string, content: unknown): Promise<unknown> {
    return this.inTurn(() => this.seal(id, room, type, content));
  }

  /** Takes in a step of a verification that goes through a room. */
  async receiveVerification(room: string, event: unknown): Promise<void> {
    await this.inTurn(async () => {
      await this.machine.receiveVerificationEvent(JSON.stringify(event), new RoomId(room));
      this.verification.notice(event, room);
    });
  }

  async close(): Promise<void> {
    await this.inTurn(async () => {
      this.machine.close();
      await this.database.close();
    });
  }

  private async seal(id: string, room: Room, type: string, content: unknown): Promise<unknown> {
    const users = (): UserId[] => [...room.others, this.options.userId].flatMap((user) => userOf(user) ?? []);
    await this.machine.updateTrackedUsers(users());
    for (const request of await this.machine.outgoingRequests()) {
      // What goes into a room may be what is being sealed just now.
      if (!(request instanceof RoomMessageRequest))
        await dispatch(this.options.client, this.machine, request);
    }
    const claim = await this.machine.getMissingSessions(users());
    if (claim) await dispatch(this.options.client, this.machine, claim);
    const settings = settingsOf(room.encryption);
    for (const share of await this.machine.shareRoomKey(new RoomId(id), users(), settings)) {
      await dispatch(this.options.client, this.machine, share);
    }
    const encrypted = await this.machine.encryptRoomEvent(new RoomId(id), type, JSON.stringify(content));
    // What was said with a key that is not kept could be said again with the same.
    this.database.check();
    return JSON.parse(encrypted) as unknown;
  }

  private async sendAll(): Promise<void> {
    for (const request of await this.machine.outgoingRequests()) await this.deliver(request);
    this.database.check();
  }

  /** What goes into a room is encrypted as all else there. */
  private async deliver(request: Outgoing): Promise<void> {
    const { client, rooms } = this.options;
    if (!(request instanceof RoomMessageRequest)) return dispatch(client, this.machine, request);
    const room = await rooms.of(request.room_id);
    if (!room.isEncrypted) return dispatch(client, this.machine, request);
    const content: unknown = JSON.parse(request.body);
    const sealed = await this.seal(request.room_id, room, request.event_type, content);
    const event = await client.sendOnce(request.room_id, 'm.room.encrypted', sealed, request.txn_id);
    await this.machine.markRequestAsSent(request.id, request.type, JSON.stringify({ event_id: event }));
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.queue.then(work);
    this.queue = done.catch(() => undefined);
    return done;
  }
}

/** Who may write is decided by who the sender is; whether they verified us is up to them. */
const anySender = (): DecryptionSettings => new DecryptionSettings(TrustRequirement.Untrusted);

function userOf(id: string): UserId | null {
  try {
    return new UserId(id);
  } catch {
    return null;
  }
}

/** As the room wants it; a key is never used for longer than the machine does by itself. */
function settingsOf(content: unknown): EncryptionSettings {
  const settings = new EncryptionSettings();
  settings.historyVisibility = HistoryVisibility.Joined;
  const { rotation_period_ms: period, rotation_period_msgs: messages } = (content ?? {}) as Record<
    string,
    unknown
  >;
  if (isCount(period)) settings.rotationPeriod = least(settings.rotationPeriod, BigInt(period) * 1_000n);
  if (isCount(messages))
    settings.rotationPeriodMessages = least(settings.rotationPeriodMessages, BigInt(messages));
  return settings;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
