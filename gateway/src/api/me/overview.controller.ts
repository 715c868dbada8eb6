/** Everything about the account at a glance: home, live events, usage, data flows and where data lies. */
import { Controller, Get, Query } from '@nestjs/common';
import * as z from 'zod';
import { AraError } from '../../../../contracts/errors.js';
import { Access, Me, type Viewer } from '../access.js';
import { Answers, AnswersRaw } from '../answers.js';
import * as shapes from './shapes.js';

@Controller('v1/me')
export class OverviewController {
  @Get('home')
  @Access('user')
  @Answers(shapes.home)
  home(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Get('events')
  @Access('user')
  @AnswersRaw('text/event-stream')
  events(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Get('usage')
  @Access('user')
  @Answers(shapes.usage)
  usage(
    @Me() me: Viewer,
    @Query({ schema: shapes.usageQuery }) query: z.infer<typeof shapes.usageQuery>,
  ): unknown {
    throw new AraError('internal', String([me, query].length));
  }

  @Get('usage.csv')
  @Access('user')
  @AnswersRaw('text/csv')
  usageTable(
    @Me() me: Viewer,
    @Query({ schema: shapes.usageQuery }) query: z.infer<typeof shapes.usageQuery>,
  ): unknown {
    throw new AraError('internal', String([me, query].length));
  }

  @Get('flows')
  @Access('user')
  @Answers(shapes.flows)
  flows(
    @Me() me: Viewer,
    @Query({ schema: shapes.flowsQuery }) query: z.infer<typeof shapes.flowsQuery>,
  ): unknown {
    throw new AraError('internal', String([me, query].length));
  }

  @Get('privacy')
  @Access('user')
  @Answers(shapes.privacy)
  privacy(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }
}
