/** The crypto machine in WebAssembly. It runs everywhere; what it keeps goes to the bridge's own records. */
import {
  DecryptionSettings,
  DeviceId,
  DeviceLists,
  EncryptionSettings,
  HistoryVisibility,
  initAsync,
  OlmMachine,
  RequestType,
  RoomId,
  TrustRequirement,
  UserId,
  type RoomMessageRequest,
  type ToDeviceRequest,
} from '@matrix-org/matrix-sdk-crypto-wasm';
import type { BridgeStore } from '../../bridge.js';
import { Database } from './database.js';
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
import { applyRotation } from './rotation.js';
import { Verification } from './verification.js';
import { importSession } from './wasm-session.js';

export class WasmMachine implements Machine {
  private constructor(
    private readonly machine: OlmMachine,
    private readonly database: Database,
  ) {}

  static async open(userId: string, deviceId: string, store: BridgeStore): Promise<WasmMachine> {
    await initAsync();
    const database = await Database.open(store);
    const machine = await OlmMachine.initialize(new UserId(userId), new DeviceId(deviceId), database.name);
    await database.keepShapes();
    // Other devices of this account, had it any, are not this assistant's.
    machine.roomKeyRequestsEnabled = false;
    machine.roomKeyForwardingEnabled = false;
    return new WasmMachine(machine, database);
  }

  get fingerprint(): string {
    return this.machine.identityKeys.ed25519.toBase64();
  }

  verifier(host: VerificationHost, send: (request: Outgoing) => Promise<void>): Verifier {
    return new Verification(this.machine, host, (request) => send(outgoingOf(request)));
  }

  async receiveSync(changes: SyncChanges): Promise<unknown[]> {
    const processed = await this.machine.receiveSyncChanges(
      JSON.stringify(changes.toDevice),
      new DeviceLists(usersOf(changes.changed), usersOf(changes.left)),
      new Map(Object.entries(changes.oneTimeKeys)),
      changes.fallbackKeys && new Set(changes.fallbackKeys),
      anySender(),
    );
    return processed.map(({ rawEvent }) => JSON.parse(rawEvent) as unknown);
  }

  async outgoing(): Promise<Outgoing[]> {
    return (await this.machine.outgoingRequests()).map(outgoingOf);
  }

  async markSent({ id, kind }: Outgoing, answer: unknown): Promise<void> {
    if (id !== null) await this.machine.markRequestAsSent(id, REQUEST_TYPES[kind], JSON.stringify(answer));
  }

  async track(users: readonly string[]): Promise<void> {
    await this.machine.updateTrackedUsers(usersOf(users));
  }

  query(users: readonly string[]): Outgoing {
    return outgoingOf(this.machine.queryKeysForUsers(usersOf(users)));
  }

  async claim(users: readonly string[]): Promise<Outgoing | null> {
    const request = await this.machine.getMissingSessions(usersOf(users));
    return request ? outgoingOf(request) : null;
  }

  async share(room: string, users: readonly string[], rotation: Rotation): Promise<Outgoing[]> {
    const settings = new EncryptionSettings();
    settings.historyVisibility = HistoryVisibility.Joined;
    applyRotation(settings, rotation);
    return (await this.machine.shareRoomKey(new RoomId(room), usersOf(users), settings)).map(outgoingOf);
  }

  async encrypt(room: string, type: string, content: unknown): Promise<unknown> {
    const sealed = await this.machine.encryptRoomEvent(new RoomId(room), type, JSON.stringify(content));
    return JSON.parse(sealed) as unknown;
  }

  decrypt(room: string, raw: unknown): Promise<unknown> {
    return decrypted(this.machine, room, raw);
  }

  async makeIdentity(): Promise<{ keys: object; signatures: Outgoing }> {
    const { hasMaster } = await this.machine.crossSigningStatus();
    const requests = await this.machine.bootstrapCrossSigning(!hasMaster);
    return {
      keys: JSON.parse(requests.uploadSigningKeysRequest.body) as object,
      signatures: outgoingOf(requests.uploadSignaturesRequest),
    };
  }

  async sign(text: string): Promise<unknown> {
    return JSON.parse((await this.machine.sign(text)).asJSON()) as unknown;
  }

  async enableBackup(publicKey: string, version: string): Promise<void> {
    await this.machine.enableBackupV1(publicKey, version);
  }

  async disableBackup(): Promise<void> {
    await this.machine.disableBackup();
  }

  async backUp(version: string): Promise<Outgoing | null> {
    const request = await this.machine.backupRoomKeys();
    return request ? { kind: 'keys-backup', id: request.id, body: request.body, version } : null;
  }

  restore(room: string, session: string, sealed: BackedUpSession, key: BackupKey): Promise<boolean> {
    return importSession(this.machine, room, session, sealed, key);
  }

  check(): void {
    this.database.check();
  }

  async close(): Promise<void> {
    this.machine.close();
    await this.database.close();
  }
}

/** Who may write is decided by who the sender is; whether they verified us is up to them. */
const anySender = (): DecryptionSettings => new DecryptionSettings(TrustRequirement.Untrusted);

export async function decrypted(machine: OlmMachine, room: string, raw: unknown): Promise<unknown> {
  try {
    const clear = await machine.decryptRoomEvent(JSON.stringify(raw), new RoomId(room), anySender());
    return JSON.parse(clear.event) as unknown;
  } catch {
    return null;
  }
}

/** Without those whose names are none. */
function usersOf(ids: readonly string[]): UserId[] {
  return ids.flatMap((id) => {
    try {
      return [new UserId(id)];
    } catch {
      return [];
    }
  });
}

const REQUEST_TYPES: Record<Outgoing['kind'], RequestType> = {
  'keys-upload': RequestType.KeysUpload,
  'keys-query': RequestType.KeysQuery,
  'keys-claim': RequestType.KeysClaim,
  'to-device': RequestType.ToDevice,
  signatures: RequestType.SignatureUpload,
  'room-message': RequestType.RoomMessage,
  'keys-backup': RequestType.KeysBackup,
};

interface RawRequest {
  readonly id: string | undefined;
  readonly type: RequestType;
  readonly body: string;
}

export function outgoingOf(raw: RawRequest): Outgoing {
  const [id, body] = [raw.id ?? null, raw.body];
  switch (raw.type) {
    case RequestType.KeysUpload:
      return { kind: 'keys-upload', id, body };
    case RequestType.KeysQuery:
      return { kind: 'keys-query', id, body };
    case RequestType.KeysClaim:
      return { kind: 'keys-claim', id, body };
    case RequestType.SignatureUpload:
      return { kind: 'signatures', id, body };
    case RequestType.ToDevice: {
      const { event_type: eventType, txn_id: transaction } = raw as ToDeviceRequest;
      return { kind: 'to-device', id, body, eventType, transaction };
    }
    case RequestType.RoomMessage: {
      const { room_id: room, event_type: eventType, txn_id: transaction } = raw as RoomMessageRequest;
      return { kind: 'room-message', id, body, room, eventType, transaction };
    }
    case RequestType.KeysBackup:
      throw new TypeError('it is asked for by itself');
  }
}
