/** The account's API keys, the models that they are for, and the budget. */
import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import * as z from 'zod';
import { provider } from '../../../../contracts/ids.js';
import { budgetChange } from '../../../../contracts/content.js';
import { spending } from '../../../../contracts/rooms-door.js';
import { AraError } from '../../../../contracts/errors.js';
import { Access, Me, type Viewer } from '../access.js';
import { Answers } from '../answers.js';
import * as shapes from './shapes.js';

@Controller('v1/me')
export class MyKeysController {
  @Get('keys')
  @Access('user')
  @Answers(shapes.keys)
  list(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Put('keys/:provider')
  @Access('user', { stepUp: true })
  @HttpCode(204)
  set(
    @Me() me: Viewer,
    @Param('provider', { schema: provider }) provider: string,
    @Body({ schema: shapes.keyRequest }) body: z.infer<typeof shapes.keyRequest>,
  ): unknown {
    throw new AraError('internal', String([me, provider, body].length));
  }

  @Delete('keys/:provider')
  @Access('user', { stepUp: true })
  @HttpCode(204)
  remove(@Me() me: Viewer, @Param('provider', { schema: provider }) provider: string): unknown {
    throw new AraError('internal', String([me, provider].length));
  }

  @Put('models')
  @Access('user')
  @HttpCode(204)
  order(
    @Me() me: Viewer,
    @Body({ schema: shapes.modelOrder }) body: z.infer<typeof shapes.modelOrder>,
  ): unknown {
    throw new AraError('internal', String([me, body].length));
  }

  @Get('models')
  @Access('user')
  @Answers(shapes.modelCatalogue)
  models(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Get('budget')
  @Access('user')
  @Answers(spending)
  budget(@Me() me: Viewer): unknown {
    throw new AraError('internal', String([me].length));
  }

  @Put('budget')
  @Access('user')
  @Answers(spending)
  setBudget(@Me() me: Viewer, @Body({ schema: budgetChange }) body: z.infer<typeof budgetChange>): unknown {
    throw new AraError('internal', String([me, body].length));
  }
}
