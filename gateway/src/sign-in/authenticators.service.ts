/** Codes of an authenticator app (TOTP): the secret sealed for its account, each code good once, half a minute early or late. */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import { KeystoreService } from '../keys/keystore.service.js';
import { rowsOf, type Database } from './rows.js';

const PURPOSE = 'authenticator';
/** 160 bits, as the standard wants for SHA-1. */
const SECRET_BYTES = 20;
/** What every app understands. */
const FORM = { algorithm: 'SHA1', digits: 6, period: 30 } as const;

interface Row {
  sealed: Buffer | null;
  pending: Buffer | null;
}

@Injectable()
export class AuthenticatorsService {
  constructor(
    private readonly database: DataSource,
    private readonly keystore: KeystoreService,
  ) {}

  async isOn(account: AccountId): Promise<boolean> {
    return ((await this.row(account))?.sealed ?? null) !== null;
  }

  /** A new secret, which counts once a code of it was given; until then the old one does. */
  async begin(account: AccountId, name: string): Promise<{ secret: string; address: string }> {
    const { Secret, TOTP } = await import('otpauth');
    const secret = new Secret({ size: SECRET_BYTES });
    const sealed = await this.keystore.seal(account, PURPOSE, Buffer.from(secret.bytes));
    await rowsOf(
      this.database,
      `INSERT INTO authenticators (account_id, pending) VALUES ($1, $2)
       ON CONFLICT (account_id) DO UPDATE SET pending = excluded.pending`,
      [account, sealed],
    );
    const address = new TOTP({ ...FORM, issuer: 'Ara', label: name, secret }).toString();
    return { secret: secret.base32, address };
  }

  /** @throws AraError `sign-in-failed` when the code is not of the new secret */
  async confirm(account: AccountId, code: string): Promise<void> {
    const pending = (await this.row(account))?.pending;
    if (!pending) throw new AraError('not-found', 'no authenticator waits to be confirmed');
    const step = await this.stepOf(account, pending, code);
    if (step === null) throw new AraError('sign-in-failed');
    const turned = await rowsOf(
      this.database,
      `UPDATE authenticators SET sealed = pending, pending = NULL, last_step = $3
       WHERE account_id = $1 AND pending = $2 RETURNING account_id`,
      [account, pending, step],
    );
    if (turned.length === 0) throw new AraError('sign-in-failed');
  }

  /** Whether the code is right, and neither it nor a later one was used before. */
  async verify(account: AccountId, code: string): Promise<boolean> {
    const sealed = (await this.row(account))?.sealed;
    const step = sealed ? await this.stepOf(account, sealed, code) : null;
    if (step === null) return false;
    const counted = await rowsOf(
      this.database,
      `UPDATE authenticators SET last_step = $2
       WHERE account_id = $1 AND sealed IS NOT NULL AND last_step < $2 RETURNING account_id`,
      [account, step],
    );
    return counted.length > 0;
  }

  async remove(account: AccountId, database: Database = this.database): Promise<void> {
    await rowsOf(database, 'DELETE FROM authenticators WHERE account_id = $1', [account]);
  }

  /** Which half minute the code is of; null when of none that is near. */
  private async stepOf(account: AccountId, sealed: Buffer, code: string): Promise<number | null> {
    if (!/^\d{6}$/.test(code)) return null;
    const plain = await this.keystore.open(account, PURPOSE, sealed);
    const { Secret, TOTP } = await import('otpauth');
    const totp = new TOTP({ ...FORM, secret: new Secret({ buffer: Uint8Array.from(plain).buffer }) });
    const delta = totp.validate({ token: code, window: 1 });
    return delta === null ? null : totp.counter() + delta;
  }

  private async row(account: AccountId): Promise<Row | null> {
    const [row] = await rowsOf<Row>(
      this.database,
      'SELECT sealed, pending FROM authenticators WHERE account_id = $1',
      [account],
    );
    return row ?? null;
  }
}
