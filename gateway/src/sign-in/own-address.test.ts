/** Under which address a request found us, and who asks: for each way to listen. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSettings, type Settings } from '../../../config/schema.js';
import { AraError } from '../../../contracts/errors.js';
import { clientLabel } from './client-label.js';
import { OwnAddress } from './own-address.js';

const defaults = loadSettings(join(import.meta.dirname, '../../..'), {});
const TLS = { certFile: '/c', keyFile: '/k' };

function at(listen: Partial<Settings['listen']>, publicUrl: string | null = null): OwnAddress {
  return new OwnAddress({ ...defaults, listen: { ...defaults.listen, ...listen }, publicUrl });
}

const local = at({});
const encrypted = at({ host: 'ara.example.org', tls: TLS });
const everywhere = at({ host: '0.0.0.0', tls: TLS });
const proxied = at({ host: '0.0.0.0', behindProxy: true });
const named = at({ behindProxy: true }, 'https://ara.example.org');
const tunnelled = at({}, 'https://ara.example.org');

describe('the address of a request', () => {
  it.each<[string, OwnAddress, string | undefined, string | null]>([
    ['this machine', local, 'localhost:8787', 'http://localhost:8787'],
    ['this machine', local, '127.0.0.1:8787', 'http://127.0.0.1:8787'],
    ['this machine', local, '[::1]:8787', 'http://[::1]:8787'],
    ['this machine', local, 'evil.example:8787', null],
    ['this machine', local, 'localhost.evil.example', null],
    ['this machine', local, 'x@localhost:8787', null],
    ['this machine', local, undefined, null],
    ['a name with TLS', encrypted, 'ara.example.org', 'https://ara.example.org'],
    ['a name with TLS', encrypted, 'ARA.example.org:443', 'https://ara.example.org'],
    ['a name with TLS', encrypted, 'other.example.org', null],
    ['everywhere with TLS', everywhere, '192.168.1.5:8787', 'https://192.168.1.5:8787'],
    ['a proxy', proxied, 'ara.example.org', 'https://ara.example.org'],
    ['a proxy', proxied, '127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['a proxy with a public address', named, 'gateway.internal', 'https://ara.example.org'],
    ['a proxy with a public address', named, 'localhost:8787', 'http://localhost:8787'],
    ['a tunnel', tunnelled, 'ara.example.org', 'https://ara.example.org'],
    ['a tunnel', tunnelled, 'evil.example', null],
  ])('behind %s is, for host %s', (_what, address, host, origin) => {
    expect(address.origin({ headers: host === undefined ? {} : { host } })).toBe(origin);
  });
});

it('for people it is a name, or the public address', () => {
  const asked = { headers: { host: '127.0.0.1:8787' } };
  expect(local.forPeople(asked)).toBe('http://localhost:8787');
  expect(local.forPeople({ headers: { host: '[::1]:8787' } })).toBe('http://localhost:8787');
  expect(named.forPeople(asked)).toBe('https://ara.example.org');
  expect(() => local.forPeople({ headers: { host: 'evil.example' } })).toThrow(AraError);
});

describe('who asks', () => {
  const from = (address: OwnAddress, remoteAddress: string, forwarded?: string): string =>
    address.client({ headers: forwarded ? { 'x-forwarded-for': forwarded } : {}, socket: { remoteAddress } });

  it('is who connects, and a proxy’s word only where there is a proxy, and only the last', () => {
    expect(from(local, '203.0.113.5', '198.51.100.1')).toBe('203.0.113.5');
    expect(from(proxied, '127.0.0.1', '198.51.100.1')).toBe('198.51.100.1');
    expect(from(proxied, '127.0.0.1', '6.6.6.6, 198.51.100.1')).toBe('198.51.100.1');
    expect(from(proxied, '127.0.0.1', 'nonsense')).toBe('127.0.0.1');
    expect(from(local, '::ffff:203.0.113.5')).toBe('203.0.113.5');
  });

  it('is one household in IPv6, however its addresses are written', () => {
    const one = from(local, '2001:db8:0:7::1');
    for (const same of ['2001:db8:0:7:aaaa:bbbb:cccc:dddd', '2001:0db8:0000:0007::99', '2001:db8::7:0:0:0:5'])
      expect(from(local, same)).toBe(one);
    expect(from(local, '2001:db8:0:8::1')).not.toBe(one);
    expect(from(local, '::1')).not.toBe(one);
  });
});

it.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36 Edg/150.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/19.0 Mobile Safari/604.1',
    'Safari on iOS',
  ],
  [
    'Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Mobile Safari/537.36',
    'Chrome on Android',
  ],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 15.0; rv:150.0) Gecko/20100101 Firefox/150.0', 'Firefox on macOS'],
  ['<script>alert(1)</script>', 'A browser'],
  [undefined, 'A browser'],
])('the browser %s is called %s', (said, label) => {
  expect(clientLabel(said)).toBe(label);
});
