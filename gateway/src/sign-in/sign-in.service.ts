/** Signing in by password, code and passkey, and proving anew that it is still them. Each try is counted before it is looked at. */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import type { Viewer } from '../api/access.js';
import { AuditService } from './audit.service.js';
import { AuthenticatorsService } from './authenticators.service.js';
import { CeremoniesService } from './ceremonies.service.js';
import { Cookies } from './cookies.js';
import type { Asked, Reply } from './exchange.js';
import { LimitsService, nameCount, type Count } from './limits.service.js';
import { OwnAddress } from './own-address.js';
import { PasskeysService, type PasskeyResponse } from './passkeys.service.js';
import { PasswordsService } from './passwords.service.js';
import { RecoveryCodesService } from './recovery-codes.service.js';
import { rowsOf } from './rows.js';
import { SessionsService } from './sessions.service.js';
import { WelcomeService } from './welcome.service.js';

@Injectable()
export class SignInService {
  constructor(
    private readonly database: DataSource,
    private readonly address: OwnAddress,
    private readonly cookies: Cookies,
    private readonly limits: LimitsService,
    private readonly passwords: PasswordsService,
    private readonly authenticators: AuthenticatorsService,
    private readonly recovery: RecoveryCodesService,
    private readonly passkeys: PasskeysService,
    private readonly ceremonies: CeremoniesService,
    private readonly sessions: SessionsService,
    private readonly welcome: WelcomeService,
    private readonly audit: AuditService,
  ) {}

  /** @throws AraError `sign-in-failed`, the same for a name that is not there; `too-many` */
  async byPassword(
    asked: Asked,
    reply: Reply,
    { name, password }: { name: string; password: string },
  ): Promise<'done' | 'code'> {
    const account = await this.named(name);
    await this.checkPassword(asked, name, account, password);
    if (account === null) throw new AraError('sign-in-failed');
    if (await this.authenticators.isOn(account)) {
      const token = await this.ceremonies.begin('code', account, { name });
      this.cookies.set(asked, reply, 'ara-code', token);
      return 'code';
    }
    await this.limits.forget([nameCount(name)]);
    await this.welcome.letIn(asked, reply, account);
    return 'done';
  }

  /** The second step. @throws AraError `sign-in-failed`, `too-many`; `unauthorized` when the first step is too long ago */
  async byCode(asked: Asked, reply: Reply, code: string): Promise<void> {
    const token = this.cookies.read(asked, 'ara-code');
    const ceremony = token ? await this.ceremonies.look('code', token) : null;
    if (!token || !ceremony?.account) throw new AraError('unauthorized', 'start again with the password');
    await this.checkCode(asked, ceremony.account, code);
    if (!(await this.ceremonies.take('code', token)))
      throw new AraError('unauthorized', 'start again with the password');
    this.cookies.clear(asked, reply, 'ara-code');
    await this.limits.forget([nameCount(ceremony.data.name), ['code', ceremony.account]]);
    await this.welcome.letIn(asked, reply, ceremony.account);
  }

  async passkeyOptions(asked: Asked) {
    await this.limits.take([['ceremony', this.address.client(asked)]]);
    const { challenge, options } = await this.passkeys.options(asked, null);
    return { ceremony: await this.ceremonies.begin('sign-in', null, { challenge }), options };
  }

  /** @throws AraError `sign-in-failed` */
  async byPasskey(asked: Asked, reply: Reply, token: string, response: PasskeyResponse): Promise<void> {
    const ceremony = await this.ceremonies.take('sign-in', token);
    if (!ceremony) throw new AraError('sign-in-failed');
    const account = await this.passkeys.verify(asked, response, ceremony.data.challenge);
    await this.welcome.letIn(asked, reply, account);
  }

  /** @throws AraError `bad-request` when neither is given, `sign-in-failed`, `too-many` */
  async prove(
    asked: Asked,
    reply: Reply,
    me: Viewer,
    { password, code }: { password?: string | undefined; code?: string | undefined },
  ): Promise<void> {
    if (password === undefined && code === undefined) throw new AraError('bad-request', 'password, code');
    if (password !== undefined)
      await this.checkPassword(asked, await this.nameOf(me.account), me.account, password);
    if (code !== undefined) {
      await this.checkCode(asked, me.account, code);
      await this.limits.forget([['code', me.account]]);
    }
    await this.proved(asked, reply, me);
  }

  async proveOptions(asked: Asked, me: Viewer) {
    const { challenge, options } = await this.passkeys.options(asked, me.account);
    return { ceremony: await this.ceremonies.begin('prove', me.account, { challenge }), options };
  }

  /** @throws AraError `sign-in-failed`, also for the passkey of another account */
  async proveByPasskey(
    asked: Asked,
    reply: Reply,
    me: Viewer,
    token: string,
    response: PasskeyResponse,
  ): Promise<void> {
    const ceremony = await this.ceremonies.take('prove', token);
    if (ceremony?.account !== me.account) throw new AraError('sign-in-failed');
    const account = await this.passkeys.verify(asked, response, ceremony.data.challenge);
    if (account !== me.account) throw new AraError('sign-in-failed');
    await this.proved(asked, reply, me);
  }

  async nameOf(account: AccountId): Promise<string> {
    const [row] = await rowsOf<{ name: string }>(this.database, 'SELECT name FROM accounts WHERE id = $1', [
      account,
    ]);
    if (!row) throw new AraError('unauthorized');
    return row.name;
  }

  /** As it was typed, or else whoever has that name in other capitals: phones begin with one. */
  private async named(name: string): Promise<AccountId | null> {
    const [row] = await rowsOf<{ id: AccountId }>(
      this.database,
      'SELECT id FROM accounts WHERE lower(name) = lower($1) ORDER BY name = $1 DESC, created_at LIMIT 1',
      [name.normalize('NFC')],
    );
    return row?.id ?? null;
  }

  private async checkPassword(
    asked: Asked,
    name: string,
    account: AccountId | null,
    password: string,
  ): Promise<void> {
    // The address first: one that is locked does not lock names.
    const counts: Count[] = [['address', this.address.client(asked)], nameCount(name)];
    await this.limits.take(counts, () => this.lockedOut(account));
    if (!(await this.passwords.verify(account, password))) return this.failed(account);
    await this.limits.giveBack(counts);
  }

  private async checkCode(asked: Asked, account: AccountId, code: string): Promise<void> {
    const counts: Count[] = [
      ['address', this.address.client(asked)],
      ['code', account],
    ];
    await this.limits.take(counts, () => this.lockedOut(account));
    const ofApp = await this.authenticators.verify(account, code);
    if (!ofApp && !(await this.recovery.use(account, code))) return this.failed(account);
    if (!ofApp) await this.audit.add('recovery-code-used', { by: account, account });
    await this.limits.giveBack(counts);
  }

  private async lockedOut(account: AccountId | null): Promise<void> {
    if (account) await this.audit.add('locked-out', { by: null, account });
  }

  private failed(account: AccountId | null): never {
    // Not waited for: who is there must not take longer than who is not.
    if (account) void this.audit.add('sign-in-failed', { by: null, account });
    throw new AraError('sign-in-failed');
  }

  private async proved(asked: Asked, reply: Reply, me: Viewer): Promise<void> {
    this.cookies.set(asked, reply, 'ara', await this.sessions.prove(me.session));
  }
}
