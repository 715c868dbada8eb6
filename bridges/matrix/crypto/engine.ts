/** End-to-end encryption: the crypto machine, and the requests that it wants to have made. Loaded only when it is wanted. */
import type { BridgeStore } from '../../bridge.js';
import type { Client } from '../client.js';
import type { SyncAnswer } from '../events.js';
import type { Room, Rooms } from '../rooms.js';
import { Backup } from './backup.js';
import { openMachine, type MachineKind } from './choose-machine.js';
import type { Machine, Outgoing, VerificationHost, Verifier } from './machine.js';
import { dispatch, signIdentity } from './requests.js';
import { rotationOf } from './rotation.js';

/** `owners`: who may verify us. `tell` says something to the owner: in that room, or where they wrote last. */
export interface EngineOptions extends VerificationHost {
  store: BridgeStore;
  client: Client;
  rooms: Rooms;
  userId: string;
  deviceId: string;
  /** For tests; a device that was begun with another stays with it. */
  machine?: MachineKind | undefined;
}

export class Engine {
  private readonly verifier: Verifier;
  private readonly backup: Backup;
  /** One thing after the other: the machine's requests must reach the homeserver in the order in which they are made. */
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly machine: Machine,
    private readonly options: EngineOptions,
  ) {
    const send = (request: Outgoing): Promise<void> => this.deliver(request);
    this.verifier = machine.verifier(options, send);
    this.backup = new Backup(machine, options);
  }

  /** @throws StaleKeys */
  static async open(options: EngineOptions): Promise<Engine> {
    const { userId, deviceId, store, machine } = options;
    return new Engine(await openMachine(userId, deviceId, store, machine), options);
  }

  /** Makes the keys known that others need to write to us, and signs this device where that can be done. */
  async introduce(): Promise<void> {
    await this.inTurn(async () => {
      const { userId, client, owners } = this.options;
      // A verification is taken only from a device that is known.
      await this.machine.track([userId, ...owners()]);
      await this.sendAll();
      await signIdentity(client, this.machine, userId);
      await this.sendAll();
      await this.backup.keepUp();
    });
  }

  /** What other devices compare to be sure that it is us. */
  get fingerprint(): string {
    return this.machine.fingerprint;
  }

  /** Takes in keys and lists of devices. When it returns, they are kept. */
  async receive(answer: SyncAnswer): Promise<void> {
    await this.inTurn(async () => {
      const events = await this.machine.receiveSync({
        toDevice: answer.to_device.events,
        ...answer.device_lists,
        oneTimeKeys: answer.device_one_time_keys_count,
        fallbackKeys: answer.device_unused_fallback_key_types,
      });
      this.machine.check();
      for (const event of events) this.verifier.notice(event, null);
    });
  }

  /** Makes the requests that came up. @throws StaleKeys, MatrixFailure, TransportError */
  async flush(): Promise<void> {
    await this.inTurn(async () => {
      await this.sendAll();
      await this.verifier.goOn();
      await this.sendAll();
      await this.backup.keepUp();
    });
  }

  /** The event in the clear, by a key from the backup where none has come; null while there is none. */
  async decrypt(room: string, raw: unknown): Promise<unknown> {
    const decrypted = await this.machine.decrypt(room, raw);
    if (decrypted !== null || !(await this.backup.restore(room, sessionOf(raw)))) return decrypted;
    return this.machine.decrypt(room, raw);
  }

  /** What is sent in the place of `content`. @throws StaleKeys, MatrixFailure, TransportError */
  encrypt(id: string, room: Room, type: string, content: unknown): Promise<unknown> {
    return this.inTurn(() => this.seal(id, room, type, content));
  }

  /** Takes in a step of a verification that goes through a room. */
  async receiveVerification(room: string, event: unknown): Promise<void> {
    await this.inTurn(() => this.verifier.receive(event, room));
  }

  async close(): Promise<void> {
    await this.inTurn(() => this.machine.close());
  }

  private async seal(id: string, room: Room, type: string, content: unknown): Promise<unknown> {
    const { client, userId } = this.options;
    const users = [...room.others, userId];
    await this.machine.track(users);
    for (const request of await this.machine.outgoing()) {
      // What goes into a room may be what is being sealed just now.
      if (request.kind !== 'room-message') await dispatch(client, this.machine, request);
    }
    const claim = await this.machine.claim(users);
    if (claim) await dispatch(client, this.machine, claim);
    for (const share of await this.machine.share(id, users, rotationOf(room.encryption))) {
      await dispatch(client, this.machine, share);
    }
    const encrypted = await this.machine.encrypt(id, type, content);
    // What was said with a key that is not kept could be said again with the same.
    this.machine.check();
    return encrypted;
  }

  private async sendAll(): Promise<void> {
    for (const request of await this.machine.outgoing()) await this.deliver(request);
    this.machine.check();
  }

  /** What goes into a room is encrypted as all else there. */
  private async deliver(request: Outgoing): Promise<void> {
    const { client, rooms } = this.options;
    const room = request.kind === 'room-message' ? await rooms.of(request.room) : null;
    if (request.kind !== 'room-message' || !room?.isEncrypted) {
      await dispatch(client, this.machine, request);
      return;
    }
    const content: unknown = JSON.parse(request.body);
    const sealed = await this.seal(request.room, room, request.eventType, content);
    const event = await client.sendOnce(request.room, 'm.room.encrypted', sealed, request.transaction);
    await this.machine.markSent(request, { event_id: event });
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.queue.then(work);
    this.queue = done.catch(() => undefined);
    return done;
  }
}

/** The session whose key it needs; null where it names none. */
function sessionOf(raw: unknown): string | null {
  const { content } = raw as { content?: unknown };
  const { session_id: session } = (content ?? {}) as { session_id?: unknown };
  return typeof session === 'string' && session !== '' ? session : null;
}
