/** Tests of the files that the bridge sends to Telegram, and of the menu. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandLines } from '../../contracts/commands.js';
import { MAX_FILE } from '../../contracts/rooms-door.js';
import { testCertificates } from '../../test/kit/certificates.js';
import type { OutgoingFile, SentId } from '../bridge.js';
import { refusalOf } from '../conformance.js';
import { RecordingHost, soon } from '../recording-host.js';
import { telegramCapabilities } from './capabilities.js';
import { TelegramBridge } from './index.js';
import { OWNER, OWNER_CHAT, shown, startRig, type Rig } from './test-rig.js';

describe('files', () => {
  let rig: Rig;
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ara-files-'));
    rig = await startRig();
    rig.telegram.say(rig.bot, { userId: OWNER, text: '/start' });
  });
  afterEach(async () => {
    await rig.close();
    rmSync(folder, { recursive: true });
  });

  const file = (content: string | Buffer, name = 'a.txt'): OutgoingFile => {
    const path = join(folder, 'file');
    writeFileSync(path, content);
    return { name, path, size: content.length, kind: 'file', type: 'text/plain' };
  };
  const send = (content: string | Buffer = 'text', name = 'a.txt'): Promise<SentId> =>
    rig.bridge.sendFile(OWNER_CHAT, file(content, name));
  const openFiles = (): number => readdirSync('/proc/self/fd', { withFileTypes: true }).length;

  it('may be as large as the contract says', () => {
    expect(telegramCapabilities.maxFile).toBe(MAX_FILE);
  });

  it('stay as they are, pictures that are sent as files too', async () => {
    await send(Buffer.from('89504e470d0a1a0a', 'hex'), 'picture.png');
    const [call] = rig.calls('sendDocument');
    expect(call).toMatchObject({ chat_id: '5001', disable_content_type_detection: 'true' });
    expect(rig.calls('sendPhoto')).toEqual([]);
    expect(rig.telegram.violations).toEqual([]);
  });

  it.each([
    ['a;b "c".txt', 'a,b "c".txt'],
    ['a\r\nb.txt', 'a  b.txt'],
    ['é 日本 😀.txt', 'é 日本 😀.txt'],
    ['\n', 'file'],
  ])('keep the name %j, as far as Telegram can read it', async (name, told) => {
    await send('x', name);
    expect(shown(rig).map(({ document }) => document?.name)).toEqual([told]);
  });

  it('go to the topic of their chat', async () => {
    rig.telegram.say(rig.bot, { userId: OWNER, chatId: -100, threadId: 7, text: 'in a topic' });
    rig.host.groups.add('-100');
    await rig.bridge.sendFile('-100.7' as never, file('x'));
    expect(rig.telegram.messages(rig.bot, -100, 7)).toHaveLength(1);
  });

  it('leave the choices of the text before them', async () => {
    await rig.bridge.send(OWNER_CHAT, { body: 'Which?', plain: 'Which?', choices: ['yes'] });
    await send();
    expect(rig.telegram.keyboard(rig.bot, OWNER)).toEqual([['yes']]);
  });

  it.each([
    [{ status: 401 }, 'bad-credential'],
    [{ status: 403 }, 'refused'],
    [{ status: 502 }, 'uncertain'],
    ['hang', 'uncertain'],
    ['reset-after-taking', 'uncertain'],
    ['reset-before-taking', 'uncertain'],
  ] as const)('that meet %j are %s, and are closed again', async (fault, refusal) => {
    const before = openFiles();
    rig.telegram.fail(rig.bot, 'sendDocument', fault);
    expect(await refusalOf(send())).toBe(refusal);
    expect(rig.host.states).toEqual(refusal === 'bad-credential' ? ['needs-relink'] : []);
    // The connection that is kept alive is one more.
    await soon(() => expect(openFiles()).toBeLessThanOrEqual(before + 2));
  });

  it('tell how long to wait, and are not empty', async () => {
    rig.telegram.fail(rig.bot, 'sendDocument', { status: 429, retryAfter: 7 });
    await expect(send()).rejects.toMatchObject({ refusal: 'rate-limited', retryAfter: 7_000 });
    expect(await refusalOf(send(''))).toBe('refused');
  });

  describe('on a slow line', () => {
    /** Takes a request piece by piece, as `take` wishes. */
    async function slowTelegram(take: (request: IncomingMessage, answer: () => void) => void) {
      const { cert, key } = await testCertificates();
      const server = createServer({ cert, key }, (request, response) => {
        take(request, () => {
          const result = { message_id: 1, date: 1, chat: { id: OWNER, type: 'private', first_name: 'x' } };
          response.end(JSON.stringify({ ok: true, result }));
        });
      });
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      const apiRoot = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const host = new RecordingHost(rig.agent, String(OWNER));
      const bridge = new TelegramBridge(host, { token: rig.bot.token }, { apiRoot, timing: { upload: 800 } });
      const close = (): void => {
        server.closeAllConnections();
        server.close();
      };
      return { bridge, close };
    }

    it('have the time they need while they move', async () => {
      const slow = await slowTelegram((request, answer) => {
        let taken = 0;
        request.on('data', (piece: Buffer) => {
          const stage = Math.floor(taken / 8_000_000);
          taken += piece.length;
          if (Math.floor(taken / 8_000_000) === stage) return;
          request.pause();
          setTimeout(() => request.resume(), 300);
        });
        request.on('end', answer);
      });
      const since = performance.now();
      await slow.bridge.sendFile(OWNER_CHAT, file(Buffer.alloc(40_000_000)));
      expect(performance.now() - since).toBeGreaterThan(1_000);
      slow.close();
    });

    it('are given up when they no longer move', async () => {
      const slow = await slowTelegram((request) => void request.once('data', () => request.pause()));
      expect(await refusalOf(slow.bridge.sendFile(OWNER_CHAT, file(Buffer.alloc(40_000_000))))).toBe(
        'uncertain',
      );
      slow.close();
    });

    it('are not sent on when the answer is there already', async () => {
      const slow = await slowTelegram((_request, answer) => answer());
      await slow.bridge.sendFile(OWNER_CHAT, file(Buffer.alloc(40_000_000)));
      slow.close();
    });
  });
});

describe('the menu', () => {
  it('shows the commands that every channel has, within the limits of Telegram', async () => {
    const rig = await startRig();
    rig.bridge.start();
    await soon(() => expect(rig.calls('setMyCommands')).toHaveLength(1));
    const commands = commandLines.map(({ name, summary }) => ({ command: name, description: summary }));
    expect(rig.calls('setMyCommands')).toEqual([{ commands }]);
    expect(commands.length).toBeLessThanOrEqual(100);
    for (const { command, description } of commands) {
      expect(command).toMatch(/^[a-z0-9_]{1,32}$/);
      expect(description).toMatch(/^.{1,256}$/);
    }
    await rig.close();
  });
});
