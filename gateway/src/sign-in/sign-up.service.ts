/** Making an account, or taking up one by invitation: who may, and that it happens as a whole or not at all. */
import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, QueryFailedError, type EntityManager } from 'typeorm';
import type { Settings } from '../../../config/schema.js';
import { AraError } from '../../../contracts/errors.js';
import { accountId, type AccountId } from '../../../contracts/ids.js';
import { SETTINGS } from '../settings.js';
import { CeremoniesService } from './ceremonies.service.js';
import type { Asked, Reply } from './exchange.js';
import { InvitationsService, type Invitation } from './invitations.service.js';
import { LimitsService } from './limits.service.js';
import { OwnAddress } from './own-address.js';
import { PasskeysService, type PasskeyResponse } from './passkeys.service.js';
import { PasswordRules } from './password-rules.js';
import { PasswordsService } from './passwords.service.js';
import { rowsOf } from './rows.js';
import { SessionsService } from './sessions.service.js';
import { WaysInService } from './ways-in.service.js';
import { WelcomeService } from './welcome.service.js';

const UNIQUE_VIOLATION = '23505';

export interface Newcomer {
  /** Unused where the invitation is for an account, which has a name. */
  name: string;
  invitation: string | null;
}

@Injectable()
export class SignUpService {
  constructor(
    private readonly database: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly address: OwnAddress,
    private readonly limits: LimitsService,
    private readonly invitations: InvitationsService,
    private readonly passwords: PasswordsService,
    private readonly rules: PasswordRules,
    private readonly passkeys: PasskeysService,
    private readonly ceremonies: CeremoniesService,
    private readonly sessions: SessionsService,
    private readonly ways: WaysInService,
    private readonly welcome: WelcomeService,
  ) {}

  async byPassword(asked: Asked, reply: Reply, newcomer: Newcomer & { password: string }): Promise<void> {
    const invitation = await this.admit(newcomer.invitation);
    const name = invitation?.name ?? newcomer.name;
    await this.rules.check(newcomer.password, name);
    await this.count(asked, invitation);
    const hash = await this.passwords.hash(newcomer.password);
    const account = await this.enter(newcomer, newAccountId(), (id, manager) =>
      this.passwords.set(id, hash, manager),
    );
    await this.welcome.letIn(asked, reply, account, 'signed-up');
  }

  async passkeyOptions(asked: Asked, newcomer: Newcomer) {
    const invitation = await this.admit(newcomer.invitation);
    await this.count(asked, invitation);
    const name = invitation?.name ?? newcomer.name;
    if (!invitation?.account) await this.needFreeName(name);
    const account = invitation?.account ?? newAccountId();
    const { challenge, options } = await this.passkeys.newOptions(asked, { id: account, name });
    const data = { challenge, account, name, invitation: newcomer.invitation };
    return { ceremony: await this.ceremonies.begin('sign-up', null, data), options };
  }

  async byPasskey(asked: Asked, reply: Reply, token: string, response: PasskeyResponse): Promise<void> {
    const ceremony = await this.ceremonies.take('sign-up', token);
    if (!ceremony) throw new AraError('sign-in-failed');
    const { challenge, account, ...newcomer } = ceremony.data;
    const passkey = await this.passkeys.readNew(asked, response, challenge);
    await this.admit(newcomer.invitation);
    const entered = await this.enter(newcomer, account, (id, manager) =>
      this.passkeys.add(id, 'First passkey', passkey, manager),
    );
    await this.welcome.letIn(asked, reply, entered, 'signed-up');
  }

  /**
   * Whether somebody may sign up, by the settings and by what they bring.
   * @throws AraError `not-allowed`, `invitation-ended`
   */
  async admit(token: string | null): Promise<Invitation | null> {
    const { signUp } = this.settings.signIn;
    const invitation = token === null ? null : await this.invitations.look(token);
    if (invitation?.account || invitation?.firstOperator) return invitation;
    if (signUp === 'closed') throw new AraError('not-allowed', 'nobody can sign up here');
    if (signUp === 'invitation' && !invitation) throw new AraError('not-allowed', 'an invitation is needed');
    return invitation;
  }

  /**
   * Uses the invitation up, makes the account or takes up the one that it is for, and gives it a way in.
   * @param id of the account when it is a new one
   * @throws AraError `invitation-ended`, `conflict`
   */
  async enter(
    { name, invitation: token }: Newcomer,
    id: AccountId,
    give: (account: AccountId, manager: EntityManager) => Promise<void>,
  ): Promise<AccountId> {
    const account = await this.database.transaction(async (manager) => {
      const invitation = token === null ? null : await this.invitations.claim(token, manager);
      const entered = invitation?.account ?? id;
      if (invitation?.account) {
        // Whoever had a way in before does not have it any more.
        await this.ways.clear(entered, manager);
        if (invitation.role === 'operator')
          await rowsOf(manager, `UPDATE accounts SET role = 'operator' WHERE id = $1`, [entered]);
      } else await insertAccount(manager, entered, name, invitation?.role ?? 'user');
      await give(entered, manager);
      return entered;
    });
    await this.sessions.endOthers(account, null);
    return account;
  }

  /** An invitation is a limit by itself. */
  private async count(asked: Asked, invitation: Invitation | null): Promise<void> {
    if (!invitation) await this.limits.take([['sign-up', this.address.client(asked)]]);
  }

  /** @throws AraError `conflict` */
  private async needFreeName(name: string): Promise<void> {
    const taken = await rowsOf(this.database, 'SELECT id FROM accounts WHERE lower(name) = lower($1)', [
      name,
    ]);
    if (taken.length > 0) throw new AraError('conflict', 'an account with this name');
  }
}

export const newAccountId = (): AccountId => accountId.parse(randomUUID());

/** Names that differ in capitals only would be mistaken for each other. */
const INSERT = `
  INSERT INTO accounts (id, name, role) SELECT $1, $2, $3
  WHERE NOT EXISTS (SELECT FROM accounts WHERE lower(name) = lower($2)) RETURNING id`;

async function insertAccount(
  manager: EntityManager,
  id: AccountId,
  name: string,
  role: string,
): Promise<void> {
  try {
    const inserted = await rowsOf(manager, INSERT, [id, name.normalize('NFC'), role]);
    if (inserted.length > 0) return;
  } catch (error) {
    const { code } = error instanceof QueryFailedError ? (error.driverError as { code?: string }) : {};
    if (code !== UNIQUE_VIOLATION) throw error;
  }
  throw new AraError('conflict', 'an account with this name');
}
