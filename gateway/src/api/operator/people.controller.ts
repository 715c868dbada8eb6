/** The people of an installation: who has an account, who is invited, and what was done to whose account. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import * as z from 'zod';
import { AraError } from '../../../../contracts/errors.js';
import type { AccountId } from '../../../../contracts/ids.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { AuditService } from '../../sign-in/audit.service.js';
import type { Asked } from '../../sign-in/exchange.js';
import { InvitationsService } from '../../sign-in/invitations.service.js';
import { OwnAddress } from '../../sign-in/own-address.js';
import { PeopleService } from '../../sign-in/people.service.js';
import { Access, type RequestWithViewer } from '../access.js';
import { Answers } from '../answers.js';
import { auditTrail } from '../sign-in/shapes.js';
import * as shapes from './shapes.js';

@Controller('v1/operator')
@Access('operator')
export class PeopleController {
  constructor(
    private readonly people: PeopleService,
    private readonly accounts: AccountsService,
    private readonly invitationsMade: InvitationsService,
    private readonly address: OwnAddress,
    private readonly trail: AuditService,
  ) {}

  @Get('users')
  @Answers(shapes.users)
  async users() {
    return { users: await this.people.users() };
  }

  @Post('users')
  @HttpCode(204)
  async addUser(
    @Req() request: RequestWithViewer,
    @Body({ schema: shapes.newUser }) { name }: z.infer<typeof shapes.newUser>,
  ): Promise<void> {
    const { id } = await this.accounts.add(name);
    await this.trail.add('account-added', { by: by(request), account: id });
  }

  @Get('invitations')
  @Answers(shapes.invitations)
  async invitations() {
    return { invitations: await this.invitationsMade.list() };
  }

  /** Whoever signs in already can be invited anew from the machine alone: no operator gets into another's account. */
  @Post('invitations')
  @Answers(shapes.invitationMade)
  @HttpCode(200)
  async invite(
    @Req() request: Asked & RequestWithViewer,
    @Body({ schema: shapes.invitationRequest }) { role, account }: z.infer<typeof shapes.invitationRequest>,
  ) {
    if (account) {
      const { signsIn } = await this.people.get(account);
      if (signsIn && request.viewer) throw new AraError('conflict', 'they can sign in already');
    }
    const origin = this.address.forPeople(request);
    const { id, token, expiresAt } = await this.invitationsMade.make(role, account);
    await this.trail.add('invitation-made', { by: by(request), account });
    return { id, address: `${origin}/join#${token}`, expiresAt };
  }

  @Delete('invitations/:id')
  @HttpCode(204)
  async removeInvitation(
    @Req() request: RequestWithViewer,
    @Param('id', { schema: z.uuid() }) id: string,
  ): Promise<void> {
    const account = await this.invitationsMade.remove(id);
    await this.trail.add('invitation-removed', { by: by(request), account });
  }

  @Get('audit')
  @Answers(auditTrail)
  async audit() {
    return { entries: await this.trail.all() };
  }
}

/** Nobody when it is the installation's token. */
const by = (request: RequestWithViewer): AccountId | null => request.viewer?.account ?? null;
