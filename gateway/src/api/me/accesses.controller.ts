/** The accesses that operators opened to the account, for its owner. */
import { Controller, Get } from '@nestjs/common';
import type * as z from 'zod';
import { OperatorAccesses } from '../../operator-access/operator-accesses.service.js';
import { Access, Me, type Viewer } from '../access.js';
import { Answers } from '../answers.js';
import * as shapes from './shapes.js';

@Controller('v1/me/accesses')
export class AccessesController {
  constructor(private readonly accesses: OperatorAccesses) {}

  @Get()
  @Access('user')
  @Answers(shapes.operatorAccesses)
  async list(@Me() me: Viewer): Promise<z.infer<typeof shapes.operatorAccesses>> {
    return { accesses: await this.accesses.list(me.account) };
  }
}
