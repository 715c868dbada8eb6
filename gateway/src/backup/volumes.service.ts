/**
 * Users' volumes, in and out of backups. The container makes and reads its part itself and seals it: the gateway has no view
 * into a volume, and a file that is copied from under a running database may be of two moments. It is woken for it.
 */
import { createReadStream } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import { readBody, type DoorClient } from '../../../contracts/door-http.js';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import { snapshotReport, type SnapshotReport } from '../../../contracts/snapshot.js';
import { ContainerManager } from '../containers/container-manager.service.js';
import { RUNTIME, type Runtime } from '../containers/runtime.js';
import { writeFile, type FileFacts } from './sealed-file.js';

const MOST_REPORT = 65_536;

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
    const body = createReadStream(path);
    const headers = { 'content-type': 'application/octet-stream' };
    const answer = await door.stream('PUT', `/v1/snapshot?apply=${apply}`, { body, headers, timeout: 0 });
    const report = snapshotReport.safeParse(JSON.parse(String(await readBody(answer, MOST_REPORT))));
    if (!report.success) throw new AraError('internal', 'the container answered out of form');
    return report.data;
  }

  private async doorWith(account: AccountId, key: Buffer): Promise<DoorClient> {
    const door = await this.containers.awake(account);
    await door.call('POST', '/v1/snapshot/key', { key: key.toString('base64') });
    return door;
  }
}
