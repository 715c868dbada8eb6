/** Signing up, in and out, by password, passkey or the organisation. */
import { Body, Controller, Get, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import * as z from 'zod';
import type { Settings } from '../../../../config/schema.js';
import { asAraError } from '../../../../contracts/door-http.js';
import { codeOf, log } from '../../log.js';
import { SETTINGS } from '../../settings.js';
import { AuditService } from '../../sign-in/audit.service.js';
import { Cookies } from '../../sign-in/cookies.js';
import type { Asked, Reply } from '../../sign-in/exchange.js';
import { InvitationsService } from '../../sign-in/invitations.service.js';
import { OrganisationService } from '../../sign-in/organisation.service.js';
import { PeopleService } from '../../sign-in/people.service.js';
import { SessionsService } from '../../sign-in/sessions.service.js';
import { SignInService } from '../../sign-in/sign-in.service.js';
import { SignUpService } from '../../sign-in/sign-up.service.js';
import { WaysInService } from '../../sign-in/ways-in.service.js';
import { Access, Me, type Viewer } from '../access.js';
import { Answers } from '../answers.js';
import * as shapes from './shapes.js';

type Body<Schema extends z.ZodType> = z.infer<Schema>;

@Controller('v1')
export class SignInController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly invitations: InvitationsService,
    private readonly newcomers: SignUpService,
    private readonly signIns: SignInService,
    private readonly organisations: OrganisationService,
    private readonly sessions: SessionsService,
    private readonly cookies: Cookies,
    private readonly people: PeopleService,
    private readonly ways: WaysInService,
    private readonly audit: AuditService,
  ) {}

  @Get('installation')
  @Access('anyone')
  @Answers(shapes.installation)
  async installation() {
    const { signUp, organisation } = this.settings.signIn;
    return {
      fresh: !(await this.people.anybodySignsIn()),
      signUp,
      organisation: organisation?.name ?? null,
    };
  }

  @Get('session')
  @Access('user')
  @Answers(shapes.session)
  async session(@Me() me: Viewer, @Req() asked: Asked) {
    const [account, methods, session] = await Promise.all([
      this.people.get(me.account),
      this.ways.of(me.account),
      this.sessions.find(this.cookies.read(asked, 'ara') ?? ''),
    ]);
    return { account, methods, session: me.session, provenUntil: session?.provenUntil ?? null };
  }

  @Get('invitation')
  @Access('anyone')
  @Answers(shapes.invitationAnswer)
  invitation(@Query({ schema: shapes.invitationQuery }) query: Body<typeof shapes.invitationQuery>) {
    return this.invitations.look(query.invitation);
  }

  @Post('sign-up')
  @Access('anyone')
  @HttpCode(204)
  signUp(
    @Req() asked: Asked,
    @Res({ passthrough: true }) reply: Reply,
    @Body({ schema: shapes.signUpRequest }) body: Body<typeof shapes.signUpRequest>,
  ): Promise<void> {
    return this.newcomers.byPassword(asked, reply, body);
  }

  @Post('sign-up/passkey/options')
  @Access('anyone')
  @Answers(shapes.passkeyOptions)
  @HttpCode(200)
  signUpPasskeyOptions(
    @Req() asked: Asked,
    @Body({ schema: shapes.signUpPasskeyOptionsRequest })
    body: Body<typeof shapes.signUpPasskeyOptionsRequest>,
  ) {
    return this.newcomers.passkeyOptions(asked, body);
  }

  @Post('sign-up/passkey')
  @Access('anyone')
  @HttpCode(204)
  signUpPasskey(
    @Req() asked: Asked,
    @Res({ passthrough: true }) reply: Reply,
    @Body({ schema: shapes.passkeyAnswer }) { ceremony, response }: Body<typeof shapes.passkeyAnswer>,
  ): Promise<void> {
    return this.newcomers.byPasskey(asked, reply, ceremony, response);
  }

  @Post('sign-in')
  @Access('anyone')
  @Answers(shapes.signInAnswer)
  @HttpCode(200)
  async signIn(
    @Req() asked: Asked,
    @Res({ passthrough: true }) reply: Reply,
    @Body({ schema: shapes.signInRequest }) body: Body<typeof shapes.signInRequest>,
  ) {
    return { next: await this.signIns.byPassword(asked, reply, body) };
  }

  @Post('sign-in/code')
  @Access('anyone')
  @HttpCode(204)
  code(
    @Req() asked: Asked,
    @Res({ passthrough: true }) reply: Reply,
    @Body({ schema: shapes.codeRequest }) { code }: Body<typeof shapes.codeRequest>,
  ): Promise<void> {
    return this.signIns.byCode(asked, reply, code);
  }

  @Post('sign-in/passkey/options')
  @Access('anyone')
  @Answers(shapes.passkeyOptions)
  @HttpCode(200)
  signInPasskeyOptions(@Req() asked: Asked) {
    return this.signIns.passkeyOptions(asked);
  }

  @Post('sign-in/passkey')
  @Access('anyone')
  @HttpCode(204)
  signInPasskey(
    @Req() asked: Asked,
    @Res({ passthrough: true }) reply: Reply,
    @Body({ schema: shapes.passkeyAnswer }) { ceremony, response }: Body<typeof shapes.passkeyAnswer>,
  ): Promise<void> {
    return this.signIns.byPasskey(asked, reply, ceremony, response);
  }

  /** The browser comes here by a link and is sent on to the organisation. */
  @Get('sign-in/organisation')
  @Access('anyone')
  @HttpCode(302)
  async organisation(
    @Req() asked: Asked,
    @Res() reply: Reply,
    @Query({ schema: shapes.organisationQuery }) { invitation }: Body<typeof shapes.organisationQuery>,
  ): Promise<void> {
    await sendOn(reply, () => this.organisations.begin(asked, reply, invitation ?? null));
  }

  @Get('sign-in/organisation/callback')
  @Access('anyone')
  @HttpCode(302)
  async organisationCallback(@Req() asked: Asked, @Res() reply: Reply): Promise<void> {
    await sendOn(reply, async () => {
      await this.organisations.finish(asked, reply);
      return '/';
    });
  }

  @Post('sign-out')
  @Access('user')
  @HttpCode(204)
  async signOut(
    @Me() me: Viewer,
    @Req() asked: Asked,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<void> {
    await this.sessions.end(me.account, me.session);
    this.cookies.clear(asked, reply, 'ara');
    await this.audit.add('signed-out', { by: me.account, account: me.account });
  }
}

/** A browser that is on its way sees no JSON: what is refused is told by the sign-in page, by its code. */
async function sendOn(reply: Reply, where: () => Promise<string>): Promise<void> {
  let address: string;
  try {
    address = await where();
  } catch (error) {
    const { code, cause } = asAraError(error);
    log.warn('sign-in by the organisation refused', { code: cause ? codeOf(cause) : code });
    address = `/sign-in?refused=${code}`;
  }
  reply.redirect(address, 302);
}
