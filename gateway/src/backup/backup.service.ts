/**
 * Makes a backup of the installation and checks it: each account's rows and volume, sealed with a key that follows from the
 * account's data key. One at a time, over all gateways. What of it fails is told, and the rest is whole.
 */
import { renameSync, rmSync } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Settings } from '../../../config/schema.js';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import { ContainerRecords } from '../containers/container-records.service.js';
import { KeystoreService } from '../keys/keystore.service.js';
import { codeOf, log } from '../log.js';
import { SETTINGS } from '../settings.js';
import { rowsOf } from '../sign-in/rows.js';
import { readRows } from './account-rows.js';
import { readKeystore, writeKeystore } from './keystore-file.js';
import { readManifest, writeManifest, type BackedUpAccount, type BackupManifest } from './manifest.js';
import {
  findPlace,
  finished,
  makePlace,
  removeExpired,
  rowsIn,
  volumeIn,
  type BackupPlace,
} from './places.js';
import type { BackupReport, VerifyReport } from './reports.js';
import { factsOf, readSealed, writeSealed, type FileFacts } from './sealed-file.js';
import { Volumes } from './volumes.service.js';

/** What a key that follows from a data key is for. */
export const PURPOSE = { rows: 'backup-rows', volume: 'backup-volume', manifest: 'backup-manifest' } as const;
export const rowsBinding = (account: AccountId): string => `rows|${account}`;

/** Any number, the same in every gateway. */
const LOCK = 1_764_000_007;

@Injectable()
export class BackupService {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly database: DataSource,
    private readonly keystore: KeystoreService,
    private readonly records: ContainerRecords,
    private readonly volumes: Volumes,
  ) {}

  /** @param to a folder; null for the one of the settings. @throws AraError `bad-request`, `conflict` while one is made */
  async make(to: string | null): Promise<BackupReport> {
    const root = to ?? this.settings.backup.dir;
    if (!root) throw new AraError('bad-request', 'say --to FOLDER, or set backup.dir');
    return this.alone(() => this.makeIn(root));
  }

  /** Opens every part and holds it against its hashes. @throws AraError `not-found`, `forged`, `bad-archive` */
  async verify(from: string): Promise<VerifyReport> {
    const place = findPlace(from);
    return this.check(place, readManifest(place.data, this.keystore.installationKey(PURPOSE.manifest)));
  }

  private async makeIn(root: string): Promise<BackupReport> {
    const began = Date.now();
    const place = makePlace(root, began);
    try {
      const manifest = await this.write(place);
      writeManifest(place.data, manifest, this.keystore.installationKey(PURPOSE.manifest));
      const folder = finished(place);
      renameSync(place.data, folder);
      const keystore = await writeKeystore(this.database, this.keystore, root, place.stamp);
      const { accounts } = manifest;
      log.info('backup made', { count: accounts.length, milliseconds: Date.now() - began });
      return {
        folder,
        keystore,
        accounts: accounts.length,
        containers: accounts.filter(({ volume }) => volume).length,
        bytes: accounts.reduce((sum, { rows, volume }) => sum + rows.bytes + (volume?.bytes ?? 0), 0),
        milliseconds: Date.now() - began,
        failed: manifest.failed,
        leftOut: [...new Set(accounts.flatMap(({ leftOut }) => leftOut))].sort(),
        removed: removeExpired(root, this.settings.backup, Date.now()),
      };
    } catch (error) {
      rmSync(place.data, { recursive: true, force: true });
      throw error;
    }
  }

  private async write({ data }: BackupPlace): Promise<BackupManifest> {
    const manifest: BackupManifest = {
      format: 'ara-backup',
      version: 1,
      madeAt: new Date().toISOString(),
      migrations: await migrationsOf(this.database),
      accounts: [],
      failed: [],
    };
    for (const { account, made } of await this.records.ofAllAccounts()) {
      try {
        manifest.accounts.push(await this.writeAccount(data, account, made));
      } catch (error) {
        log.error('not in the backup', { account, code: codeOf(error) });
        for (const path of [rowsIn(data, account), volumeIn(data, account)]) rmSync(path, { force: true });
        manifest.failed.push({ account, code: codeOf(error) });
      }
    }
    return manifest;
  }

  /** The volume first: figures that the container has handed in by then are in the rows, and count once. */
  private async writeAccount(data: string, account: AccountId, made: boolean): Promise<BackedUpAccount> {
    const volume = made ? await this.writeVolume(data, account) : null;
    const key = await this.keystore.derive(account, PURPOSE.rows);
    const lines = await this.database.transaction('REPEATABLE READ', (manager) => readRows(manager, account));
    const rows = await writeSealed(rowsIn(data, account), key, rowsBinding(account), lines);
    const read = await readSealed(rowsIn(data, account), key, rowsBinding(account));
    if (read.join('\n') !== lines.join('\n')) throw new AraError('bad-archive', 'it is not what was written');
    return { account, rows, volume: volume?.facts ?? null, leftOut: volume?.leftOut ?? [] };
  }

  private async writeVolume(data: string, account: AccountId) {
    const path = volumeIn(data, account);
    const key = await this.keystore.derive(account, PURPOSE.volume);
    const facts = await this.volumes.save(account, key, path);
    // Only the container can say what it left out, and that what was written can be read.
    const { leftOut } = await this.volumes.check(account, key, path);
    return { facts, leftOut };
  }

  private async check(place: BackupPlace, manifest: BackupManifest): Promise<VerifyReport> {
    const kept = await readKeystore(this.keystore, place.root);
    const report: VerifyReport = {
      folder: place.data,
      madeAt: manifest.madeAt,
      accounts: 0,
      noise: 0,
      files: 0,
      bytes: 0,
      failed: [],
    };
    const there = new Set((await this.records.ofAllAccounts()).map(({ account }) => account));
    for (const each of manifest.accounts) {
      const { account } = each;
      const stored = kept.get(account);
      const keyFor = there.has(account)
        ? (purpose: string) => this.keystore.derive(account, purpose)
        : stored &&
          ((purpose: string) => Promise.resolve(this.keystore.deriveFrom(account, stored, purpose)));
      if (!keyFor) {
        report.noise += 1;
        continue;
      }
      try {
        await this.checkAccount(place, each, keyFor, report);
        report.accounts += 1;
      } catch (error) {
        report.failed.push({ account, code: codeOf(error) });
      }
    }
    return report;
  }

  private async checkAccount(
    { data }: BackupPlace,
    { account, rows, volume }: BackedUpAccount,
    keyFor: (purpose: string) => Promise<Buffer>,
    report: VerifyReport,
  ): Promise<void> {
    await needSame(rowsIn(data, account), rows);
    await readSealed(rowsIn(data, account), await keyFor(PURPOSE.rows), rowsBinding(account));
    report.files += 1;
    report.bytes += rows.bytes;
    if (!volume) return;
    await needSame(volumeIn(data, account), volume);
    report.files += 1;
    report.bytes += volume.bytes;
    // One whose account is not here has no container that could read it: its hash is that of what was read once.
    const there = await this.records.publicKey(account).catch(() => null);
    if (there) await this.volumes.check(account, await keyFor(PURPOSE.volume), volumeIn(data, account));
  }

  private async alone<T>(work: () => Promise<T>): Promise<T> {
    const runner = this.database.createQueryRunner();
    try {
      await runner.connect();
      const [row] = await rowsOf<{ free: boolean }>(
        runner.manager,
        'SELECT pg_try_advisory_lock($1) AS free',
        [LOCK],
      );
      if (!row?.free) throw new AraError('conflict', 'a backup is being made');
      try {
        return await work();
      } finally {
        await rowsOf(runner.manager, 'SELECT pg_advisory_unlock($1)', [LOCK]);
      }
    } finally {
      await runner.release();
    }
  }
}

export const migrationsOf = async (database: DataSource): Promise<string[]> =>
  (await rowsOf<{ name: string }>(database, 'SELECT name FROM migrations ORDER BY id')).map(
    ({ name }) => name,
  );

/** @throws AraError `bad-archive` */
export async function needSame(path: string, { bytes, sha256 }: FileFacts): Promise<void> {
  const facts = await factsOf(path).catch(() => null);
  if (facts?.sha256 !== sha256 || facts.bytes !== bytes)
    throw new AraError('bad-archive', 'a file of the backup is missing or changed');
}
