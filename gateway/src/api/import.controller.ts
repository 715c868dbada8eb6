/** Taking an export in, for the machine's own command line: its bytes pass through to the container, which alone can open it. */
import { Readable } from 'node:stream';
import { Body, Controller, HttpCode, Param, Post, Put, Query, Req } from '@nestjs/common';
import { MAX_ARCHIVE, passphraseRequest, ticket, type ImportReport } from '../../../contracts/archive.js';
import { AraError } from '../../../contracts/errors.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { AuditService } from '../sign-in/audit.service.js';
import { Access } from './access.js';
import { ExportsService } from './me/exports.service.js';

interface RawRequest {
  headers: Record<string, string | undefined>;
  body: unknown;
}

@Controller('v1/accounts')
@Access('installation')
export class ImportController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly exports: ExportsService,
    private readonly audit: AuditService,
  ) {}

  @Post(':account/import')
  @HttpCode(200)
  async ticket(@Param('account') raw: string, @Body() body: unknown): Promise<{ ticket: string }> {
    const { id } = await this.accounts.get(raw);
    return { ticket: await this.exports.ticket(id, passphraseRequest.parse(body).sealed) };
  }

  @Put(':account/import')
  async take(
    @Param('account') raw: string,
    @Query('ticket') given: string,
    @Req() request: RawRequest,
  ): Promise<ImportReport> {
    const { id } = await this.accounts.get(raw);
    if (Number(request.headers['content-length']) > MAX_ARCHIVE) throw new AraError('too-large');
    const body = request.body instanceof Readable ? request.body : Readable.from([]);
    const report = await this.exports.take(id, ticket.parse(given), body);
    await this.audit.add('import-taken', { by: null, account: id });
    return report;
  }
}
