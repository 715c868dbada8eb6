/** The way to the content of one's own container: wakes it, and calls it again when it was just falling asleep. */
import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type * as z from 'zod';
import type { DoorClient } from '../../../../contracts/door-http.js';
import { AraError } from '../../../../contracts/errors.js';
import type { AccountId } from '../../../../contracts/ids.js';
import { ContainerManager } from '../../containers/container-manager.service.js';

@Injectable()
export class ContentService {
  constructor(private readonly containers: ContainerManager) {}

  read<T>(account: AccountId, path: string, schema: z.ZodType<T>): Promise<T> {
    return this.awake(account, (door) => door.call('GET', path, undefined, schema));
  }

  /** Each of these may be done twice. */
  write(account: AccountId, method: 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<void> {
    return this.awake(account, (door) => door.call(method, path, body));
  }

  /** As `write`, with the answer. */
  change<T>(account: AccountId, path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return this.awake(account, (door) => door.call('PUT', path, body, schema));
  }

  bytes(account: AccountId, path: string): Promise<IncomingMessage> {
    return this.awake(account, (door) => door.stream('GET', path));
  }

  /** Not tried again: what was read of the body is gone. */
  async upload(account: AccountId, path: string, body: Readable, length: string | undefined): Promise<void> {
    const headers = {
      'content-type': 'application/octet-stream',
      ...(length === undefined ? {} : { 'content-length': length }),
    };
    const door = await this.containers.awake(account);
    (await door.stream('PUT', path, { body, headers })).resume();
  }

  /** Null while the container sleeps. Wakes nobody. */
  doorIfAwake(account: AccountId): DoorClient | null {
    return this.containers.ifAwake(account);
  }

  private async awake<T>(account: AccountId, work: (door: DoorClient) => Promise<T>): Promise<T> {
    try {
      return await work(await this.containers.awake(account));
    } catch (error) {
      if (!(error instanceof AraError) || error.code !== 'container-unavailable') throw error;
      return work(await this.containers.awake(account));
    }
  }
}
