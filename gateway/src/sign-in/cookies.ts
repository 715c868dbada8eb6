/** The cookies of signing in: out of reach for scripts, for this host only, and only encrypted where there is encryption. */
import { Injectable } from '@nestjs/common';
import type { Asked, Reply } from './exchange.js';
import { OwnAddress } from './own-address.js';
import { isToken } from './tokens.js';

/** The session, and tries that are between two steps: a code is still to come, or the organisation's answer. */
export type CookieName = 'ara' | 'ara-code' | 'ara-organisation';

const DAY = 86_400;
const SECONDS: Record<CookieName, number> = { ara: 90 * DAY, 'ara-code': 300, 'ara-organisation': 600 };

@Injectable()
export class Cookies {
  constructor(private readonly address: OwnAddress) {}

  read(asked: Asked, name: CookieName): string | null {
    // Encrypted, only the name that no other host of the domain can set is believed.
    const wanted = this.fullName(asked, name);
    const found = (asked.headers.cookie ?? '').split(';').flatMap((each) => {
      const [key, value = ''] = each.trim().split('=');
      return key === wanted && isToken(value) ? [value] : [];
    });
    return found[0] ?? null;
  }

  /** Whether the request carries anything that a browser adds by itself. */
  hasAny(asked: Asked): boolean {
    return asked.headers.cookie !== undefined;
  }

  set(asked: Asked, reply: Reply, name: CookieName, token: string): void {
    this.write(asked, reply, name, token, SECONDS[name]);
  }

  clear(asked: Asked, reply: Reply, name: CookieName): void {
    this.write(asked, reply, name, '', 0);
  }

  private write(asked: Asked, reply: Reply, name: CookieName, value: string, seconds: number): void {
    const secure = this.address.isEncrypted(asked) ? '; Secure' : '';
    const cookie = `${this.fullName(asked, name)}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}`;
    reply.header('set-cookie', `${cookie}${secure}`);
  }

  /** Browsers refuse `__Host-` on an address without encryption, such as http://localhost. */
  private fullName(asked: Asked, name: CookieName): string {
    return this.address.isEncrypted(asked) ? `__Host-${name}` : name;
  }
}
