/** Taking an export in, for the machine's own command line: its bytes pass through to the container, which alone can open it. */
import { Body, Controller, HttpCode, Param, Post, Put, Query, Req } from '@nestjs/common';
import { passphraseRequest, ticket, type ImportReport } from '../../../contracts/archive.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { AuditService } from '../sign-in/audit.service.js';
import { Access } from './access.js';
import { archiveIn, ImportsService, type ArchiveRequest } from './me/imports.service.js';

@Controller('v1/accounts')
@Access('installation')
export class ImportController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly imports: ImportsService,
    private readonly audit: AuditService,
  ) {}

  @Post(':account/import')
  @HttpCode(200)
  async ticket(@Param('account') raw: string, @Body() body: unknown): Promise<{ ticket: string }> {
    const { id } = await this.accounts.get(raw);
    return { ticket: await this.imports.ticket(id, passphraseRequest.parse(body).sealed) };
  }

  @Put(':account/import')
  async take(
    @Param('account') raw: string,
    @Query('ticket') given: string,
    @Req() request: ArchiveRequest,
  ): Promise<ImportReport> {
    const { id } = await this.accounts.get(raw);
    const report = await this.imports.take(id, ticket.parse(given), archiveIn(request));
    await this.audit.add('import-taken', { by: null, account: id });
    return report;
  }
}
