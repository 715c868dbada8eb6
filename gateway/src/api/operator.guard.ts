/** Lets only the operator in: the token of the installation, compared in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { AraError } from '../../../contracts/errors.js';
import type { Secrets } from '../secrets.js';
import { SECRETS } from '../settings.js';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

@Injectable()
export class OperatorGuard implements CanActivate {
  private readonly expected: Buffer;

  constructor(@Inject(SECRETS) secrets: Secrets) {
    this.expected = digest(`Bearer ${secrets.operatorToken}`);
  }

  /** @throws AraError `unauthorized` */
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
    if (!timingSafeEqual(digest(headers['authorization'] ?? ''), this.expected))
      throw new AraError('unauthorized');
    return true;
  }
}
