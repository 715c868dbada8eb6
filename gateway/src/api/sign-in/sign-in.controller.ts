/** Signing up, in and out, by password, passkey or the organisation. */
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import * as z from 'zod';
import { AraError } from '../../../../contracts/errors.js';
import { Access, Me, type Viewer } from '../access.js';
import { Answers } from '../answers.js';
import * as shapes from './shapes.js';

@Controller('v1')
export class SignInController {
  @Get('installation')
  @Access('anyone')
  @Answers(shapes.installation)
  installation(): unknown {
    throw new AraError('internal', String([].length));
  }

  @Get('session')
  @Access('user')
  @Answers(shapes.session)
  session(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Get('invitation')
  @Access('anyone')
  @Answers(shapes.invitationAnswer)
  invitation(
    @Query({ schema: shapes.invitationQuery }) query: z.infer<typeof shapes.invitationQuery>,
  ): unknown {
    throw new AraError('internal', String([query].length));
  }

  @Post('sign-up')
  @Access('anyone')
  @HttpCode(204)
  signUp(@Body({ schema: shapes.signUpRequest }) body: z.infer<typeof shapes.signUpRequest>): unknown {
    throw new AraError('internal', String([body].length));
  }

  @Post('sign-up/passkey/options')
  @Access('anyone')
  @Answers(shapes.passkeyOptions)
  @HttpCode(200)
  signUpPasskeyOptions(
    @Body({ schema: shapes.signUpPasskeyOptionsRequest })
    body: z.infer<typeof shapes.signUpPasskeyOptionsRequest>,
  ): unknown {
    throw new AraError('internal', String([body].length));
  }

  @Post('sign-up/passkey')
  @Access('anyone')
  @HttpCode(204)
  signUpPasskey(@Body({ schema: shapes.passkeyAnswer }) body: z.infer<typeof shapes.passkeyAnswer>): unknown {
    throw new AraError('internal', String([body].length));
  }

  @Post('sign-in')
  @Access('anyone')
  @Answers(shapes.signInAnswer)
  @HttpCode(200)
  signIn(@Body({ schema: shapes.signInRequest }) body: z.infer<typeof shapes.signInRequest>): unknown {
    throw new AraError('internal', String([body].length));
  }

  @Post('sign-in/code')
  @Access('anyone')
  @HttpCode(204)
  code(@Body({ schema: shapes.codeRequest }) body: z.infer<typeof shapes.codeRequest>): unknown {
    throw new AraError('internal', String([body].length));
  }

  @Post('sign-in/passkey/options')
  @Access('anyone')
  @Answers(shapes.passkeyOptions)
  @HttpCode(200)
  signInPasskeyOptions(): unknown {
    throw new AraError('internal', String([].length));
  }

  @Post('sign-in/passkey')
  @Access('anyone')
  @HttpCode(204)
  signInPasskey(@Body({ schema: shapes.passkeyAnswer }) body: z.infer<typeof shapes.passkeyAnswer>): unknown {
    throw new AraError('internal', String([body].length));
  }

  @Get('sign-in/organisation')
  @Access('anyone')
  @HttpCode(204)
  organisation(): unknown {
    throw new AraError('internal', String([].length));
  }

  @Get('sign-in/organisation/callback')
  @Access('anyone')
  @HttpCode(204)
  organisationCallback(): unknown {
    throw new AraError('internal', String([].length));
  }

  @Post('sign-out')
  @Access('user')
  @HttpCode(204)
  signOut(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }
}
