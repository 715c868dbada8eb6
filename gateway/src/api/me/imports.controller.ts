/** An export becomes all that the user's own new account has. */
import { Body, Controller, HttpCode, Post, Put, Query, Req } from '@nestjs/common';
import * as z from 'zod';
import {
  importResponse,
  passphraseRequest,
  passphraseResponse,
  type ImportReport,
} from '../../../../contracts/archive.js';
import { AuditService } from '../../sign-in/audit.service.js';
import { Access, Me, type Viewer } from '../access.js';
import { Answers, TakesBytes } from '../answers.js';
import { archiveIn, ImportsService, type ArchiveRequest } from './imports.service.js';
import { OpenStreams } from './open-streams.js';

@Controller('v1/me/import')
export class ImportsController {
  constructor(
    private readonly imports: ImportsService,
    private readonly streams: OpenStreams,
    private readonly audit: AuditService,
  ) {}

  @Post()
  @Access('user', { stepUp: true })
  @HttpCode(200)
  @Answers(passphraseResponse)
  async ticket(
    @Me() me: Viewer,
    @Body({ schema: passphraseRequest }) { sealed }: z.infer<typeof passphraseRequest>,
  ): Promise<z.infer<typeof passphraseResponse>> {
    return { ticket: await this.imports.ticket(me.account, sealed) };
  }

  /** The ticket, which needed proof, opens this. */
  @Put()
  @Access('user')
  @Answers(importResponse)
  @TakesBytes()
  async take(
    @Me() me: Viewer,
    @Query({ schema: passphraseResponse }) { ticket }: z.infer<typeof passphraseResponse>,
    @Req() request: ArchiveRequest,
  ): Promise<ImportReport> {
    const archive = archiveIn(request);
    this.streams.hold(me, archive);
    const report = await this.imports.take(me.account, ticket, archive);
    await this.audit.add('import-taken', { by: me.account, account: me.account });
    return report;
  }
}
