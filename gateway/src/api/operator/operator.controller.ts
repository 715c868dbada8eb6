/** What an operator sees and does: containers, health, settings. No content. People are in people.controller.ts. */
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { accountId } from '../../../../contracts/ids.js';
import { AraError } from '../../../../contracts/errors.js';
import { Access } from '../access.js';
import { Answers } from '../answers.js';
import * as shapes from './shapes.js';

@Controller('v1/operator')
export class OperatorController {
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
}
