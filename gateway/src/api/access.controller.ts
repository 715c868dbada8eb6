/** Opens a time-limited access of the operator to an account: from the machine's command line alone. */
import { Body, Controller, Param, Post } from '@nestjs/common';
import * as z from 'zod';
import { AccountsService } from '../accounts/accounts.service.js';
import { OperatorAccesses } from '../operator-access/operator-accesses.service.js';
import { Access } from './access.js';

const accessRequest = z.strictObject({
  reason: z.string().trim().min(1).max(300),
  minutes: z.int().min(1).max(1_440),
});

@Controller('v1/accounts/:account/accesses')
@Access('installation')
export class AccessController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly accesses: OperatorAccesses,
  ) {}

  @Post()
  async open(@Param('account') raw: string, @Body() body: unknown) {
    const { id } = await this.accounts.get(raw);
    const { reason, minutes } = accessRequest.parse(body);
    const { endsAt, toldAt } = await this.accesses.open(id, reason, minutes);
    return { endsAt, told: toldAt !== null };
  }
}
