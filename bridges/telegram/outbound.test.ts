import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusalOf } from '../conformance.js';
import { RecordingHost } from '../recording-host.js';
import type { SentId } from '../bridge.js';
import { TelegramBridge } from './index.js';
import { OWNER, OWNER_CHAT, startRig, type Rig } from './test-rig.js';

const hello = { body: '<b>hello</b>', plain: 'hello' };

describe('sending', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
    rig.telegram.say(rig.bot, { userId: OWNER, text: '/start' });
  });
  afterEach(() => rig.close());

  const send = (part = hello): Promise<SentId> => rig.bridge.send(OWNER_CHAT, part);

  it('sends HTML without a preview', async () => {
    await send();
    expect(rig.calls('sendMessage')).toEqual([
      { chat_id: OWNER, text: hello.body, parse_mode: 'HTML', link_preview_options: { is_disabled: true } },
    ]);
  });

  it('falls back to plain text when the markup is refused, in an edit too', async () => {
    const broken = { body: '<b>hello', plain: 'hello' };
    const sent = await send(broken);
    expect(rig.telegram.messages(rig.bot).map(({ text }) => text)).toEqual(['hello']);
    await rig.bridge.edit(OWNER_CHAT, sent, { body: '<x>bye', plain: 'bye' });
    expect(rig.telegram.messages(rig.bot).map(({ text }) => text)).toEqual(['bye']);
  });

  it.each([
    [{ status: 401 }, 'bad-credential'],
    [{ status: 403 }, 'refused'],
    [{ status: 500 }, 'uncertain'],
    [{ status: 502 }, 'uncertain'],
    ['hang', 'uncertain'],
    ['reset-after-taking', 'uncertain'],
    ['reset-before-taking', 'uncertain'],
  ] as const)('says what %j amounts to: %s', async (fault, refusal) => {
    rig.telegram.fail(rig.bot, 'sendMessage', fault);
    expect(await refusalOf(send())).toBe(refusal);
    expect(rig.host.states).toEqual(refusal === 'bad-credential' ? ['needs-relink'] : []);
  });

  it('tells how long to wait', async () => {
    rig.telegram.fail(rig.bot, 'sendMessage', { status: 429, retryAfter: 7 });
    await expect(send()).rejects.toMatchObject({ refusal: 'rate-limited', retryAfter: 7_000 });
  });

  it('is refused by a user who blocked the bot, and for a message that is gone', async () => {
    expect(await refusalOf(rig.bridge.edit(OWNER_CHAT, '99999' as SentId, hello))).toBe('refused');
    rig.telegram.block(rig.bot, OWNER);
    expect(await refusalOf(send())).toBe('refused');
  });

  it('knows that nothing left when the connection never stood', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const apiRoot = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const host = new RecordingHost(rig.agent, String(OWNER));
    const bridge = new TelegramBridge(host, { token: rig.bot.token }, { apiRoot, timing: { call: 200 } });
    // It takes the connection, but no handshake follows.
    expect(await refusalOf(bridge.send(OWNER_CHAT, hello))).toBe('unreachable');
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
    expect(await refusalOf(bridge.send(OWNER_CHAT, hello))).toBe('unreachable');
  });
});
