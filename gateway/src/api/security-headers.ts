/** What every answer tells the browser to hold to: nothing from elsewhere, no frame around us, no sniffing, no copies. */
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Settings } from '../../../config/schema.js';
import { OwnAddress } from '../sign-in/own-address.js';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // What React writes at an element; a stylesheet that is written into the page stays refused.
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'permissions-policy':
    'camera=(), display-capture=(), geolocation=(), hid=(), microphone=(), midi=(), payment=(), serial=(), usb=(), ' +
    'publickey-credentials-create=(self), publickey-credentials-get=(self)',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
const TWO_YEARS = 63_072_000;

/** Set on the bare response, so that they are also on what a route writes by itself, and a route can say otherwise. */
export function addSecurityHeaders(adapter: FastifyAdapter, settings: Settings): void {
  const address = new OwnAddress(settings);
  adapter.getInstance().addHook('onRequest', (request, { raw }, done) => {
    for (const [name, value] of Object.entries(HEADERS)) raw.setHeader(name, value);
    if (address.isEncrypted(request)) raw.setHeader('strict-transport-security', `max-age=${TWO_YEARS}`);
    if (request.url.startsWith('/v1/')) raw.setHeader('cache-control', 'no-store');
    done();
  });
}
