/**
 * Users' volumes, in and out of backups. The container makes and reads its part itself and seals it: the gateway has no view
 * into a volume, and a file that is copied from under a running database may be of two moments. It is woken for it.
 */
import { createReadStream } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import type { DoorClient } from '../../../contracts/door-http.js';
import type { AccountId } from '../../../contracts/ids.js';
import { snapshotReport, type SnapshotReport } from '../../../contracts/snapshot.js';
import { ContainerManager } from '../containers/container-manager.service.js';
import { RUNTIME, type Runtime } from '../containers/runtime.js';
import { writeFile, type FileFacts } from './sealed-file.js';

@Injectable()
export class Volumes {
  constructor(
    private readonly containers: ContainerManager,
    @Inject(RUNTIME) private readonly runtime: Runtime,
  ) {}

  /** Writes the sealed snapshot to a new file. @throws AraError */
  async save(account: AccountId, key: Buffer, path: string): Promise<FileFacts> {
    const door = await this.doorWith(account, key);
    return writeFile(path, await door.stream('GET', '/v1/snapshot', { timeout: 0 }));
  }

  /** Has the container read the file and check every hash in it. @throws AraError `forged`, `bad-archive` */
  check(account: AccountId, key: Buffer, path: string): Promise<SnapshotReport> {
    return this.give(account, key, path, 'no');
  }

  /** The file becomes all that this container holds. @throws AraError `not-empty`, `forged`, `bad-archive` */
  async restore(account: AccountId, key: Buffer, path: string): Promise<SnapshotReport> {
    const report = await this.give(account, key, path, 'yes');
    await this.containers.restart(account);
    return report;
  }

  /** Whether there is a container of this account, with or without an account here. */
  async isThere(account: AccountId): Promise<boolean> {
    return (await this.runtime.inspect(account)) !== null;
  }

  /** Stops it, and leaves what it holds. */
  async leave(account: AccountId): Promise<void> {
    await this.containers.sleep(account);
  }

  /** The container and all that it holds. */
  async discard(account: AccountId): Promise<void> {
    await this.containers.sleep(account).catch(() => undefined);
    await this.runtime.remove(account);
  }

  private async give(
    account: AccountId,
    key: Buffer,
    path: string,
    apply: 'yes' | 'no',
  ): Promise<SnapshotReport> {
    const door = await this.doorWith(account, key);
    return door.upload(`/v1/snapshot?apply=${apply}`, createReadStream(path), snapshotReport);
  }

  private async doorWith(account: AccountId, key: Buffer): Promise<DoorClient> {
    const door = await this.containers.awake(account);
    await door.call('POST', '/v1/snapshot/key', { key: key.toString('base64') });
    return door;
  }
}
