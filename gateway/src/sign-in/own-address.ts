/** Under which addresses browsers know this installation, and who asks: from the request's head, against the settings. */
import { isIP } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../../config/schema.js';
import { AraError } from '../../../contracts/errors.js';
import { SETTINGS } from '../settings.js';
import type { Asked } from './exchange.js';

type Headers = Asked['headers'];

const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];
const EVERYWHERE = ['0.0.0.0', '::'];

@Injectable()
export class OwnAddress {
  private readonly publicUrl: URL | null;

  constructor(@Inject(SETTINGS) private readonly settings: Settings) {
    this.publicUrl = settings.publicUrl ? new URL(settings.publicUrl) : null;
  }

  /** The origin that this request was sent to; null when that is none of ours. */
  origin({ headers }: Pick<Asked, 'headers'>): string | null {
    const asked = parse(headers.host);
    const { tls, behindProxy } = this.settings.listen;
    if (asked && this.publicUrl?.hostname === asked.hostname && !LOOPBACK.includes(asked.hostname))
      return this.publicUrl.origin;
    // A proxy may put a name of its own choice there.
    if (this.publicUrl && behindProxy && !isLocal(asked)) return this.publicUrl.origin;
    if (!asked || !this.isOurs(asked.hostname)) return null;
    const encrypted = tls !== null || (behindProxy && (!isLocal(asked) || saysHttps(headers)));
    return new URL(`${encrypted ? 'https' : 'http'}://${asked.host}`).origin;
  }

  /** @throws AraError `not-allowed` */
  needOrigin(asked: Pick<Asked, 'headers'>): string {
    const origin = this.origin(asked);
    if (!origin) throw new AraError('not-allowed', 'this is not the address of this installation');
    return origin;
  }

  /**
   * The origin for a person to open in a browser, perhaps on another device: the command line asks at a number, and no
   * passkey can be made for one. @throws AraError `not-allowed`
   */
  forPeople(asked: Pick<Asked, 'headers'>): string {
    return this.publicUrl?.origin ?? this.needOrigin(asked).replace(/127\.0\.0\.1|\[::1\]/, 'localhost');
  }

  isEncrypted(asked: Pick<Asked, 'headers'>): boolean {
    return this.origin(asked)?.startsWith('https:') ?? this.settings.listen.tls !== null;
  }

  /** Whose tries are counted together: an address, or the network that one household has of IPv6. */
  client({ headers, socket }: Pick<Asked, 'headers' | 'socket'>): string {
    // The last one was put there by our own proxy; those before it are anybody's words.
    const named = [headers['x-forwarded-for']].flat().join(',').split(',').at(-1)?.trim() ?? '';
    const address = this.settings.listen.behindProxy && isIP(named) ? named : (socket.remoteAddress ?? '');
    const plain = address.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '');
    return isIP(plain) === 6 ? networkOf(plain) : plain;
  }

  private isOurs(hostname: string): boolean {
    const { host, tls, behindProxy } = this.settings.listen;
    if (LOOPBACK.includes(hostname)) return true;
    // Encrypted, only a name that we have a certificate for gets here.
    if (behindProxy || (tls && EVERYWHERE.includes(host))) return true;
    return hostname === (isIP(host) === 6 ? `[${host}]` : host.toLowerCase());
  }
}

/** The first 64 bits. */
function networkOf(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::');
  const start = head.split(':').filter(Boolean);
  const end = (tail ?? '').split(':').filter(Boolean);
  const gap = tail === undefined ? 0 : Math.max(8 - start.length - end.length, 0);
  const parts = [...start, ...Array<string>(gap).fill('0'), ...end];
  return parts
    .slice(0, 4)
    .map((part) => part.replace(/^0+(?=.)/, ''))
    .join(':');
}

const isLocal = (asked: URL | null): boolean => asked !== null && LOOPBACK.includes(asked.hostname);
const saysHttps = (headers: Headers): boolean => headers['x-forwarded-proto'] === 'https';

function parse(host: string | undefined): URL | null {
  const address = `http://${host ?? ''}`;
  if (!host || /[/@?#\\]/.test(host) || !URL.canParse(address)) return null;
  return new URL(address);
}
