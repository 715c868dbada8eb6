/** Everything of the user in one encrypted file that is theirs, and how long everything is kept. */
import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Res } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import type { Settings } from '../../../../config/schema.js';
import { exportState, passphraseRequest, type ExportState } from '../../../../contracts/archive.js';
import { retentionTable } from '../../retention/table.js';
import { SETTINGS } from '../../settings.js';
import { AuditService } from '../../sign-in/audit.service.js';
import { Access, Me, type Viewer } from '../access.js';
import { Answers, AnswersRaw } from '../answers.js';
import { ExportsService } from './exports.service.js';
import { OpenStreams } from './open-streams.js';
import * as shapes from './retention-shapes.js';

interface RawReply {
  headers(values: Record<string, string>): RawReply;
  send(stream: IncomingMessage): unknown;
}

@Controller('v1/me')
export class ExportsController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly exports: ExportsService,
    private readonly streams: OpenStreams,
    private readonly audit: AuditService,
  ) {}

  @Get('retention')
  @Access('user')
  @Answers(shapes.retention)
  retention(): z.infer<typeof shapes.retention> {
    return { rows: retentionTable(this.settings).map(({ by: _by, ...row }) => row) };
  }

  @Post('export')
  @Access('user', { stepUp: true })
  @HttpCode(202)
  @Answers(exportState)
  async begin(
    @Me() me: Viewer,
    @Body({ schema: passphraseRequest }) { sealed }: z.infer<typeof passphraseRequest>,
  ): Promise<ExportState> {
    const state = await this.exports.begin(me.account, sealed);
    await this.audit.add('export-made', { by: me.account, account: me.account });
    return state;
  }

  @Get('export')
  @Access('user')
  @Answers(exportState)
  state(@Me() me: Viewer): Promise<ExportState> {
    return this.exports.state(me.account);
  }

  @Get('export/archive')
  @Access('user')
  @AnswersRaw('application/octet-stream')
  async archive(@Me() me: Viewer, @Res() reply: RawReply): Promise<void> {
    const bytes = await this.exports.archive(me.account);
    try {
      this.streams.hold(me, bytes);
    } catch (error) {
      // What cannot be held is not begun.
      bytes.destroy();
      throw error;
    }
    await this.audit.add('export-fetched', { by: me.account, account: me.account });
    const length = bytes.headers['content-length'];
    reply
      .headers({
        'content-type': 'application/octet-stream',
        'content-disposition': 'attachment; filename="ara-export.age"',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        ...(length === undefined ? {} : { 'content-length': length }),
      })
      .send(bytes);
  }

  @Delete('export')
  @Access('user')
  @HttpCode(204)
  remove(@Me() me: Viewer): Promise<void> {
    return this.exports.remove(me.account);
  }
}
