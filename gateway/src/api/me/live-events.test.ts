/** Live events: what changes here is told at once, what another replica writes soon after, and a stream ends with its browser. */
import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { Controller, Get, Res } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AccountId } from '../../../../contracts/ids.js';
import { liveSessions } from '../../../../test/kit/live-sessions.js';
import { startCentre, type Centre } from '../../../../test/kit/centre.js';
import { ChangesPoll } from '../../changes/changes-poll.service.js';
import { Changes } from '../../changes/changes.service.js';
import { ChannelsService } from '../../channels/channels.service.js';
import { ContainerRecords } from '../../containers/container-records.service.js';
import { LiveSessions } from '../../sign-in/live-sessions.service.js';
import { UsageService } from '../../usage/usage.service.js';
import { Me, type Viewer } from '../access.js';
import type { StreamReply } from '../event-stream.js';
import { LiveEvents } from './live-events.service.js';
import { OpenStreams } from './open-streams.js';

@Controller('v1/me')
class EventsController {
  constructor(private readonly live: LiveEvents) {}
  @Get('events')
  events(@Me() me: Viewer, @Res() reply: StreamReply): void {
    this.live.open(me, reply);
  }
}

let centre: Centre;
let alice: AccountId;
let bob: AccountId;
let users = 0;
let open: AbortController[];

beforeAll(async () => {
  centre = await startCentre({
    controllers: [EventsController],
    providers: [LiveEvents, OpenStreams, liveSessions()],
  });
  // What changed here may be told once more when the rows are looked at: here they are when a test says so.
  centre.get(ChangesPoll).onModuleDestroy();
}, 60_000);
afterAll(() => centre.stop());
beforeEach(async () => {
  open = [];
  users++;
  alice = await centre.addAccount(`alice-${users}`);
  bob = await centre.addAccount(`bob-${users}`);
  await centre.get(ContainerRecords).key(alice);
});
afterEach(async () => {
  for (const each of open) each.abort();
  await expect.poll(() => centre.get(Changes).watched()).toEqual([]);
});

/** What came on a stream so far, comments left out. */
async function listen(
  account: AccountId,
): Promise<{ response: Response; events: string[]; ended: Promise<void> }> {
  const abort = new AbortController();
  open.push(abort);
  const response = await centre.ask(account, 'GET', '/v1/me/events', undefined, abort.signal);
  const events: string[] = [];
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? [])
      events.push(
        ...decoder
          .decode(chunk as Uint8Array)
          .split('\n\n')
          .filter((each) => each.startsWith('data: '))
          .map((each) => each.slice(6)),
      );
  };
  const ended = read().catch(() => undefined);
  // The rows are looked at once before a change can be seen in them.
  await expect.poll(() => centre.get(ChangesPoll)['seen'].has(account)).toBe(true);
  return { response, events, ended };
}
const told = (...changes: string[]): string[] => changes.map((changed) => JSON.stringify({ changed }));

describe('a stream', () => {
  it('is one of server-sent events that nobody may keep', async () => {
    const { response } = await listen(alice);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('tells what changed, each once, and nothing of others', async () => {
    const { events } = await listen(alice);
    const others = await listen(bob);
    await centre.get(ChannelsService).report(alice, 'telegram', 'connecting', null);
    await centre.get(ChannelsService).report(alice, 'telegram', 'connected', null);
    await expect.poll(() => events).toEqual(told('channels'));
    expect(others.events).toEqual([]);
  });

  it('tells of figures', async () => {
    const { events } = await listen(alice);
    const figure = {
      day: new Date().toISOString().slice(0, 10),
      channel: 'telegram' as const,
      outcome: 'answered' as const,
      provider: null,
      model: null,
      inputTokens: 0,
      cachedTokens: 0,
      outputTokens: 0,
      costMicros: 0,
    };
    await centre.get(UsageService).add(alice, 1, [figure]);
    await expect.poll(() => events).toEqual(told('usage', 'channels'));
    // A batch that was counted before changes nothing.
    await centre.get(UsageService).add(alice, 1, [figure]);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(events).toHaveLength(2);
  });

  it('tells what another replica wrote, once', async () => {
    const { events } = await listen(alice);
    await centre.query(
      `INSERT INTO channels (account_id, kind, state, state_since) VALUES ($1, 'telegram', 'connected', now())`,
      [alice],
    );
    await centre.query('UPDATE containers SET wake_at = now() WHERE account_id = $1', [alice]);
    await centre.get(ChangesPoll).look();
    await centre.get(ChangesPoll).look();
    await expect.poll(() => events).toEqual(told('channels', 'container'));
  });

  it('ends with its browser, and leaves nothing behind', async () => {
    await listen(alice);
    await listen(alice);
    expect(centre.get(Changes).watched()).toEqual([alice]);
    open[0]?.abort();
    await expect.poll(() => centre.get(OpenStreams).count(alice)).toBe(1);
    open[1]?.abort();
    await expect.poll(() => centre.get(Changes).watched()).toEqual([]);
    expect(centre.get(OpenStreams).count(alice)).toBe(0);
    await centre.get(ChangesPoll).look();
    expect(centre.get(ChangesPoll)['seen'].size).toBe(0);
  });

  it('is one of thirty-two at most, of whatever kind', async () => {
    const streams = centre.get(OpenStreams);
    const viewer: Viewer = { account: alice, role: 'user', session: randomUUID() };
    const files = Array.from({ length: 30 }, () => new PassThrough());
    for (const file of files) streams.hold(viewer, file);
    await listen(alice);
    await listen(alice);
    const abort = new AbortController();
    open.push(abort);
    const refused = await centre.ask(alice, 'GET', '/v1/me/events', undefined, abort.signal);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30']);
    expect((await listen(bob)).response.status).toBe(200);
    files[0]?.destroy();
    await expect.poll(() => streams.count(alice)).toBe(31);
    expect((await listen(alice)).response.status).toBe(200);
    for (const file of files) file.destroy();
  });
});

it('streams end when Ara does, so that it can', async () => {
  const { ended } = await listen(alice);
  centre.get(LiveSessions).onModuleDestroy();
  await ended;
  await expect.poll(() => centre.get(Changes).watched()).toEqual([]);
});
