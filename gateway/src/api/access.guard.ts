/**
 * Holds every route to its `@Access`: a route that has none is refused to everybody. What a browser sends with a session
 * must come from our own pages; the installation's token is compared in constant time.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AraError } from '../../../contracts/errors.js';
import type { Secrets } from '../secrets.js';
import { SECRETS } from '../settings.js';
import { Cookies } from '../sign-in/cookies.js';
import type { Asked } from '../sign-in/exchange.js';
import { OwnAddress } from '../sign-in/own-address.js';
import { SessionsService, type Session } from '../sign-in/sessions.service.js';
import { ACCESS, type AccessRule, type RequestWithViewer } from './access.js';

const SAFE = ['GET', 'HEAD'];
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

@Injectable()
export class AccessGuard implements CanActivate {
  private readonly expected: Buffer;

  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: SessionsService,
    private readonly cookies: Cookies,
    private readonly address: OwnAddress,
    @Inject(SECRETS) secrets: Secrets,
  ) {
    this.expected = digest(`Bearer ${secrets.operatorToken}`);
  }

  /** @throws AraError `not-allowed`, `unauthorized`, `proof-needed` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    const request = context.switchToHttp().getRequest<Asked & RequestWithViewer>();
    if (!rule) throw new AraError('not-allowed');
    if (rule.audience === 'anyone') {
      this.needOwnPage(request, false);
      return true;
    }
    // No browser sends that token by itself, so it needs no page of ours.
    if (rule.audience !== 'user' && this.hasInstallationToken(request)) return true;
    if (rule.audience === 'installation') throw new AraError('unauthorized');
    this.needOwnPage(request, true);
    const session = await this.session(request);
    if (rule.audience === 'operator' && session.role !== 'operator') throw new AraError('not-allowed');
    if (rule.stepUp && !session.provenUntil) throw new AraError('proof-needed');
    request.viewer = { account: session.account, role: session.role, session: session.id };
    return true;
  }

  private hasInstallationToken({ headers }: Asked): boolean {
    return timingSafeEqual(digest(headers.authorization ?? ''), this.expected);
  }

  private async session(request: Asked): Promise<Session> {
    const token = this.cookies.read(request, 'ara');
    const session = token ? await this.sessions.find(token) : null;
    if (!session) throw new AraError('unauthorized');
    return session;
  }

  /**
   * Cross-site request forgery: what changes something says where it comes from, and that is our own origin. What only
   * reads may be opened by a link, but not be built into a page that is not ours.
   */
  private needOwnPage(request: Asked, withSession: boolean): void {
    const { headers, method } = request;
    const site = headers['sec-fetch-site'];
    const elsewhere = site !== undefined && site !== 'same-origin' && site !== 'none';
    if (SAFE.includes(method)) {
      if (withSession && elsewhere && headers['sec-fetch-mode'] !== 'navigate')
        throw new AraError('not-allowed', 'from another page');
      return;
    }
    // Only what is no browser's sends neither an origin nor a cookie.
    const { origin } = headers;
    const foreign =
      origin === undefined ? this.cookies.hasAny(request) : origin !== this.address.origin(request);
    if (elsewhere || foreign) throw new AraError('not-allowed', 'from another page');
  }
}
