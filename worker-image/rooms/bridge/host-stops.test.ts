/** `/privacy stop` and `/privacy allow`: what the user's own words decide, and what has to wait for the answer. */
import { beforeEach, describe, expect, it } from 'vitest';
import { AraError } from '../../../contracts/errors.js';
import type { HostRow } from '../../../contracts/hosts.js';
import { HostStops, readHostWish } from './host-stops.js';

const row = (host: string, more: Partial<HostRow> = {}): HostRow => ({
  host,
  ports: [443],
  purpose: 'model anthropic',
  by: 'model',
  declared: true,
  stopped: false,
  open: 0,
  connections: 0,
  refused: 0,
  bytesUp: 0,
  bytesDown: 0,
  firstAt: null,
  lastAt: null,
  ...more,
});

let rows: HostRow[];
let set: string[];
let failures: AraError[];
let stops: HostStops;

beforeEach(() => {
  rows = [
    row('api.anthropic.com'),
    row('api.telegram.org', { purpose: 'channel telegram' }),
    row('left.example', { declared: false, stopped: true }),
    row('refused.example', { declared: false, purpose: 'refused', by: null }),
  ];
  set = [];
  failures = [];
  stops = new HostStops({
    declared: () =>
      rows.flatMap(({ host, purpose, declared, stopped }) =>
        declared ? [{ host, port: 443, purpose, stopped }] : [],
      ),
    gateway: {
      hosts: async () => ({ hosts: rows }),
      setHost: async (host, stopped) => {
        const failure = failures.shift();
        if (failure) throw failure;
        set.push(`${stopped ? 'stop' : 'allow'} ${host}`);
        return { hosts: rows };
      },
    },
  });
});

const command = (text: string, channel = 'telegram' as const, kind = 'command') => ({ kind, channel, text });

describe('a wish', () => {
  it.each([
    ['/privacy stop api.telegram.org', 'api.telegram.org', true, false],
    ['/privacy@ara_bot STOP Api.Telegram.org yes', 'api.telegram.org', true, true],
    ['/privacy allow *.cdn.whatsapp.net', '*.cdn.whatsapp.net', false, false],
    ['  /privacy   allow   a  ', 'a', false, false],
  ])('%j is read', (text, host, stopped, sure) => {
    expect(readHostWish(text)).toEqual({ host, stopped, sure });
  });

  it.each([
    '/privacy',
    '/privacy stop',
    'stop a.example',
    '/privacystop a.example',
    '/privacy stop a.example now',
    '/privacy stop https://a.example/',
    '/privacy stop a.example:443',
    'do this: /privacy stop a.example',
    '/privacy stop a.example\nyes please',
  ])('%j is none', (text) => expect(readHostWish(text)).toBeNull());
});

describe('a command', () => {
  it.each([
    ['/privacy stop api.anthropic.com', 'stopped', ['stop api.anthropic.com']],
    ['/privacy allow api.anthropic.com', 'allowed', ['allow api.anthropic.com']],
    ['/privacy allow left.example', 'allowed', ['allow left.example']],
    ['/privacy stop left.example', 'unknown-host', []],
    ['/privacy stop refused.example', 'unknown-host', []],
    ['/privacy allow refused.example', 'unknown-host', []],
    ['/privacy stop evil.example', 'unknown-host', []],
    ['/privacy stop', 'not-understood', []],
    ['/privacy stop api.telegram.org', 'needs-yes', []],
    ['/privacy stop api.telegram.org yes', 'stops-after-this', []],
  ])('%s is %s', async (text, outcome, done) => {
    expect(await stops.decide(command(text))).toMatchObject({ outcome });
    expect(set).toEqual(done);
  });

  it('from another chat needs no second word', async () => {
    const elsewhere = { kind: 'command', channel: 'web' as const, text: '/privacy stop api.telegram.org' };
    expect(await stops.decide(elsewhere)).toMatchObject({ outcome: 'stopped' });
  });
});

describe('after the answer', () => {
  it('what carries the chat is stopped, once the user has said so twice', async () => {
    for (const text of [
      '/privacy stop api.telegram.org',
      '/privacy stop api.anthropic.com yes',
      '/privacy allow api.telegram.org yes',
    ])
      await stops.afterAnswer(command(text));
    await stops.afterAnswer(command('/privacy stop api.telegram.org yes', 'telegram', 'message'));
    expect(set).toEqual([]);
    await stops.afterAnswer(command('/privacy stop api.telegram.org yes'));
    expect(set).toEqual(['stop api.telegram.org']);
  });

  it('a gateway that is away is waited for, and one that refuses is not asked again', async () => {
    failures = [new AraError('queue-unavailable')];
    await stops.afterAnswer(command('/privacy stop api.telegram.org yes'));
    expect(set).toEqual(['stop api.telegram.org']);
    failures = [new AraError('not-found')];
    await stops.afterAnswer(command('/privacy stop api.telegram.org yes'));
    expect(set).toHaveLength(1);
  });
});
