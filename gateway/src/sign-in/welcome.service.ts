/** Lets somebody in who has shown who they are: a new session under a new token, whatever the browser held before. */
import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../../contracts/ids.js';
import type { AuditAction } from '../api/sign-in/shapes.js';
import { AuditService } from './audit.service.js';
import { clientLabel } from './client-label.js';
import { Cookies } from './cookies.js';
import type { Asked, Reply } from './exchange.js';
import { SessionsService } from './sessions.service.js';

@Injectable()
export class WelcomeService {
  constructor(
    private readonly sessions: SessionsService,
    private readonly cookies: Cookies,
    private readonly audit: AuditService,
  ) {}

  async letIn(asked: Asked, reply: Reply, account: AccountId, as: AuditAction = 'signed-in'): Promise<void> {
    // A token that somebody else put into this browser must not become one of this account.
    const before = this.cookies.read(asked, 'ara');
    if (before) await this.sessions.endToken(before);
    const token = await this.sessions.start(account, clientLabel(asked.headers['user-agent']));
    this.cookies.set(asked, reply, 'ara', token);
    await this.audit.add(as, { by: account, account });
  }
}
