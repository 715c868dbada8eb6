/** How far a deletion is, and its receipt: for whoever has its address, which nobody can guess. There may be no account any more. */
import { Controller, Get, Header, Param, StreamableFile } from '@nestjs/common';
import type * as z from 'zod';
import { AraError } from '../../../contracts/errors.js';
import { DeletionsService } from '../deletion/deletions.service.js';
import { fileOf } from '../deletion/saga.js';
import { Access } from './access.js';
import { Answers, AnswersRaw } from './answers.js';
import * as shapes from './me/deletion-shapes.js';
import { shownProgress } from './me/deletions.controller.js';

@Controller('v1/receipts')
@Access('anyone')
export class ReceiptsController {
  constructor(private readonly deletions: DeletionsService) {}

  @Get(':token')
  @Header('cache-control', 'no-store')
  @Answers(shapes.progress)
  async progress(
    @Param('token', { schema: shapes.token }) token: string,
  ): Promise<z.input<typeof shapes.progress>> {
    return shownProgress(await this.deletions.progress(token));
  }

  /** As it was signed, byte for byte. @throws AraError `not-found` until it is over */
  @Get(':token/file')
  @Header('cache-control', 'no-store')
  @Header('content-disposition', 'attachment; filename="ara-receipt.json"')
  @AnswersRaw('application/octet-stream')
  async file(@Param('token', { schema: shapes.token }) token: string): Promise<StreamableFile> {
    const { receipt } = await this.deletions.progress(token);
    if (!receipt) throw new AraError('not-found');
    return new StreamableFile(Buffer.from(fileOf(receipt)));
  }
}
