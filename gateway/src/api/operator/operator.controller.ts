/** What an operator sees and does: users, invitations, containers, health, settings, audit. No content. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import * as z from 'zod';
import { accountId } from '../../../../contracts/ids.js';
import { auditTrail } from '../sign-in/shapes.js';
import { AraError } from '../../../../contracts/errors.js';
import { Access } from '../access.js';
import { Answers } from '../answers.js';
import * as shapes from './shapes.js';

@Controller('v1/operator')
export class OperatorController {
  @Get('users')
  @Access('operator')
  @Answers(shapes.users)
  users(): unknown {
    throw new AraError('internal', String([].length));
  }

  @Post('users')
  @Access('operator')
  @HttpCode(204)
  addUser(@Body({ schema: shapes.newUser }) body: z.infer<typeof shapes.newUser>): unknown {
    throw new AraError('internal', String([body].length));
  }

  @Get('invitations')
  @Access('operator')
  @Answers(shapes.invitations)
  invitations(): unknown {
    throw new AraError('internal', String([].length));
  }

  @Post('invitations')
  @Access('operator')
  @Answers(shapes.invitationMade)
  @HttpCode(200)
  invite(
    @Body({ schema: shapes.invitationRequest }) body: z.infer<typeof shapes.invitationRequest>,
  ): unknown {
    throw new AraError('internal', String([body].length));
  }

  @Delete('invitations/:id')
  @Access('operator')
  @HttpCode(204)
  removeInvitation(@Param('id', { schema: z.uuid() }) id: string): unknown {
    throw new AraError('internal', String([id].length));
  }

  @Get('containers')
  @Access('operator')
  @Answers(shapes.containers)
  containers(): unknown {
    throw new AraError('internal', String([].length));
  }

  @Post('containers/:account/wake')
  @Access('operator')
  @HttpCode(204)
  wake(@Param('account', { schema: accountId }) account: string): unknown {
    throw new AraError('internal', String([account].length));
  }

  @Post('containers/:account/sleep')
  @Access('operator')
  @HttpCode(204)
  sleep(@Param('account', { schema: accountId }) account: string): unknown {
    throw new AraError('internal', String([account].length));
  }

  @Post('containers/:account/restart')
  @Access('operator')
  @HttpCode(204)
  restart(@Param('account', { schema: accountId }) account: string): unknown {
    throw new AraError('internal', String([account].length));
  }

  @Get('health')
  @Access('operator')
  @Answers(shapes.health)
  health(): unknown {
    throw new AraError('internal', String([].length));
  }

  @Get('settings')
  @Access('operator')
  @Answers(shapes.settings)
  settings(): unknown {
    throw new AraError('internal', String([].length));
  }

  @Get('audit')
  @Access('operator')
  @Answers(auditTrail)
  audit(): unknown {
    throw new AraError('internal', String([].length));
  }
}
