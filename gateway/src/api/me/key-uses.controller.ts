/** The ledger of the account's key uses, for its owner: its rows, and whether their chain is unbroken. */
import { Controller, Get, Query } from '@nestjs/common';
import * as z from 'zod';
import { KeyUsesService } from '../../keys/key-uses.service.js';
import { Access, Me, type Viewer } from '../access.js';
import { Answers } from '../answers.js';
import * as shapes from './shapes.js';

@Controller('v1/me/key-uses')
export class KeyUsesController {
  constructor(private readonly ledger: KeyUsesService) {}

  @Get()
  @Access('user')
  @Answers(shapes.keyUses)
  async list(
    @Me() me: Viewer,
    @Query({ schema: shapes.keyUsesQuery }) { before }: z.infer<typeof shapes.keyUsesQuery>,
  ): Promise<z.infer<typeof shapes.keyUses>> {
    const { uses, more } = await this.ledger.page(me.account, before);
    return { uses: uses.map(({ hash, ...use }) => ({ ...use, hash: hash.toString('hex') })), more };
  }

  /** Verified anew with each call. */
  @Get('chain')
  @Access('user')
  @Answers(shapes.keyUseChain)
  async chain(@Me() me: Viewer): Promise<z.infer<typeof shapes.keyUseChain>> {
    const { brokenAt, rows, head } = await this.ledger.verify(me.account);
    return {
      unbroken: brokenAt === null,
      brokenAt,
      rows,
      head: head && { number: head.number, hash: head.hash.toString('hex') },
    };
  }
}
