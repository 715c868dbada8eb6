/** The dashboard at every address that is no API: its assets, and the one page. */
import { Controller, Get, Headers, Param, Req, Res } from '@nestjs/common';
import { AraError } from '../../../contracts/errors.js';
import { Access } from './access.js';
import { DashboardFiles, type FileAnswer } from './dashboard-files.js';

interface Reply {
  status(code: number): Reply;
  headers(values: Record<string, string>): Reply;
  send(body?: unknown): void;
}

/** What begins like this is for programs: they get a refusal that they can read. */
const FOR_PROGRAMS = /^\/(v1|webhooks|health|metrics)(\/|$)/;

@Controller()
@Access('anyone')
export class PageController {
  private readonly files = new DashboardFiles();

  @Get('assets/:name')
  async asset(
    @Param('name') name: string,
    @Headers('accept-encoding') accepts: string | undefined,
    @Headers('if-none-match') knows: string | undefined,
    @Res() reply: Reply,
  ): Promise<void> {
    const answer = await this.files.asset(name, accepts ?? '', knows);
    if (!answer) throw new AraError('not-found');
    send(reply, answer);
  }

  @Get(['', '*'])
  async page(
    @Req() request: { url: string },
    @Headers('accept-encoding') accepts: string | undefined,
    @Headers('if-none-match') knows: string | undefined,
    @Res() reply: Reply,
  ): Promise<void> {
    if (FOR_PROGRAMS.test(request.url.split('?')[0] ?? '')) throw new AraError('not-found');
    send(reply, await this.files.page(accepts ?? '', knows));
  }
}

const send = (reply: Reply, { status, headers, body }: FileAnswer): void =>
  reply
    .status(status)
    .headers(headers)
    .send(body ?? undefined);
