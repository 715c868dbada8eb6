/** The events of the chat, from a container that comes and goes to a browser that stays. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { account, ContentGateway } from './content-test-rig.js';
import { LiveSessions } from '../../sign-in/live-sessions.service.js';

let gateway: ContentGateway;
beforeEach(async () => {
  gateway = new ContentGateway();
  await gateway.start();
});
afterEach(() => gateway.stop());

describe('the events of the chat', () => {
  let feeds: { response: ServerResponse; since: string | undefined }[];
  beforeEach(() => {
    feeds = [];
    gateway.handle = ({ request: incoming, response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      feeds.push({ response, since: incoming.headers['last-event-id'] as string | undefined });
      return new Promise((resolve) => response.once('close', resolve));
    };
  });

  async function listen(headers: Record<string, string> = {}) {
    const response = await gateway.open('GET', 'chat/events', { headers });
    const heard = { text: '', ended: false, response };
    response.on('data', (piece: Buffer) => (heard.text += piece.toString()));
    response.on('error', () => undefined).once('close', () => (heard.ended = true));
    return heard;
  }
  const event = (id: number): string => `id: ${id}\ndata: {"n":${id}}\n\n`;

  it('come as they are, from where the browser was', async () => {
    await gateway.wake();
    const heard = await listen({ 'last-event-id': '17' });
    expect(heard.response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    });
    await vi.waitFor(() => expect(feeds[0]?.since).toBe('17'));
    feeds[0]!.response.write(event(18));
    await vi.waitFor(() => expect(heard.text).toBe(`:\n\n${event(18)}`));
    heard.response.destroy();
    await vi.waitFor(() => expect(feeds[0]?.response.destroyed).toBe(true));
  });

  it('tell a new browser nothing old, whatever it says it had', async () => {
    await gateway.wake();
    const all: Record<string, string>[] = [
      {},
      { 'last-event-id': '1\u00e4' },
      { 'last-event-id': 'x'.repeat(100) },
    ];
    for (const headers of all) await listen(headers);
    await vi.waitFor(() => expect(feeds).toHaveLength(3));
    expect(feeds.map(({ since }) => since)).toEqual([undefined, undefined, undefined]);
  });

  it('wake nobody; once the container wakes, all that it has is told, and no event in halves', async () => {
    const heard = await listen();
    await sleep(300);
    expect([gateway.wakes, feeds, heard.text]).toEqual([0, [], ':\n\n']);
    await gateway.wake();
    await vi.waitFor(() => expect(feeds).toHaveLength(1));
    expect(feeds[0]!.since).toBe('0');
    feeds[0]!.response.write(`${event(1)}id: 2\nda`);
    await vi.waitFor(() => expect(heard.text).toContain(event(1)));
    // It goes to sleep in the middle, and comes back.
    await gateway.sleep();
    await gateway.wake();
    await vi.waitFor(() => expect(feeds).toHaveLength(2));
    expect(feeds[1]!.since).toBe('0');
    feeds[1]!.response.write(event(3));
    await vi.waitFor(() => expect(heard.text).toBe(`:\n\n${event(1)}${event(3)}`));
    expect(heard.ended).toBe(false);
    heard.response.destroy();
  });

  it('end with the session, and leave those of another', async () => {
    await gateway.wake();
    const first = await listen();
    gateway.viewer = { account, role: 'user', session: 'two' };
    const second = await listen();
    await vi.waitFor(() => expect(feeds).toHaveLength(2));
    gateway.app.get(LiveSessions).end(['one']);
    await vi.waitFor(() => expect([first.ended, second.ended]).toEqual([true, false]));
    await vi.waitFor(() => expect(feeds.filter(({ response }) => response.destroyed)).toHaveLength(1));
  });

  it('end with the gateway, which waits for nobody', async () => {
    const heard = await listen();
    const since = Date.now();
    await gateway.app.close();
    expect(Date.now() - since).toBeLessThan(2_000);
    await vi.waitFor(() => expect(heard.ended).toBe(true));
  });

  it('are thirty-two streams an account at most, so that its messages still get through', async () => {
    await gateway.wake();
    const heard = await Promise.all(Array.from({ length: 32 }, () => listen()));
    const refused = await gateway.open('GET', 'chat/events');
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '30']);
    refused.destroy();
    heard[0]!.response.destroy();
    await vi.waitFor(async () => expect((await listen()).response.statusCode).toBe(200));
  });
});
