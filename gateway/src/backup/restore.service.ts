/**
 * Brings accounts back from a backup, each whole or not at all. The tombstones come before anything else: who was deleted
 * stays deleted, whatever a backup holds.
 */
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import { ContainerRecords } from '../containers/container-records.service.js';
import { AllowlistService } from '../egress/allowlist.service.js';
import { KeystoreService, type WrappedKey } from '../keys/keystore.service.js';
import { codeOf, log } from '../log.js';
import { rowsOf } from '../sign-in/rows.js';
import { nameActors, putRows } from './account-rows.js';
import { migrationsOf, needSame, PURPOSE, rowsBinding } from './backup.service.js';
import { readKeystore } from './keystore-file.js';
import { readManifest, type BackedUpAccount } from './manifest.js';
import { findPlace, rowsIn, volumeIn, type BackupPlace } from './places.js';
import type { RestoreReport } from './reports.js';
import { readSealed } from './sealed-file.js';
import { TOMBSTONES, type Tombstones } from './tombstones.js';
import { Volumes } from './volumes.service.js';

@Injectable()
export class RestoreService {
  constructor(
    private readonly database: DataSource,
    private readonly keystore: KeystoreService,
    private readonly records: ContainerRecords,
    private readonly allowlist: AllowlistService,
    private readonly volumes: Volumes,
    @Inject(TOMBSTONES) private readonly tombstones: Tombstones,
  ) {}

  /**
   * @param beside also where there are accounts already; they stay as they are
   * @throws AraError `not-empty`, `not-found`, `forged`, `bad-archive`, and then nothing has changed
   */
  async restore(from: string, beside: boolean): Promise<RestoreReport> {
    const place = findPlace(from);
    const manifest = readManifest(place.data, this.keystore.installationKey(PURPOSE.manifest));
    const report: RestoreReport = {
      folder: place.data,
      madeAt: manifest.madeAt,
      restored: [],
      deleted: [],
      there: [],
      noise: [],
      failed: [],
      leftOut: [],
    };
    const alive = manifest.accounts.filter(({ account }) => {
      const deleted = this.tombstones.has(account);
      if (deleted) report.deleted.push(account);
      return !deleted;
    });
    const here = new Set<string>((await this.records.ofAllAccounts()).map(({ account }) => account));
    if (here.size > 0 && !beside)
      throw new AraError('not-empty', 'there are accounts here; say --beside to add to them');
    await this.needKnownSchema(manifest.migrations);
    const keys = await readKeystore(this.keystore, place.root);
    const trails: string[] = [];
    for (const each of alive) {
      const { account } = each;
      const key = keys.get(account);
      if (here.has(account)) report.there.push(account);
      else if (!key) report.noise.push(account);
      else trails.push(...(await this.tryOne(place, each, key, report)));
    }
    await nameActors(this.database.manager, trails);
    report.leftOut = [...new Set(report.leftOut)].sort();
    log.info('restored', { count: report.restored.length });
    return report;
  }

  /** Gives the lines of the account's trail; none when it is not back. */
  private async tryOne(
    place: BackupPlace,
    each: BackedUpAccount,
    key: WrappedKey,
    report: RestoreReport,
  ): Promise<string[]> {
    const { account } = each;
    try {
      const lines = await this.readAccount(place, each, key);
      await this.putAccount(account, lines, key);
      try {
        if (each.volume) await this.putVolume(place, account, key);
      } catch (error) {
        await this.undo(account, error);
        throw error;
      }
      report.restored.push(account);
      report.leftOut.push(...each.leftOut);
      return lines.filter((line) => line.startsWith('["audit_trail"'));
    } catch (error) {
      log.error('not restored', { account, code: codeOf(error) });
      report.failed.push({ account, code: codeOf(error) });
      return [];
    }
  }

  /** Everything is looked at before anything is written. @throws AraError `not-empty` where its container is here already */
  private async readAccount(
    { data }: BackupPlace,
    { account, rows, volume }: BackedUpAccount,
    key: WrappedKey,
  ): Promise<string[]> {
    await needSame(rowsIn(data, account), rows);
    if (volume) await needSame(volumeIn(data, account), volume);
    if (await this.volumes.isThere(account)) throw new AraError('not-empty');
    const rowsKey = this.keystore.deriveFrom(account, key, PURPOSE.rows);
    return readSealed(rowsIn(data, account), rowsKey, rowsBinding(account));
  }

  private async putAccount(account: AccountId, lines: readonly string[], key: WrappedKey): Promise<void> {
    await this.database.transaction(async (manager) => {
      await putRows(manager, account, lines);
      // Their session keys are in no backup: the channel is there again once the user links it.
      await rowsOf(
        manager,
        `UPDATE channels SET state = 'needs-relink', state_since = now()
         WHERE account_id = $1 AND kind IN ('matrix', 'whatsapp') AND state <> 'unlinked'`,
        [account],
      );
      await rowsOf(
        manager,
        'INSERT INTO keystore.data_keys (account_id, wrapped, kek_version) VALUES ($1, $2, $3)',
        [account, key.wrapped, key.kekVersion],
      );
    });
    this.allowlist.changed(account);
  }

  private async putVolume({ data }: BackupPlace, account: AccountId, key: WrappedKey): Promise<void> {
    const volumeKey = this.keystore.deriveFrom(account, key, PURPOSE.volume);
    await this.volumes.restore(account, volumeKey, volumeIn(data, account));
  }

  /** Nothing of it stays, so that it can be tried again; but a volume that held something before is not ours to remove. */
  private async undo(account: AccountId, reason: unknown): Promise<void> {
    const wasThere = reason instanceof AraError && reason.code === 'not-empty';
    await (wasThere ? this.volumes.leave(account) : this.volumes.discard(account)).catch((error: unknown) =>
      log.error('not undone', { account, code: codeOf(error) }),
    );
    await this.database.transaction(async (manager) => {
      await rowsOf(manager, 'DELETE FROM audit_trail WHERE account = $1', [account]);
      await rowsOf(manager, 'DELETE FROM accounts WHERE id = $1', [account]);
    });
  }

  /** @throws AraError `bad-archive` */
  private async needKnownSchema(migrations: readonly string[]): Promise<void> {
    const known = new Set(await migrationsOf(this.database));
    if (migrations.some((name) => !known.has(name)))
      throw new AraError('bad-archive', 'the backup is of a newer Ara');
  }
}
