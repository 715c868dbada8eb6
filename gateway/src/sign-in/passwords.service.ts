/** The password of an account: set, checked, taken away. */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AccountId } from '../../../contracts/ids.js';
import { hashPassword, verifyPassword } from './password-hash.js';
import { rowsOf, type Database } from './rows.js';

@Injectable()
export class PasswordsService {
  constructor(private readonly database: DataSource) {}

  /** @param hash of {@link hashPassword}: made before a transaction, since it takes a while */
  async set(account: AccountId, hash: string, database: Database = this.database): Promise<void> {
    await rowsOf(
      database,
      `INSERT INTO passwords (account_id, hash) VALUES ($1, $2)
       ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash, set_at = now()`,
      [account, hash],
    );
  }

  hash(password: string): Promise<string> {
    return hashPassword(password);
  }

  /** Takes as long for an account that is not there, or has no password. */
  async verify(account: AccountId | null, password: string): Promise<boolean> {
    const [row] = await rowsOf<{ hash: string }>(
      this.database,
      'SELECT hash FROM passwords WHERE account_id = $1',
      [account],
    );
    return verifyPassword(password, row?.hash ?? null);
  }

  async remove(account: AccountId, database: Database = this.database): Promise<void> {
    await rowsOf(database, 'DELETE FROM passwords WHERE account_id = $1', [account]);
  }
}
