/**
 * The native crypto library, where it is installed with a binary for this machine. Its types are written down here, as far as
 * they are used: where npm could not get the binary, the package is not there at all.
 */
import { createRequire } from 'node:module';

/** An id that was checked. */
export interface NativeId {
  toString(): string;
}

/** A request to the homeserver; which of the fields it has goes by its type. */
export interface NativeRequest {
  readonly id?: string;
  readonly type: number;
  readonly body: string;
  readonly eventType?: string;
  readonly txnId?: string;
  readonly roomId?: string;
}

export interface NativeSettings {
  /** Microseconds. */
  rotationPeriod: bigint;
  rotationPeriodMessages: bigint;
  historyVisibility: number;
}

export interface NativeOlmMachine {
  readonly identityKeys: { readonly ed25519: { toBase64(): string } };
  /** @returns JSON: the events between devices, and what is known of the keys among them */
  receiveSyncChanges(
    toDevice: string,
    devices: object,
    oneTimeKeys: Record<string, number>,
    fallbackKeys: string[],
  ): Promise<string>;
  outgoingRequests(): Promise<NativeRequest[]>;
  markRequestAsSent(id: string, type: number, answer: string): Promise<boolean>;
  getMissingSessions(users: NativeId[]): Promise<NativeRequest | null>;
  updateTrackedUsers(users: NativeId[]): Promise<void>;
  queryKeysForUsers(users: NativeId[]): NativeRequest;
  shareRoomKey(room: NativeId, users: NativeId[], settings: NativeSettings): Promise<NativeRequest[]>;
  encryptRoomEvent(room: NativeId, type: string, content: string): Promise<string>;
  decryptRoomEvent(event: string, room: NativeId): Promise<{ readonly event: string }>;
  crossSigningStatus(): Promise<{ readonly hasMaster: boolean }>;
  bootstrapCrossSigning(
    reset: boolean,
  ): Promise<{ readonly uploadSigningKeysReq: string; readonly uploadSignaturesReq: NativeRequest }>;
  sign(text: string): Promise<{ asJSON(): string }>;
  enableBackupV1(publicKey: string, version: string): Promise<void>;
  disableBackup(): Promise<void>;
  backupRoomKeys(): Promise<NativeRequest | null>;
  /** Any use afterwards is a panic of the library. */
  close(): void;
}

export interface NativeModule {
  readonly OlmMachine: {
    initialize(
      user: NativeId,
      device: NativeId,
      folder: string,
      passphrase: string,
      type: number,
    ): Promise<NativeOlmMachine>;
  };
  readonly UserId: new (id: string) => NativeId;
  readonly DeviceId: new (id: string) => NativeId;
  readonly RoomId: new (id: string) => NativeId;
  readonly DeviceLists: new (changed: NativeId[], left: NativeId[]) => object;
  readonly EncryptionSettings: new () => NativeSettings;
  readonly StoreType: { readonly Sqlite: number };
  readonly HistoryVisibility: { readonly Joined: number };
}

const PACKAGE = '@matrix-org/matrix-sdk-crypto-nodejs';

/** Null where it is not here. */
export function loadNative(): NativeModule | null {
  try {
    return createRequire(import.meta.url)(PACKAGE) as NativeModule;
  } catch {
    return null;
  }
}
