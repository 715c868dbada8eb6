/** Five minutes without the homeserver, with the bridge's own waits and a clock that the test turns: how often it tries, and what it costs. */
import { Agent } from 'node:https';
import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chatId } from '../../contracts/ids.js';
import { refusalOf } from '../conformance.js';
import { RecordingHost } from '../recording-host.js';
import { MatrixBridge } from './index.js';
import { matrixTiming } from './recovery.js';
import { TransportError, type Call } from './transport.js';

// The clock of the test turns `setTimeout` and not the promise that Node makes of it.
vi.mock('node:timers/promises', () => ({
  setTimeout: (wait: number, value: unknown, { signal }: { signal?: AbortSignal } = {}) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, wait, value);
      const stop = (): void => {
        clearTimeout(timer);
        reject(new Error('stopped'));
      };
      signal?.addEventListener('abort', stop, { once: true });
    }),
}));
vi.mock('./transport.js', async (original) => ({
  ...(await original<typeof import('./transport.js')>()),
  carry: (_agent: Agent, call: Call): Promise<IncomingMessage> => homeserver.carry(call),
}));

const OWNER = '@me:example.org';
const ROOM = '!room:example.org';
const FIVE_MINUTES = 300_000;

/** How a homeserver is not there: the connection is refused, nothing answers, or a proxy answers in its place. */
type Outage = 'refused' | 'silent' | 'proxy';

/** A homeserver with one room of the bot and its owner, as far as the bridge asks it. */
class Homeserver {
  outage: Outage | null = null;
  /** When the bridge tried to sync while it was not there, milliseconds. */
  readonly tries: number[] = [];
  private readonly said: object[] = [];
  private heard: () => void = () => undefined;

  say(text: string): void {
    const event_id = `$event${this.said.length}`;
    const content = { msgtype: 'm.text', body: text };
    this.said.push({
      type: 'm.room.message',
      sender: OWNER,
      event_id,
      origin_server_ts: Date.now(),
      content,
    });
    this.heard();
  }

  async carry({ url, signal, timeout }: Call): Promise<IncomingMessage> {
    const isSync = url.pathname.endsWith('/sync');
    if (this.outage && isSync) this.tries.push(Date.now());
    if (this.outage === 'refused') throw new TransportError(false);
    if (this.outage === 'proxy') return answer(502, 'Bad Gateway');
    if (this.outage === 'silent') return this.nothing(timeout, signal);
    if (isSync) return this.sync(url, signal);
    if (url.pathname.endsWith('/members')) {
      const member = { type: 'm.room.member', state_key: OWNER, content: { membership: 'join' } };
      return answer(200, { chunk: [member] });
    }
    if (url.pathname.includes('/send/')) return answer(200, { event_id: '$answer' });
    return answer(404, { errcode: 'M_NOT_FOUND' });
  }

  private async sync(url: URL, signal?: AbortSignal): Promise<IncomingMessage> {
    const since = Number(url.searchParams.get('since') ?? this.said.length);
    if (since === this.said.length) await this.news(Number(url.searchParams.get('timeout')), signal);
    // It went away while it held the sync open.
    if (this.outage) throw new TransportError(true);
    const events = this.said.slice(since);
    const join = events.length > 0 ? { [ROOM]: { timeline: { events } } } : {};
    return answer(200, { next_batch: String(this.said.length), rooms: { join } });
  }

  private news(hold: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, hold);
      this.heard = () => {
        clearTimeout(timer);
        resolve();
      };
      signal?.addEventListener('abort', () => reject(new TransportError(true)), { once: true });
    });
  }

  /** From here on it is not there, for those who wait as well. */
  goAway(outage: Outage): void {
    this.outage = outage;
    this.heard();
  }

  private nothing(timeout: number, signal?: AbortSignal): Promise<never> {
    return new Promise((_resolve, reject) => {
      const fail = (): void => reject(new TransportError(true));
      setTimeout(fail, timeout);
      signal?.addEventListener('abort', fail, { once: true });
    });
  }
}

function answer(status: number, body: unknown): IncomingMessage {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return Object.assign(Readable.from([Buffer.from(text)]), {
    statusCode: status,
    headers: {},
    complete: true,
  }) as unknown as IncomingMessage;
}

let homeserver: Homeserver;
let host: RecordingHost;
let bridge: MatrixBridge;
beforeEach(async () => {
  vi.useFakeTimers();
  homeserver = new Homeserver();
  host = new RecordingHost(new Agent(), OWNER);
  bridge = new MatrixBridge(host, {
    baseUrl: 'https://matrix.example.org',
    userId: '@ara:example.org',
    deviceId: 'ARA',
    accessToken: 'token',
    owner: OWNER,
    encryption: 'off',
  });
  bridge.start();
  await host.reaches('connected');
});
afterEach(async () => {
  await bridge.stop();
  vi.useRealTimers();
});

const pass = (wait: number): Promise<unknown> => vi.advanceTimersByTimeAsync(wait);

describe.each<[Outage, fewest: number, most: number]>([
  // The waits grow to 5 s, give or take a quarter.
  ['refused', 45, 85],
  ['proxy', 45, 85],
  // Each try waits 10 s for an answer before that.
  ['silent', 15, 35],
])('a homeserver that is away for five minutes (%s)', (outage, fewest, most) => {
  it('is tried neither more nor less than it should be, and nothing of what was said is lost', async () => {
    homeserver.say('before');
    await pass(100);
    expect(host.texts()).toEqual(['before']);

    homeserver.goAway(outage);
    const said = Array.from({ length: 10 }, (_, at) => `meanwhile ${at}`);
    for (const text of said) {
      await pass(FIVE_MINUTES / said.length);
      homeserver.say(text);
    }
    expect(host.states).toEqual(['connecting', 'connected', 'unreachable']);
    expect(homeserver.tries.length).toBeGreaterThanOrEqual(fewest);
    expect(homeserver.tries.length).toBeLessThanOrEqual(most);
    const waits = homeserver.tries.slice(1).map((at, index) => at - (homeserver.tries[index] ?? 0));
    // A crowd of containers must not come back in one instant: no two waits of many are the same.
    expect(new Set(waits).size).toBeGreaterThan(waits.length / 2);

    homeserver.outage = null;
    const within = matrixTiming.longestBackoff * 1.25 + (outage === 'silent' ? matrixTiming.pollGrace : 0);
    await pass(within);
    expect(host.texts()).toEqual(['before', ...said]);
    expect(host.states).toEqual(['connecting', 'connected', 'unreachable', 'connected']);
  });

  it('takes no answer meanwhile, says so, and takes it afterwards', async () => {
    homeserver.say('hello');
    await pass(100);
    const chat = chatId.parse(ROOM);
    const part = bridge.render('hi')[0] ?? expect.unreachable();
    homeserver.goAway(outage);
    await pass(FIVE_MINUTES);
    const refused = refusalOf(bridge.send(chat, part, 'k1'));
    await pass(matrixTiming.call);
    expect(await refused).toBe(outage === 'refused' ? 'unreachable' : 'uncertain');
    homeserver.outage = null;
    expect(await bridge.send(chat, part, 'k1')).toBe('$answer');
  });
});
