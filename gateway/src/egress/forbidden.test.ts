/** The addresses that no container may reach: e2b's list, ours, and nothing that is public. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isForbidden } from './addresses.js';

/** First and last address of each network. */
const networks: [name: string, first: string, last: string][] = [
  ['0.0.0.0/8', '0.0.0.0', '0.255.255.255'],
  ['10.0.0.0/8', '10.0.0.0', '10.255.255.255'],
  ['100.64.0.0/10', '100.64.0.0', '100.127.255.255'],
  ['127.0.0.0/8', '127.0.0.0', '127.255.255.255'],
  ['169.254.0.0/16', '169.254.0.0', '169.254.255.255'],
  ['172.16.0.0/12', '172.16.0.0', '172.31.255.255'],
  ['192.168.0.0/16', '192.168.0.0', '192.168.255.255'],
  ['224.0.0.0/4', '224.0.0.0', '239.255.255.255'],
  ['240.0.0.0/4', '240.0.0.0', '255.255.255.255'],
];

const number = (address: string): number =>
  address.split('.').reduce((sum, each) => sum * 256 + Number(each), 0);
const address = (from: number): string => [24, 16, 8, 0].map((shift) => (from >>> shift) & 255).join('.');
const isPrivate = (value: number): boolean =>
  [
    ...networks,
    ['192.0.0.0/24', '192.0.0.0', '192.0.0.255'],
    ['192.0.2.0/24', '192.0.2.0', '192.0.2.255'],
    ['198.18.0.0/15', '198.18.0.0', '198.19.255.255'],
    ['198.51.100.0/24', '198.51.100.0', '198.51.100.255'],
    ['203.0.113.0/24', '203.0.113.0', '203.0.113.255'],
  ].some(([, first, last]) => value >= number(first!) && value <= number(last!));

describe.each(networks)('%s', (_name, first, last) => {
  it('is forbidden from its first address to its last, also inside IPv6', () => {
    fc.assert(
      fc.property(fc.integer({ min: number(first), max: number(last) }), (value) => {
        expect(isForbidden(address(value))).toBe(true);
        expect(isForbidden(`::ffff:${address(value)}`)).toBe(true);
      }),
      { examples: [[number(first)], [number(last)]], numRuns: 30 },
    );
  });
});

it('forbids exactly these of IPv4', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) => {
      expect(isForbidden(address(value))).toBe(isPrivate(value));
    }),
    {
      examples: networks
        .flatMap(([, first, last]) => [[number(first) - 1], [number(last) + 1]] as [number][])
        .filter(([value]) => value >= 0 && value < 2 ** 32),
      numRuns: 300,
    },
  );
});

it.each([
  '::',
  '::1',
  '::ffff:8.8.8.8',
  '::ffff:7f00:1',
  '0:0:0:0:0:ffff:a00:1',
  'fc00::',
  'fdff:ffff::1',
  'fe80::1',
  'febf::1',
  'fe80::1%eth0',
  'ff02::1',
  '64:ff9b::7f00:1',
  '100::1',
  '2001:db8::1',
])('forbids %s', (each) => {
  expect(isForbidden(each)).toBe(true);
});

it.each(['149.154.167.220', '8.8.8.8', '1.1.1.1', '2001:67c:4e8:f004::9', '2606:4700::1111', '2a0a:f280::1'])(
  'lets %s through',
  (each) => expect(isForbidden(each)).toBe(false),
);

it.each(['', 'localhost', '127.1', '0x7f.0.0.1', '2130706433', '[::1]', '127.0.0.1:80', ' 8.8.8.8'])(
  'forbids %j, which is no address',
  (each) => expect(isForbidden(each)).toBe(true),
);
