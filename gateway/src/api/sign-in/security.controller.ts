/** How the account signs in: password, passkeys, authenticator, sessions, and the trail of what was done. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import * as z from 'zod';
import { AraError } from '../../../../contracts/errors.js';
import { Access, Me, type Viewer } from '../access.js';
import { Answers } from '../answers.js';
import * as shapes from './shapes.js';

@Controller('v1/me')
export class SecurityController {
  @Post('prove')
  @Access('user')
  @HttpCode(204)
  prove(
    @Me() me: Viewer,
    @Body({ schema: shapes.proveRequest }) body: z.infer<typeof shapes.proveRequest>,
  ): unknown {
    throw new AraError('internal', String([me, body].length));
  }

  @Post('prove/passkey/options')
  @Access('user')
  @Answers(shapes.passkeyOptions)
  @HttpCode(200)
  provePasskeyOptions(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Post('prove/passkey')
  @Access('user')
  @HttpCode(204)
  provePasskey(
    @Me() me: Viewer,
    @Body({ schema: shapes.passkeyAnswer }) body: z.infer<typeof shapes.passkeyAnswer>,
  ): unknown {
    throw new AraError('internal', String([me, body].length));
  }

  @Put('password')
  @Access('user', { stepUp: true })
  @HttpCode(204)
  setPassword(
    @Me() me: Viewer,
    @Body({ schema: shapes.passwordRequest }) body: z.infer<typeof shapes.passwordRequest>,
  ): unknown {
    throw new AraError('internal', String([me, body].length));
  }

  @Delete('password')
  @Access('user', { stepUp: true })
  @HttpCode(204)
  removePassword(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Put('email')
  @Access('user')
  @HttpCode(204)
  setEmail(
    @Me() me: Viewer,
    @Body({ schema: shapes.emailRequest }) body: z.infer<typeof shapes.emailRequest>,
  ): unknown {
    throw new AraError('internal', String([me, body].length));
  }

  @Get('passkeys')
  @Access('user')
  @Answers(shapes.passkeys)
  passkeys(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Post('passkeys/options')
  @Access('user', { stepUp: true })
  @Answers(shapes.passkeyOptions)
  @HttpCode(200)
  passkeyOptions(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Post('passkeys')
  @Access('user', { stepUp: true })
  @HttpCode(204)
  addPasskey(
    @Me() me: Viewer,
    @Body({ schema: shapes.addPasskeyRequest }) body: z.infer<typeof shapes.addPasskeyRequest>,
  ): unknown {
    throw new AraError('internal', String([me, body].length));
  }

  @Delete('passkeys/:id')
  @Access('user', { stepUp: true })
  @HttpCode(204)
  removePasskey(@Me() me: Viewer, @Param('id', { schema: z.uuid() }) id: string): unknown {
    throw new AraError('internal', String([me, id].length));
  }

  @Post('authenticator')
  @Access('user', { stepUp: true })
  @Answers(shapes.newAuthenticator)
  @HttpCode(200)
  newAuthenticator(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Put('authenticator')
  @Access('user', { stepUp: true })
  @Answers(shapes.recoveryCodes)
  confirmAuthenticator(
    @Me() me: Viewer,
    @Body({ schema: shapes.codeRequest }) body: z.infer<typeof shapes.codeRequest>,
  ): unknown {
    throw new AraError('internal', String([me, body].length));
  }

  @Delete('authenticator')
  @Access('user', { stepUp: true })
  @HttpCode(204)
  removeAuthenticator(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Post('recovery-codes')
  @Access('user', { stepUp: true })
  @Answers(shapes.recoveryCodes)
  @HttpCode(200)
  newRecoveryCodes(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Get('sessions')
  @Access('user')
  @Answers(shapes.sessions)
  sessions(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Delete('sessions')
  @Access('user')
  @HttpCode(204)
  revokeOthers(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Delete('sessions/:id')
  @Access('user')
  @HttpCode(204)
  revokeSession(@Me() me: Viewer, @Param('id', { schema: z.string().max(64) }) id: string): unknown {
    throw new AraError('internal', String([me, id].length));
  }

  @Get('audit')
  @Access('user')
  @Answers(shapes.auditTrail)
  audit(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }
}
