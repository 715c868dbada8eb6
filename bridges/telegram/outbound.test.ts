/** Tests of what the bridge says on Telegram, and of what it makes of Telegram's answers. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusalOf } from '../conformance.js';
import { RecordingHost } from '../recording-host.js';
import type { SentId } from '../bridge.js';
import { TelegramBridge } from './index.js';
import { OWNER, OWNER_CHAT, shown, startRig, type Rig } from './test-rig.js';

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

describe('choices', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
    rig.telegram.say(rig.bot, { userId: OWNER, text: '/start' });
  });
  afterEach(() => rig.close());

  const send = (text: string, choices?: string[]): Promise<SentId> =>
    rig.bridge.send(OWNER_CHAT, { body: text, plain: text, ...(choices && { choices }) });
  const markups = (): unknown[] => rig.calls('sendMessage').map(({ reply_markup: markup }) => markup);

  it('are a keyboard for one use, side by side where they are short', async () => {
    await send('Which?', ['send', 'mask', 'forget']);
    await send('Which?', ['something that is longer', 'no']);
    const keyboard = (...rows: string[][]): object => ({
      keyboard: rows.map((row) => row.map((text) => ({ text }))),
      one_time_keyboard: true,
      resize_keyboard: true,
    });
    expect(markups()).toEqual([
      keyboard(['send', 'mask', 'forget']),
      keyboard(['something that is longer'], ['no']),
    ]);
  });

  it('are removed with the next message of their chat, once, and by that alone', async () => {
    rig.telegram.say(rig.bot, { userId: OWNER, chatId: -7, text: 'in a group' });
    rig.host.groups.add('-7');
    await send('Which?', ['yes']);
    await rig.bridge.send('-7' as never, hello);
    expect(rig.telegram.keyboard(rig.bot, OWNER)).toEqual([['yes']]);
    await send('two');
    await send('three');
    expect(markups().slice(1)).toEqual([undefined, { remove_keyboard: true }, undefined]);
  });

  it('are still to be removed when the message that should have done so was not taken', async () => {
    await send('Which?', ['yes']);
    rig.telegram.fail(rig.bot, 'sendMessage', { status: 502 });
    expect(await refusalOf(send('two'))).toBe('uncertain');
    await send('two');
    expect(rig.telegram.keyboard(rig.bot, OWNER)).toEqual([]);
  });

  it('come with the plain text as well when the markup is refused', async () => {
    await rig.bridge.send(OWNER_CHAT, { body: '<b>x', plain: 'x', choices: ['yes'] });
    expect(rig.telegram.keyboard(rig.bot, OWNER)).toEqual([['yes']]);
  });

  it('take the message back that cannot be edited, so that it can be said anew', async () => {
    await send('Which?', ['yes']);
    const removing = await send('Let');
    expect(await refusalOf(rig.bridge.edit(OWNER_CHAT, removing, hello))).toBe('refused');
    expect(shown(rig).map(({ text }) => text)).toEqual(['Which?']);
    rig.telegram.fail(rig.bot, 'deleteMessage', { status: 502 });
    expect(await refusalOf(rig.bridge.edit(OWNER_CHAT, removing, { ...hello, choices: ['a'] }))).toBe(
      'uncertain',
    );
  });
});
