/** The durable rows of deletions: begun once, claimed by one gateway at a time, done step by step. */
import { createHash, createHmac, hkdfSync, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Settings } from '../../../config/schema.js';
import type { DeletionKind, DeletionOrder } from '../../../contracts/deletion.js';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import type { Secrets } from '../secrets.js';
import { SECRETS, SETTINGS } from '../settings.js';
import { rowsOf } from '../sign-in/rows.js';
import type { NotReached, SignedReceipt, StepRecord } from './receipt.js';
import { subjectOf } from './subject.js';

/** A claim without a sign of life ends so soon, in seconds; another gateway, or the next start, goes on then. */
const CLAIM = 8;

export type AskedBy = 'chat' | 'dashboard';

export interface DeletionRow {
  id: string;
  account: AccountId;
  subject: string;
  kind: DeletionKind;
  files: boolean;
  askedBy: AskedBy;
  askedAt: Date;
  steps: StepRecord[];
  notReached: NotReached[];
  tries: number;
}

/** How far one is, for whoever has its address. */
export interface DeletionState {
  kind: DeletionKind;
  files: boolean;
  askedAt: Date;
  finishedAt: Date | null;
  steps: StepRecord[];
  trouble: string | null;
  receipt: SignedReceipt | null;
}

const COLUMNS = `id, account_id AS account, subject, kind, files, asked_by AS "askedBy", asked_at AS "askedAt", steps,
  not_reached AS "notReached", tries`;
const STATE = `kind, files, asked_at AS "askedAt", finished_at AS "finishedAt", steps, trouble, receipt`;

@Injectable()
export class DeletionRecords {
  private readonly linkKey: Buffer;

  constructor(
    private readonly database: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(SECRETS) private readonly secrets: Secrets,
  ) {
    this.linkKey = Buffer.from(hkdfSync('sha256', secrets.keyEncryptionKey, '', 'ara receipts', 32));
  }

  /**
   * Kept when this resolves. The same key is the same deletion.
   * @throws AraError `being-deleted` while another one of the account runs
   */
  async begin(
    account: AccountId,
    order: DeletionOrder & { key: string },
    askedBy: AskedBy,
  ): Promise<{ id: string; fresh: boolean }> {
    const id = randomUUID();
    const [made] = await rowsOf<{ id: string }>(
      this.database,
      `INSERT INTO deletions (id, account_id, subject, kind, files, asked_by, request_key, link_hash)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id`,
      [
        id,
        account,
        subjectOf(this.secrets, account),
        order.kind,
        order.kind !== 'memory' || order.files,
        askedBy,
        order.key,
        hashOf(this.token(id)),
      ],
    );
    if (made) return { id, fresh: true };
    const [known] = await rowsOf<{ id: string }>(
      this.database,
      'SELECT id FROM deletions WHERE account_id = $1 AND request_key = $2',
      [account, order.key],
    );
    if (!known) throw new AraError('being-deleted');
    return { id: known.id, fresh: false };
  }

  /** What is to be done and nobody else is doing. Called again, it renews the claims on what is not over. */
  async claim(instance: string): Promise<DeletionRow[]> {
    return rowsOf(
      this.database,
      `UPDATE deletions SET claimed_by = $1, claimed_until = now() + $2 * interval '1 second'
       WHERE finished_at IS NULL AND (claimed_by IS NULL OR claimed_by = $1 OR claimed_until < now())
       RETURNING ${COLUMNS}`,
      [instance, CLAIM],
    );
  }

  /** Where there is one gateway at most, what an earlier one had claimed is nobody's now. */
  async releaseClaims(): Promise<void> {
    if (this.settings.mode !== 'embedded') return;
    await rowsOf(this.database, 'UPDATE deletions SET claimed_by = NULL WHERE finished_at IS NULL');
  }

  /** Counts a try before it begins. @returns how often the step has been begun, or null when it is no longer ours */
  async countTry({ id }: DeletionRow, instance: string, done: number): Promise<number | null> {
    const [row] = await rowsOf<{ tries: number }>(
      this.database,
      `UPDATE deletions SET tries = tries + 1
       WHERE id = $1 AND claimed_by = $2 AND finished_at IS NULL AND jsonb_array_length(steps) = $3 RETURNING tries`,
      [id, instance, done],
    );
    return row?.tries ?? null;
  }

  async trouble({ id }: DeletionRow, code: string): Promise<void> {
    await rowsOf(this.database, 'UPDATE deletions SET trouble = $2 WHERE id = $1', [id, code.slice(0, 40)]);
  }

  /** The step is done; only while it was the next one. */
  async stepDone({ id }: DeletionRow, at: number, step: StepRecord, missed: NotReached[]): Promise<void> {
    await rowsOf(
      this.database,
      `UPDATE deletions SET steps = steps || $3::jsonb, not_reached = not_reached || $4::jsonb, tries = 0, trouble = NULL
       WHERE id = $1 AND jsonb_array_length(steps) = $2`,
      [id, at, JSON.stringify([step]), JSON.stringify(missed)],
    );
  }

  /** From here on it says who it was by a hash only. */
  async forgetAccount({ id }: DeletionRow, manager: EntityManager): Promise<void> {
    await rowsOf(manager, 'UPDATE deletions SET account_id = NULL WHERE id = $1', [id]);
  }

  async finish({ id }: DeletionRow, receipt: SignedReceipt, manager: EntityManager): Promise<void> {
    await rowsOf(
      manager,
      `UPDATE deletions SET finished_at = $2, receipt = $3, claimed_by = NULL, claimed_until = NULL, trouble = NULL
       WHERE id = $1`,
      [id, receipt.receipt.finishedAt, JSON.stringify(receipt)],
    );
  }

  /** Of whoever knows its address. @throws AraError `not-found` */
  async byToken(token: string): Promise<DeletionState> {
    const [found] = await rowsOf<DeletionState>(
      this.database,
      `SELECT ${STATE} FROM deletions WHERE link_hash = $1`,
      [hashOf(token)],
    );
    if (!found) throw new AraError('not-found');
    return found;
  }

  /** The account's own, newest first, each with what leads to it. */
  async of(account: AccountId): Promise<(DeletionState & { token: string })[]> {
    const rows = await rowsOf<DeletionState & { id: string }>(
      this.database,
      `SELECT id, ${STATE} FROM deletions WHERE account_id = $1 ORDER BY asked_at DESC LIMIT 50`,
      [account],
    );
    return rows.map(({ id, ...state }) => ({ ...state, token: this.token(id) }));
  }

  /** Made from the id, so that it is the same after a restart and lies nowhere. */
  token(id: string): string {
    return createHmac('sha256', this.linkKey).update(id).digest('base64url');
  }

  /** Behind the `#`: no server and no log on the way sees the token. */
  link(id: string): string {
    const { publicUrl, listen } = this.settings;
    const base = publicUrl ?? `${listen.tls ? 'https' : 'http'}://localhost:${listen.port}`;
    return `${base}/receipt#${this.token(id)}`;
  }
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
