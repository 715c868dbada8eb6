/** The runtime port: the six things that Ara asks of whatever runs users' containers. */
import type { AccountId } from '../../../contracts/ids.js';

/** Of an account's volume. */
export interface Storage {
  /** Bytes that it may hold; null for no limit. */
  limit: number | null;
  /** Bytes that it holds; null while nobody can tell. */
  used: number | null;
  /** Whether all of it is encrypted, not only secrets; null while nobody can tell. */
  encrypted: boolean | null;
}

/** A volume that is neither bounded nor encrypted by us. */
export const PLAIN_VOLUME: Storage = { limit: null, used: null, encrypted: false };

export interface ContainerStatus {
  account: AccountId;
  running: boolean;
  /** Whether it was made from the template and image in force now. */
  current: boolean;
}

/** Every verb is idempotent. `account` is the whole address: one container a user. */
export interface Runtime {
  readonly kind: 'docker' | 'process';
  /**
   * Makes it, in the place of one from an older template; the volume stays.
   * @param doors the folder of this user's doors on the host
   */
  create(account: AccountId, doors: string): Promise<void>;
  start(account: AccountId): Promise<void>;
  /** Asks it to finish, and ends it after `graceSeconds`. */
  stop(account: AccountId, graceSeconds: number): Promise<void>;
  /** The container and its volume. */
  remove(account: AccountId): Promise<void>;
  /** Null when there is none. */
  inspect(account: AccountId): Promise<ContainerStatus | null>;
  list(): Promise<ContainerStatus[]>;
  /** What there is of it, counted anew: by what it is called and by what it is labelled, `{ containers, volumes, images? }`. */
  traces(account: AccountId): Promise<Record<string, number>>;
  /** Bytes of memory that it takes now; null when it does not run. Not every runtime can tell. */
  memory?(account: AccountId): Promise<number | null>;
  storage?(account: AccountId): Promise<Storage>;
  /** How users' data is kept, in words for the operator. */
  readonly storageWords?: string;
  /** Tells it where to get the key that an account's volume is encrypted with, 32 bytes. */
  useVolumeKeys?(keyOf: VolumeKeys): void;
}

export type VolumeKeys = (account: AccountId) => Promise<Buffer>;

export const RUNTIME = Symbol('runtime');

/** The uid of the bridge room inside a container: owner of the doors. */
export const BRIDGE_UID = 10_001;
export const AGENT_UID = 10_002;
