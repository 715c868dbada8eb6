/** Containers for a gateway in this process: awake when a test says so, and their doors answer what it says. */
import type * as z from 'zod';
import type { DoorClient } from '../../contracts/door-http.js';
import { AraError } from '../../contracts/errors.js';
import type { AccountId } from '../../contracts/ids.js';
import type { ContainerManager } from '../../gateway/src/containers/container-manager.service.js';
import type { ContainerStatus, Storage } from '../../gateway/src/containers/runtime.js';

export interface DoorAsked {
  account: AccountId;
  call: string;
  body: unknown;
}

export class FakeContainers {
  readonly awakeNow = new Set<AccountId>();
  /** What was asked of doors, and what was done to containers. */
  readonly asked: DoorAsked[] = [];
  readonly done: string[] = [];
  /** By `GET /v1/path`; an error is thrown, a function is called, and what is not there is `not-found`. */
  answers: Record<string, unknown> = {};
  status: ContainerStatus[] = [];
  memoryBytes: number | null = null;

  /** As the services see it. */
  get manager(): ContainerManager {
    return this as unknown as ContainerManager;
  }

  readonly runtimeKind = 'process';
  ifAwake = (account: AccountId): DoorClient | null =>
    this.awakeNow.has(account) ? this.door(account) : null;
  state = (account: AccountId): string => (this.awakeNow.has(account) ? 'awake' : 'asleep');
  states = async (): Promise<ContainerStatus[]> => this.status;
  storage = async (): Promise<Storage> => ({ limit: null, used: null, encrypted: false });
  memory = async (): Promise<number | null> => this.memoryBytes;

  awake = async (account: AccountId): Promise<DoorClient> => {
    this.done.push(`wake ${account}`);
    this.awakeNow.add(account);
    return this.door(account);
  };
  sleep = async (account: AccountId): Promise<void> => {
    this.done.push(`sleep ${account}`);
    this.awakeNow.delete(account);
  };
  restart = async (account: AccountId): Promise<void> => void this.done.push(`restart ${account}`);
  settingsChanged = async (account: AccountId): Promise<void> => void this.done.push(`settings ${account}`);

  private door(account: AccountId): DoorClient {
    const call = async (
      method: string,
      path: string,
      body?: unknown,
      schema?: z.ZodType,
    ): Promise<unknown> => {
      this.asked.push({ account, call: `${method} ${path}`, body });
      const answer = this.answers[`${method} ${path}`];
      if (answer === undefined) throw new AraError('not-found');
      if (answer instanceof Error) throw answer;
      const value = typeof answer === 'function' ? await (answer as () => unknown)() : answer;
      return schema ? schema.parse(value) : undefined;
    };
    return { call } as unknown as DoorClient;
  }
}
