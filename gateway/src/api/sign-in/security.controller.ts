/** How the account signs in: password, passkeys, authenticator, sessions, and the trail of what was done. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import * as z from 'zod';
import { AraError } from '../../../../contracts/errors.js';
import { AuditService } from '../../sign-in/audit.service.js';
import { AuthenticatorsService } from '../../sign-in/authenticators.service.js';
import { CeremoniesService } from '../../sign-in/ceremonies.service.js';
import { Cookies } from '../../sign-in/cookies.js';
import type { Asked, Reply } from '../../sign-in/exchange.js';
import { PasskeysService } from '../../sign-in/passkeys.service.js';
import { PasswordRules } from '../../sign-in/password-rules.js';
import { PasswordsService } from '../../sign-in/passwords.service.js';
import { PeopleService } from '../../sign-in/people.service.js';
import { RecoveryCodesService } from '../../sign-in/recovery-codes.service.js';
import { SessionsService } from '../../sign-in/sessions.service.js';
import { SignInService } from '../../sign-in/sign-in.service.js';
import { WaysInService } from '../../sign-in/ways-in.service.js';
import { Access, Me, type Viewer } from '../access.js';
import { Answers } from '../answers.js';
import * as shapes from './shapes.js';

type Body<Schema extends z.ZodType> = z.infer<Schema>;

@Controller('v1/me')
export class SecurityController {
  constructor(
    private readonly signIns: SignInService,
    private readonly sessionsOpen: SessionsService,
    private readonly cookies: Cookies,
    private readonly people: PeopleService,
    private readonly ways: WaysInService,
    private readonly passwords: PasswordsService,
    private readonly rules: PasswordRules,
    private readonly passkeysKept: PasskeysService,
    private readonly ceremonies: CeremoniesService,
    private readonly authenticators: AuthenticatorsService,
    private readonly recovery: RecoveryCodesService,
    private readonly trail: AuditService,
  ) {}

  @Post('prove')
  @Access('user')
  @HttpCode(204)
  prove(
    @Me() me: Viewer,
    @Req() asked: Asked,
    @Res({ passthrough: true }) reply: Reply,
    @Body({ schema: shapes.proveRequest }) body: Body<typeof shapes.proveRequest>,
  ): Promise<void> {
    return this.signIns.prove(asked, reply, me, body);
  }

  @Post('prove/passkey/options')
  @Access('user')
  @Answers(shapes.passkeyOptions)
  @HttpCode(200)
  provePasskeyOptions(@Me() me: Viewer, @Req() asked: Asked) {
    return this.signIns.proveOptions(asked, me);
  }

  @Post('prove/passkey')
  @Access('user')
  @HttpCode(204)
  provePasskey(
    @Me() me: Viewer,
    @Req() asked: Asked,
    @Res({ passthrough: true }) reply: Reply,
    @Body({ schema: shapes.passkeyAnswer }) { ceremony, response }: Body<typeof shapes.passkeyAnswer>,
  ): Promise<void> {
    return this.signIns.proveByPasskey(asked, reply, me, ceremony, response);
  }

  /** Whoever else knew the old one is out. */
  @Put('password')
  @Access('user', { stepUp: true })
  @HttpCode(204)
  async setPassword(
    @Me() me: Viewer,
    @Body({ schema: shapes.passwordRequest }) { password }: Body<typeof shapes.passwordRequest>,
  ): Promise<void> {
    const { name } = await this.people.get(me.account);
    await this.rules.check(password, name);
    await this.passwords.set(me.account, await this.passwords.hash(password));
    await this.sessionsOpen.endOthers(me.account, me.session);
    await this.done(me, 'password-set');
  }

  @Delete('password')
  @Access('user', { stepUp: true })
  @HttpCode(204)
  async removePassword(@Me() me: Viewer): Promise<void> {
    await this.ways.without(me.account, (manager) => this.passwords.remove(me.account, manager));
    await this.sessionsOpen.endOthers(me.account, me.session);
    await this.done(me, 'password-removed');
  }

  @Put('email')
  @Access('user')
  @HttpCode(204)
  async setEmail(
    @Me() me: Viewer,
    @Body({ schema: shapes.emailRequest }) { email }: Body<typeof shapes.emailRequest>,
  ): Promise<void> {
    await this.people.setEmail(me.account, email);
    await this.done(me, 'email-set');
  }

  @Get('passkeys')
  @Access('user')
  @Answers(shapes.passkeys)
  async passkeys(@Me() me: Viewer) {
    return { passkeys: await this.passkeysKept.list(me.account) };
  }

  @Post('passkeys/options')
  @Access('user', { stepUp: true })
  @Answers(shapes.passkeyOptions)
  @HttpCode(200)
  async passkeyOptions(@Me() me: Viewer, @Req() asked: Asked) {
    await this.passkeysKept.needRoom(me.account);
    const { id, name } = await this.people.get(me.account);
    const { challenge, options } = await this.passkeysKept.newOptions(asked, { id, name });
    return { ceremony: await this.ceremonies.begin('add-passkey', id, { challenge }), options };
  }

  @Post('passkeys')
  @Access('user', { stepUp: true })
  @HttpCode(204)
  async addPasskey(
    @Me() me: Viewer,
    @Req() asked: Asked,
    @Body({ schema: shapes.addPasskeyRequest }) body: Body<typeof shapes.addPasskeyRequest>,
  ): Promise<void> {
    const ceremony = await this.ceremonies.take('add-passkey', body.ceremony);
    if (ceremony?.account !== me.account) throw new AraError('sign-in-failed');
    const passkey = await this.passkeysKept.readNew(asked, body.response, ceremony.data.challenge);
    await this.passkeysKept.add(me.account, body.name, passkey);
    await this.done(me, 'passkey-added');
  }

  @Delete('passkeys/:id')
  @Access('user', { stepUp: true })
  @HttpCode(204)
  async removePasskey(@Me() me: Viewer, @Param('id', { schema: z.uuid() }) id: string): Promise<void> {
    await this.ways.without(me.account, (manager) => this.passkeysKept.remove(me.account, id, manager));
    await this.done(me, 'passkey-removed');
  }

  @Post('authenticator')
  @Access('user', { stepUp: true })
  @Answers(shapes.newAuthenticator)
  @HttpCode(200)
  async newAuthenticator(@Me() me: Viewer) {
    const { name } = await this.people.get(me.account);
    return this.authenticators.begin(me.account, name);
  }

  @Put('authenticator')
  @Access('user', { stepUp: true })
  @Answers(shapes.recoveryCodes)
  async confirmAuthenticator(
    @Me() me: Viewer,
    @Body({ schema: shapes.codeRequest }) { code }: Body<typeof shapes.codeRequest>,
  ) {
    await this.authenticators.confirm(me.account, code);
    const codes = await this.recovery.renew(me.account);
    await this.done(me, 'authenticator-added');
    return { codes };
  }

  @Delete('authenticator')
  @Access('user', { stepUp: true })
  @HttpCode(204)
  async removeAuthenticator(@Me() me: Viewer): Promise<void> {
    await this.authenticators.remove(me.account);
    await this.recovery.remove(me.account);
    await this.done(me, 'authenticator-removed');
  }

  /** They stand in for the authenticator: without one there is nothing to stand in for. */
  @Post('recovery-codes')
  @Access('user', { stepUp: true })
  @Answers(shapes.recoveryCodes)
  @HttpCode(200)
  async newRecoveryCodes(@Me() me: Viewer) {
    if (!(await this.authenticators.isOn(me.account)))
      throw new AraError('not-found', 'no authenticator is set up');
    const codes = await this.recovery.renew(me.account);
    await this.done(me, 'recovery-codes-made');
    return { codes };
  }

  @Get('sessions')
  @Access('user')
  @Answers(shapes.sessions)
  async sessions(@Me() me: Viewer) {
    const sessions = await this.sessionsOpen.list(me.account);
    return { sessions: sessions.map((session) => ({ ...session, current: session.id === me.session })) };
  }

  @Delete('sessions')
  @Access('user')
  @HttpCode(204)
  async revokeOthers(@Me() me: Viewer): Promise<void> {
    await this.sessionsOpen.endOthers(me.account, me.session);
    await this.done(me, 'session-revoked');
  }

  @Delete('sessions/:id')
  @Access('user')
  @HttpCode(204)
  async revokeSession(
    @Me() me: Viewer,
    @Req() asked: Asked,
    @Res({ passthrough: true }) reply: Reply,
    @Param('id', { schema: z.string().max(64) }) id: string,
  ): Promise<void> {
    if (!(await this.sessionsOpen.end(me.account, id))) throw new AraError('not-found', 'no such session');
    if (id === me.session) this.cookies.clear(asked, reply, 'ara');
    await this.done(me, 'session-revoked');
  }

  @Get('audit')
  @Access('user')
  @Answers(shapes.auditTrail)
  async audit(@Me() me: Viewer) {
    return { entries: await this.trail.of(me.account) };
  }

  private done(me: Viewer, action: shapes.AuditAction): Promise<void> {
    return this.trail.add(action, { by: me.account, account: me.account });
  }
}
