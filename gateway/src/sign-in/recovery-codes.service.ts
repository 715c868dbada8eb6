/** Recovery codes, for whoever lost the authenticator: ten, shown once, each good once, kept as hashes. */
import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AccountId } from '../../../contracts/ids.js';
import { rowsOf, type Database } from './rows.js';

const HOW_MANY = 10;
/** Without i, l, o and u, which are misread. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** 80 bits: enough that a plain hash cannot be searched. */
const LENGTH = 16;

@Injectable()
export class RecoveryCodesService {
  constructor(private readonly database: DataSource) {}

  /** Ten new ones; those from before are void. */
  async renew(account: AccountId): Promise<string[]> {
    const codes = Array.from({ length: HOW_MANY }, newCode);
    await this.database.transaction(async (manager) => {
      await this.remove(account, manager);
      await rowsOf(manager, 'INSERT INTO recovery_codes (account_id, hash) SELECT $1, unnest($2::bytea[])', [
        account,
        codes.map((code) => hash(account, code)),
      ]);
    });
    return codes;
  }

  /** Whether it is one that was not used yet; it is now. */
  async use(account: AccountId, code: string): Promise<boolean> {
    const used = await rowsOf(
      this.database,
      'DELETE FROM recovery_codes WHERE account_id = $1 AND hash = $2 RETURNING hash',
      [account, hash(account, code)],
    );
    return used.length > 0;
  }

  async remove(account: AccountId, database: Database = this.database): Promise<void> {
    await rowsOf(database, 'DELETE FROM recovery_codes WHERE account_id = $1', [account]);
  }
}

/** `abcd-efgh-jkmn-pqrs` */
function newCode(): string {
  const letters = [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length] ?? '').join('');
  return letters.replace(/(.{4})(?=.)/g, '$1-');
}

/** However it was written down. */
function hash(account: AccountId, code: string): Buffer {
  const plain = code
    .toLowerCase()
    .replace(/[^0-9a-z]/g, '')
    .replace(/o/g, '0')
    .replace(/[il]/g, '1');
  return createHash('sha256').update(`${account}|${plain}`).digest();
}
