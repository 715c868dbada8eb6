/**
 * The crypto machine in native code. It keeps its keys in a SQLite database in a folder of its own, encrypted with a passphrase
 * that lies among the bridge's records.
 */
import { randomBytes } from 'node:crypto';
import type { BridgeStore } from '../../bridge.js';
import type { Archive } from './archive.js';
import { ByHand } from './by-hand.js';
import {
  type BackedUpSession,
  type BackupKey,
  type Machine,
  type Outgoing,
  type Rotation,
  type SyncChanges,
  type VerificationHost,
  type Verifier,
} from './machine.js';
import type { NativeId, NativeModule, NativeOlmMachine, NativeRequest } from './native-module.js';
import { applyRotation } from './rotation.js';

/** In the order of the library's numbers. */
const REQUEST_KINDS = [
  'keys-upload',
  'keys-query',
  'keys-claim',
  'to-device',
  'signatures',
  'room-message',
  'keys-backup',
] as const satisfies Outgoing['kind'][];

const PASSPHRASE = 'crypto-passphrase';

/** One that is open when the process ends makes the library abort it. */
const open = new Set<NativeMachine>();
let closesAtExit = false;

export class NativeMachine implements Machine {
  /** What came from a backup: this library takes in no sessions, so another machine reads with them. */
  private archive: Promise<Archive> | null = null;
  private isClosed = false;

  private constructor(
    private readonly native: NativeModule,
    private readonly machine: NativeOlmMachine,
    private readonly userId: string,
    private readonly deviceId: string,
  ) {
    open.add(this);
    if (!closesAtExit) process.once('exit', () => open.forEach((each) => each.end()));
    closesAtExit = true;
  }

  static async open(
    native: NativeModule,
    userId: string,
    deviceId: string,
    store: BridgeStore,
  ): Promise<NativeMachine> {
    const { OlmMachine, UserId, DeviceId, StoreType } = native;
    const machine = await OlmMachine.initialize(
      new UserId(userId),
      new DeviceId(deviceId),
      store.folder(),
      passphraseIn(store),
      StoreType.Sqlite,
    );
    return new NativeMachine(native, machine, userId, deviceId);
  }

  get fingerprint(): string {
    return this.opened.identityKeys.ed25519.toBase64();
  }

  verifier(host: VerificationHost, send: (request: Outgoing) => Promise<void>): Verifier {
    return new ByHand(host, { device: this.deviceId, fingerprint: this.fingerprint }, send);
  }

  async receiveSync(changes: SyncChanges): Promise<unknown[]> {
    const { DeviceLists } = this.native;
    const answer = await this.opened.receiveSyncChanges(
      JSON.stringify(changes.toDevice),
      new DeviceLists(this.usersOf(changes.changed), this.usersOf(changes.left)),
      changes.oneTimeKeys,
      changes.fallbackKeys ?? [],
    );
    const [events] = JSON.parse(answer) as [unknown[]];
    return events;
  }

  async outgoing(): Promise<Outgoing[]> {
    return (await this.opened.outgoingRequests()).map(outgoingOf);
  }

  async markSent({ id, kind }: Outgoing, answer: unknown): Promise<void> {
    const type = REQUEST_KINDS.indexOf(kind);
    if (id !== null) await this.opened.markRequestAsSent(id, type, JSON.stringify(answer));
  }

  async track(users: readonly string[]): Promise<void> {
    await this.opened.updateTrackedUsers(this.usersOf(users));
  }

  query(users: readonly string[]): Outgoing {
    return outgoingOf(this.opened.queryKeysForUsers(this.usersOf(users)));
  }

  async claim(users: readonly string[]): Promise<Outgoing | null> {
    const request = await this.opened.getMissingSessions(this.usersOf(users));
    return request ? outgoingOf(request) : null;
  }

  async share(room: string, users: readonly string[], rotation: Rotation): Promise<Outgoing[]> {
    const { EncryptionSettings, HistoryVisibility, RoomId } = this.native;
    const settings = new EncryptionSettings();
    settings.historyVisibility = HistoryVisibility.Joined;
    applyRotation(settings, rotation);
    const requests = await this.opened.shareRoomKey(new RoomId(room), this.usersOf(users), settings);
    return requests.map(outgoingOf);
  }

  async encrypt(room: string, type: string, content: unknown): Promise<unknown> {
    const sealed = await this.opened.encryptRoomEvent(
      new this.native.RoomId(room),
      type,
      JSON.stringify(content),
    );
    return JSON.parse(sealed) as unknown;
  }

  async decrypt(room: string, raw: unknown): Promise<unknown> {
    const machine = this.opened;
    try {
      const { event } = await machine.decryptRoomEvent(JSON.stringify(raw), new this.native.RoomId(room));
      return JSON.parse(event) as unknown;
    } catch {
      const archive = await this.archive;
      return archive ? archive.decrypt(room, raw) : null;
    }
  }

  async makeIdentity(): Promise<{ keys: object; signatures: Outgoing }> {
    const { hasMaster } = await this.opened.crossSigningStatus();
    const requests = await this.opened.bootstrapCrossSigning(!hasMaster);
    return {
      keys: JSON.parse(requests.uploadSigningKeysReq) as object,
      signatures: outgoingOf(requests.uploadSignaturesReq),
    };
  }

  async sign(text: string): Promise<unknown> {
    return JSON.parse((await this.opened.sign(text)).asJSON()) as unknown;
  }

  enableBackup(publicKey: string, version: string): Promise<void> {
    return this.opened.enableBackupV1(publicKey, version);
  }

  disableBackup(): Promise<void> {
    return this.opened.disableBackup();
  }

  async backUp(version: string): Promise<Outgoing | null> {
    const request = await this.opened.backupRoomKeys();
    return request ? { kind: 'keys-backup', id: request.id ?? null, body: request.body, version } : null;
  }

  async restore(room: string, session: string, sealed: BackedUpSession, key: BackupKey): Promise<boolean> {
    this.archive ??= import('./archive.js').then(({ Archive: Loaded }) =>
      Loaded.open(this.userId, this.deviceId),
    );
    return (await this.archive).take(room, session, sealed, key);
  }

  /** The library says by itself when it could not write. */
  check(): void {
    return;
  }

  async close(): Promise<void> {
    this.end();
    await this.archive?.then((archive) => archive.close());
  }

  private end(): void {
    if (!this.isClosed) this.machine.close();
    this.isClosed = true;
    open.delete(this);
  }

  /** The library ends the process when it is used after it was closed. */
  private get opened(): NativeOlmMachine {
    if (this.isClosed) throw new Error('the crypto machine is closed');
    return this.machine;
  }

  /** Without those whose names are none. */
  private usersOf(ids: readonly string[]): NativeId[] {
    return ids.flatMap((id) => {
      try {
        return [new this.native.UserId(id)];
      } catch {
        return [];
      }
    });
  }
}

/** Made at the first use; without it the database cannot be read. */
function passphraseIn(store: BridgeStore): string {
  const kept = store.get(PASSPHRASE) ?? randomBytes(32);
  store.write([[PASSPHRASE, kept]]);
  return Buffer.from(kept).toString('base64');
}

function outgoingOf({
  id = '',
  type,
  body,
  eventType = '',
  txnId = '',
  roomId = '',
}: NativeRequest): Outgoing {
  const kind = REQUEST_KINDS[type];
  const request = { id: id === '' ? null : id, body };
  if (kind === 'to-device') return { ...request, kind, eventType, transaction: txnId };
  if (kind === 'room-message') return { ...request, kind, room: roomId, eventType, transaction: txnId };
  if (kind === 'signatures') return { ...request, kind, body: JSON.stringify(signedKeysIn(body)) };
  if (kind === undefined || kind === 'keys-backup') throw new TypeError('a request of an unknown kind');
  return { ...request, kind };
}

/** This library wraps what the homeserver wants bare. */
const signedKeysIn = (body: string): unknown => (JSON.parse(body) as { signed_keys: unknown }).signed_keys;
