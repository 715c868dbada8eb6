/** The account's channels: how they are, linking, and who may write. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import * as z from 'zod';
import { linkRequest, linkResponse } from '../../../../contracts/worker-door.js';
import { AraError } from '../../../../contracts/errors.js';
import { Access, Me, type Viewer } from '../access.js';
import { Answers } from '../answers.js';
import * as shapes from './shapes.js';

@Controller('v1/me')
export class ChannelsController {
  @Get('channels')
  @Access('user')
  @Answers(shapes.channels)
  list(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Get('public-key')
  @Access('user')
  @Answers(shapes.publicKey)
  publicKey(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Post('channels/:kind')
  @Access('user')
  @Answers(linkResponse)
  @HttpCode(200)
  link(
    @Me() me: Viewer,
    @Param('kind', { schema: shapes.linkableKind }) kind: string,
    @Body({ schema: linkRequest }) body: z.infer<typeof linkRequest>,
  ): unknown {
    throw new AraError('internal', String([me, kind, body].length));
  }

  @Post('channels/:kind/code')
  @Access('user')
  @Answers(linkResponse)
  @HttpCode(200)
  newCode(@Me() me: Viewer, @Param('kind', { schema: shapes.linkableKind }) kind: string): unknown {
    throw new AraError('internal', String([me, kind].length));
  }

  @Post('channels/:kind/test')
  @Access('user')
  @Answers(shapes.testMessage)
  @HttpCode(200)
  test(@Me() me: Viewer, @Param('kind', { schema: shapes.linkableKind }) kind: string): unknown {
    throw new AraError('internal', String([me, kind].length));
  }

  @Delete('channels/:kind')
  @Access('user')
  @HttpCode(204)
  unlink(@Me() me: Viewer, @Param('kind', { schema: shapes.linkableKind }) kind: string): unknown {
    throw new AraError('internal', String([me, kind].length));
  }

  @Get('channels/:kind/owners')
  @Access('user')
  @Answers(shapes.owners)
  owners(@Me() me: Viewer, @Param('kind', { schema: shapes.linkableKind }) kind: string): unknown {
    throw new AraError('internal', String([me, kind].length));
  }

  @Delete('channels/:kind/owners/:id')
  @Access('user')
  @HttpCode(204)
  removeOwner(
    @Me() me: Viewer,
    @Param('kind', { schema: shapes.linkableKind }) kind: string,
    @Param('id', { schema: z.string().max(200) }) id: string,
  ): unknown {
    throw new AraError('internal', String([me, kind, id].length));
  }
}
