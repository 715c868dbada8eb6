/** The runtime port: the six things that Ara asks of whatever runs users' containers. */
import type { AccountId } from '../../../contracts/ids.js';

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
  /** What there is of it, counted anew: by what it is called and by what it is labelled, `{ containers, volumes }`. */
  traces(account: AccountId): Promise<Record<string, number>>;
  /** Bytes of memory that it takes now; null when it does not run. Not every runtime can tell. */
  memory?(account: AccountId): Promise<number | null>;
  /** Bytes that its volume may hold, and holds; null for no limit, and while nobody can tell. */
  storage?(account: AccountId): Promise<{ limit: number | null; used: number | null }>;
  /** How users' data is kept, in words for the operator. */
  readonly storageWords?: string;
}

export const RUNTIME = Symbol('runtime');

/** The uid of the bridge room inside a container: owner of the doors. */
export const BRIDGE_UID = 10_001;
export const AGENT_UID = 10_002;
