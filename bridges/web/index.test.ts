import { randomUUID } from 'node:crypto';
import { Agent } from 'node:https';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebEvent } from '../../contracts/content.js';
import { bridgeConformance } from '../conformance.js';
import { RecordingHost, soon } from '../recording-host.js';
import { Feed } from './feed.js';
import { WebBridge } from './index.js';
import { render } from './render.js';
import { Browser, conformancePlatform } from './test-rig.js';

bridgeConformance('web', conformancePlatform);

describe('what was written in the browser', () => {
  const host = (): RecordingHost => new RecordingHost(new Agent(), 'web');

  it('is taken once, however often it is sent', () => {
    const journal = host();
    const bridge = new WebBridge(journal, new Browser());
    bridge.start();
    const one = { id: randomUUID(), text: 'one' };
    expect([bridge.take(one), bridge.take(one), bridge.take({ ...one, text: 'changed' })]).toEqual([
      'accepted',
      'duplicate',
      'duplicate',
    ]);
    expect(journal.texts()).toEqual(['one']);
  });

  it('keeps its order when the clock is set back, over a restart too', () => {
    const journal = host();
    let now = 5_000;
    const open = (): WebBridge => {
      const bridge = new WebBridge(journal, new Browser(), () => now);
      bridge.start();
      return bridge;
    };
    open().take({ id: randomUUID(), text: 'one' });
    now = 1_000;
    open().take({ id: randomUUID(), text: 'two' });
    expect(journal.journal.map(({ position, sentAt }) => [position, sentAt])).toEqual([
      [5_000, 5_000],
      [5_001, 1_000],
    ]);
  });

  it('is not taken before the bridge is started: the browser keeps it', () => {
    const bridge = new WebBridge(host(), new Browser());
    expect(() => bridge.take({ id: randomUUID(), text: 'early' })).toThrow(/container/);
  });
});

describe('an answer', () => {
  it('goes out as the Markdown that it is, and keeps the time of its first word', async () => {
    const browser = new Browser();
    let now = 1_000;
    const bridge = new WebBridge(new RecordingHost(new Agent(), 'web'), browser, () => now);
    const sent = await bridge.send('web' as never, bridge.render('**bo')[0]!, 'k-1');
    now = 9_000;
    await bridge.edit('web' as never, sent, bridge.render('**bold** <b>&amp;</b>')[0]!);
    expect([...browser.shown.values()]).toEqual([
      { type: 'message', id: 'k-1', markdown: '**bold** <b>&amp;</b>', choices: [], at: 1_000 },
    ]);
  });

  it('that is sent again with its key, after a crash, is shown once', async () => {
    const browser = new Browser();
    const again = () =>
      new WebBridge(new RecordingHost(new Agent(), 'web'), browser).send(
        'web' as never,
        render('hi', 9)[0]!,
        'k',
      );
    await again();
    await again();
    expect(browser.texts()).toEqual(['hi']);
  });

  it('names a file with the place where it lies, if there is one', async () => {
    const browser = new Browser();
    const bridge = new WebBridge(new RecordingHost(new Agent(), 'web'), browser, () => 1_000);
    const file = {
      name: 'ids.ts',
      path: join(import.meta.dirname, 'ids.ts'),
      size: 9,
      kind: 'file' as const,
      type: 'text/plain',
    };
    await bridge.sendFile('web' as never, { ...file, workspacePath: 'notes/ids.ts' }, 'k1');
    await bridge.sendFile('web' as never, file, 'k2');
    const told = { type: 'file', id: expect.any(String) as unknown, name: 'ids.ts', bytes: 9, at: 1_000 };
    expect([...browser.shown.values()]).toEqual([{ ...told, path: 'notes/ids.ts' }, told]);
  });

  it('is cut at a line, a blank, or between two characters, and loses no word', () => {
    expect(render('aaa aaa\nbbb ccc', 10).map(({ body }) => body)).toEqual(['aaa aaa', 'bbb ccc']);
    expect(render('aaaa bbbb cccc', 10).map(({ body }) => body)).toEqual(['aaaa bbbb', 'cccc']);
    expect(render('x'.repeat(9) + '👋'.repeat(3), 10).map(({ body }) => body)).toEqual([
      'x'.repeat(9),
      '👋👋👋',
    ]);
  });
});

describe('the feed', () => {
  let feed: Feed;
  let server: Server;
  let now: number;
  const readers: IncomingMessage[] = [];

  beforeEach(async () => {
    now = 1_000;
    feed = new Feed(() => now);
    server = createServer((request, response) => {
      const since = request.headers['last-event-id'];
      feed.read(response, since === undefined ? null : Number(since));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(() => {
    for (const reader of readers.splice(0)) reader.destroy();
    server.close();
  });

  const message = (id: string, markdown: string): WebEvent & { type: 'message' } => ({
    type: 'message',
    id,
    markdown,
    choices: [],
    at: 1,
  });

  async function reader(since?: number): Promise<{ events: () => [number | null, WebEvent][] }> {
    const { port } = server.address() as AddressInfo;
    const headers = since === undefined ? {} : { 'last-event-id': String(since) };
    const response = await new Promise<IncomingMessage>((resolve) =>
      get({ host: '127.0.0.1', port, headers }, resolve),
    );
    readers.push(response);
    let text = '';
    response.on('data', (chunk: Buffer) => (text += chunk.toString())).on('error', () => undefined);
    const events = (): [number | null, WebEvent][] =>
      text
        .split('\n\n')
        .slice(0, -1)
        .map((block) => {
          const [, id, data = ''] = /^(?:id: (\d+)\n)?data: (.*)$/.exec(block) ?? [];
          return [id === undefined ? null : Number(id), JSON.parse(data) as WebEvent];
        });
    return { events };
  }
  const texts = (events: [number | null, WebEvent][]): string[] =>
    events.map(([, event]) => (event.type === 'message' ? event.markdown : event.type));

  it('knows whether somebody reads it', async () => {
    expect(feed.isRead).toBe(false);
    await reader();
    expect(feed.isRead).toBe(true);
    readers[0]?.destroy();
    await soon(() => expect(feed.isRead).toBe(false));
  });

  it('tells a new browser nothing old, and everything new with ids that grow', async () => {
    feed.publish(message('a', 'old'));
    const { events } = await reader();
    feed.publish(message('b', 'new'));
    feed.typing();
    feed.publish({ type: 'deleted', id: 'b' });
    await soon(() => expect(texts(events())).toEqual(['new', 'typing', 'deleted']));
    const ids = events().map(([id]) => id);
    expect(ids[1]).toBeNull();
    expect(ids[2]).toBeGreaterThan(ids[0]!);
  });

  it('tells one that comes back what it missed, each message once, in the newest state', async () => {
    const first = await reader();
    feed.publish(message('a', 'seen'));
    await soon(() => expect(first.events()).toHaveLength(1));
    const [[seen]] = first.events() as [[number, WebEvent]];
    for (const text of ['w', 'wo', 'word']) feed.publish(message('b', text));
    const { events } = await reader(seen);
    await soon(() => expect(texts(events())).toEqual(['word']));
  });

  it('of another process has greater ids, so that what was seen there hides nothing', async () => {
    feed.publish(message('a', 'before'));
    now = 60_000;
    feed = new Feed(() => now);
    feed.publish(message('b', 'after'));
    const { events } = await reader(1_000);
    await soon(() => expect(texts(events())).toEqual(['after']));
  });

  it('keeps the last 200 messages, and no more text than a room has place for', async () => {
    for (let at = 0; at < 250; at += 1) feed.publish(message(`m${at}`, `text ${at}`));
    const many = await reader(0);
    await soon(() => expect(many.events()).toHaveLength(200));
    expect(texts(many.events())[0]).toBe('text 50');
    for (let at = 0; at < 10; at += 1) feed.publish(message(`large${at}`, 'x'.repeat(400_000)));
    const large = await reader(0);
    await soon(() => expect(large.events().length).toBeGreaterThan(0));
    expect(large.events().length).toBeLessThanOrEqual(5);
  });

  it('does not pile up what a slow browser does not take: in the end it has the newest', async () => {
    const { port } = server.address() as AddressInfo;
    const slow = await new Promise<IncomingMessage>((resolve) => get({ host: '127.0.0.1', port }, resolve));
    readers.push(slow);
    for (let at = 0; at < 100; at += 1) {
      feed.publish(message('a', `${at} ${'x'.repeat(300_000)}`));
      await new Promise((resolve) => setImmediate(resolve));
    }
    let bytes = 0;
    let tail = '';
    slow.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      tail = (tail + chunk.toString()).slice(-400_000);
    });
    await soon(() => expect(tail).toContain('"markdown":"99 '));
    expect(bytes).toBeLessThan(100 * 300_000);
  });
});
