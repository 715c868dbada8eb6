/** What the engine needs of a crypto machine, whichever library it is made of. Requests and answers are plain data. */

/** A request that the machine wants to have made at the homeserver. */
export type Outgoing = {
  /** Null: nothing waits for the answer. */
  id: string | null;
  /** JSON. */
  body: string;
} & (
  | { kind: 'keys-upload' | 'keys-query' | 'keys-claim' | 'signatures' }
  | { kind: 'to-device'; eventType: string; transaction: string }
  | { kind: 'room-message'; room: string; eventType: string; transaction: string }
  | { kind: 'keys-backup'; version: string }
);

/** What the names of the records begin with in which the machine of WebAssembly keeps its keys. */
export const WASM_RECORDS = 'crypto';

/** What a sync says about keys and devices. */
export interface SyncChanges {
  toDevice: unknown[];
  changed: string[];
  left: string[];
  oneTimeKeys: Record<string, number>;
  /** Undefined where the homeserver knows no fallback keys. */
  fallbackKeys: string[] | undefined;
}

/** How long one key serves a room; what is missing is as the machine does it by itself. */
export interface Rotation {
  /** Milliseconds. */
  period?: number;
  messages?: number;
}

/** A session's key as a backup on the homeserver holds it. */
export interface BackedUpSession {
  ephemeral: string;
  ciphertext: string;
  mac: string;
}

/** The key that opens a backup, and what it opens; base64 without padding. */
export interface BackupKey {
  version: string;
  secret: string;
}

export interface VerificationHost {
  owners: () => readonly string[];
  /** False where there is no chat to say it in. */
  tell: (room: string | null, text: string) => boolean;
}

/** How the owner makes sure that this device is ours. */
export interface Verifier {
  /** Remembers a verification that the owner carries on with us; anybody else's is left to time out. */
  notice(event: unknown, room: string | null): void;
  /** Takes in a step that goes through a room. */
  receive(event: unknown, room: string): Promise<void>;
  /** Does what is our turn to do in each. */
  goOn(): Promise<void>;
}

/** Each method may throw what its library throws. */
export interface Machine {
  /** What other devices compare to be sure that it is us. */
  readonly fingerprint: string;
  verifier(host: VerificationHost, send: (request: Outgoing) => Promise<void>): Verifier;
  /** @returns the events between devices, in the clear. When it returns, keys are kept. */
  receiveSync(changes: SyncChanges): Promise<unknown[]>;
  outgoing(): Promise<Outgoing[]>;
  markSent(request: Outgoing, answer: unknown): Promise<void>;
  track(users: readonly string[]): Promise<void>;
  /** Asks for the devices and the identities of users anew. */
  query(users: readonly string[]): Outgoing;
  /** What is needed to reach devices that were not written to yet. */
  claim(users: readonly string[]): Promise<Outgoing | null>;
  share(room: string, users: readonly string[], rotation: Rotation): Promise<Outgoing[]>;
  encrypt(room: string, type: string, content: unknown): Promise<unknown>;
  /** Null where its key is not here. */
  decrypt(room: string, raw: unknown): Promise<unknown>;
  /** An identity of the account, made anew where none was made here before. */
  makeIdentity(): Promise<{ keys: object; signatures: Outgoing }>;
  /** @returns signatures of this device, and of the account's identity where that is ours, as Matrix has them */
  sign(text: string): Promise<unknown>;
  /** From here on `backUp` gives what is not in this version yet. */
  enableBackup(publicKey: string, version: string): Promise<void>;
  /** Forgets what is in which backup. */
  disableBackup(): Promise<void>;
  backUp(version: string): Promise<Outgoing | null>;
  /** Takes in a session from a backup. False where it does not open, or is of no use. */
  restore(room: string, session: string, sealed: BackedUpSession, key: BackupKey): Promise<boolean>;
  /** @throws where something could not be kept: nothing that the machine says counts from then on */
  check(): void;
  close(): Promise<void>;
}
