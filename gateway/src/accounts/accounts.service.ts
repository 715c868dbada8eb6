/** Accounts: made, listed, found. */
import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { QueryFailedError, type Repository } from 'typeorm';
import { AraError } from '../../../contracts/errors.js';
import { accountId, type AccountId } from '../../../contracts/ids.js';
import { Account } from './account.entity.js';

const UNIQUE_VIOLATION = '23505';

@Injectable()
export class AccountsService {
  /** Accounts that are there, for those who ask with each message. */
  private readonly known = new Set<AccountId>();

  constructor(@InjectRepository(Account) private readonly accounts: Repository<Account>) {}

  /** @throws AraError `conflict` when the name is taken */
  async add(name: string): Promise<Account> {
    const account = this.accounts.create({ id: accountId.parse(randomUUID()), name });
    try {
      await this.accounts.insert(account);
    } catch (error) {
      const { code } = error instanceof QueryFailedError ? (error.driverError as { code?: string }) : {};
      throw code === UNIQUE_VIOLATION ? new AraError('conflict', 'an account with this name') : error;
    }
    return this.get(account.id);
  }

  list(): Promise<Account[]> {
    return this.accounts.find({ order: { createdAt: 'ASC' } });
  }

  async exists(id: AccountId): Promise<boolean> {
    if (this.known.has(id)) return true;
    const exists = await this.accounts.existsBy({ id });
    if (exists) this.known.add(id);
    return exists;
  }

  /** It is deleted. */
  forget(id: AccountId): void {
    this.known.delete(id);
  }

  /** @throws AraError `not-found` */
  async get(id: string): Promise<Account> {
    const parsed = accountId.safeParse(id);
    const account = parsed.success ? await this.accounts.findOneBy({ id: parsed.data }) : null;
    if (!account) throw new AraError('not-found', 'no such account');
    return account;
  }
}
