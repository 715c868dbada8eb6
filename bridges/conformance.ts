/** The suite that every bridge must pass, against a stand-in for its platform. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { AraError } from '../contracts/errors.js';
import type { ChatId, PlatformMessageId } from '../contracts/ids.js';
import {
  canDelete,
  canEdit,
  canFetch,
  canReact,
  canSendFile,
  canShowTyping,
  PlatformError,
} from './bridge.js';
import type { Bridge, OutgoingFile, Part, PlatformRefusal, SentId } from './bridge.js';
import type { ConformancePlatform } from './conformance-platform.js';
import { RecordingHost, REFUSAL, soon } from './recording-host.js';

export async function refusalOf(work: Promise<unknown>): Promise<PlatformRefusal | 'none'> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error === null) return 'none';
  expect(error).toBeInstanceOf(PlatformError);
  return (error as PlatformError).refusal;
}

/** A file in a folder that is gone when the test is over. Its name on the disk is not the one in the chat. */
function fileOf(content: Buffer, name: string): OutgoingFile {
  const folder = mkdtempSync(join(tmpdir(), 'ara-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, '1');
  writeFileSync(path, content);
  return { name, path, size: content.length, kind: 'file', type: 'application/octet-stream' };
}

export function bridgeConformance(name: string, make: () => Promise<ConformancePlatform>): void {
  describe(`${name}: the contract of a bridge`, () => {
    let platform: ConformancePlatform;
    let host: RecordingHost;
    let bridge: Bridge;

    beforeEach(async () => {
      platform = await make();
      host = new RecordingHost(platform.agent, platform.ownerId);
      bridge = platform.open(host);
    });
    afterEach(async () => {
      await bridge.stop();
      await platform.close();
    });

    const partOf = (text: string): Part => bridge.render(text)[0] ?? expect.unreachable();
    let sends = 0;
    const key = (): string => `test-${sends++}`;
    const send = (text: string): Promise<SentId> => bridge.send(platform.ownerChat, partOf(text), key());
    const start = async (): Promise<void> => {
      bridge.start();
      await host.reaches('connected');
    };
    /** The owner has written, so that they may be written to. */
    const ready = async (text: string): Promise<void> => {
      platform.say(text, 'owner');
      if (platform.sendsOnlyWhenStarted) await start();
    };

    it('does nothing before it is started', async () => {
      platform.say('hello', 'owner');
      await bridge.stop();
      expect([host.states, host.journal]).toEqual([[], []]);
    });

    it('hands in each message once, in order, with a checkpoint', async () => {
      await start();
      for (const text of ['one', 'two', 'three']) platform.say(text, 'owner');
      await soon(() => expect(host.texts()).toEqual(['one', 'two', 'three']));
      const positions = host.journal.map(({ position }) => position);
      expect(positions).toEqual(positions.toSorted((a, b) => a - b));
      expect(new Set(host.journal.map(({ chat }) => chat))).toEqual(new Set([platform.ownerChat]));
      expect(host.checkpoint()).not.toBeNull();
    });

    it('starts twice as once', async () => {
      bridge.start();
      await start();
      platform.say('hello', 'owner');
      await soon(() => expect(host.texts()).toEqual(['hello']));
      expect(host.states.filter((state) => state === 'connected')).toHaveLength(1);
    });

    it('stops within 100 ms, twice, and starts again where it was', async () => {
      await start();
      platform.say('before', 'owner');
      await soon(() => expect(host.texts()).toEqual(['before']));
      const since = performance.now();
      await bridge.stop();
      await bridge.stop();
      expect(performance.now() - since).toBeLessThan(100);
      platform.say('meanwhile', 'owner');
      bridge.start();
      await soon(() => expect(host.texts()).toEqual(['before', 'meanwhile']));
    });

    it('goes on from the checkpoint in another process', async () => {
      await start();
      platform.say('before', 'owner');
      await soon(() => expect(host.texts()).toEqual(['before']));
      await bridge.stop();
      platform.say('meanwhile', 'owner');
      bridge = platform.open(host);
      bridge.start();
      await soon(() => expect(host.texts()).toEqual(['before', 'meanwhile']));
    });

    it('takes nothing from a stranger, and tells them at most once', async () => {
      await start();
      platform.say('let me in', 'stranger');
      platform.say('please', 'stranger');
      platform.say('hello', 'owner');
      await soon(() => expect(host.texts()).toEqual(['hello']));
      expect(await platform.seen()).not.toContain(REFUSAL);
    });

    it('ignores its own messages', async () => {
      await start();
      platform.echo('I said this');
      platform.say('hello', 'owner');
      await soon(() => expect(host.texts()).toEqual(['hello']));
    });

    it('survives a disconnect, and loses nothing that was said meanwhile', async () => {
      await start();
      if (!platform.goDown) return;
      await platform.goDown();
      await host.reaches('unreachable');
      platform.say('are you there?', 'owner');
      await platform.comeBack?.();
      await host.reaches('connected');
      await soon(() => expect(host.texts()).toEqual(['are you there?']));
    });

    it('asks to be linked again when the credential is refused', async () => {
      await start();
      if (!platform.revoke) return;
      platform.revoke();
      await host.reaches('needs-relink');
      expect(await refusalOf(bridge.send(platform.ownerChat, partOf('hello'), key()))).toBe('bad-credential');
    });

    it('says that it was not sent when there is no connection', async () => {
      if (!platform.goDown) return;
      await platform.goDown();
      expect(await refusalOf(bridge.send(platform.ownerChat, partOf('hello'), key()))).toBe('unreachable');
      if (!canSendFile(bridge)) return;
      const file = fileOf(Buffer.from('x'), 'a.txt');
      expect(await refusalOf(bridge.sendFile(platform.ownerChat, file, key()))).toBe('unreachable');
    });

    it('refuses a chat that is not there', async () => {
      const nowhere = `${platform.ownerChat}000000` as ChatId;
      expect(await refusalOf(bridge.send(nowhere, partOf('hello'), key()))).toBe('refused');
      expect(await refusalOf(bridge.send('\0 no chat' as ChatId, partOf('hello'), key()))).toBe('refused');
    });

    it('sends a long text in parts that hold all of it', async () => {
      await ready('write');
      // Of more than nine letters each, so that it is more than any platform takes at once.
      const count = Math.max(3_000, bridge.capabilities.maxText / 8);
      const words = Array.from({ length: count }, (_, index) => `word${index}`);
      for (const part of bridge.render(words.join(' '))) await bridge.send(platform.ownerChat, part, key());
      const seen = await platform.seen();
      expect(seen.length).toBeGreaterThan(1);
      for (const text of seen) expect(text.length).toBeLessThanOrEqual(bridge.capabilities.maxText);
      expect(seen.flatMap((text) => text.split(/\s+/))).toEqual(words);
    });

    it('renders nothing for a blank text and something for any other', () => {
      expect(bridge.render(' \n')).toEqual([]);
      for (const text of ['a', '```', '**', '<', '&', '[]()', '\ud800']) {
        expect(bridge.render(text)).toHaveLength(1);
      }
    });

    it('edits what it sent, to the same text as well', async () => {
      await ready('write');
      if (!canEdit(bridge)) return;
      const sent = await bridge.send(platform.ownerChat, partOf('one'), key());
      for (const text of ['two', 'two']) await bridge.edit(platform.ownerChat, sent, partOf(text));
      expect(await platform.seen()).toEqual(['two']);
    });

    it('takes back what it sent, and is content when it is gone already', async () => {
      await ready('write');
      if (!canDelete(bridge)) return;
      const [first, second] = [await send('one'), await send('two')];
      await bridge.delete(platform.ownerChat, first);
      expect(await platform.seen()).toEqual(['two']);
      await bridge.delete(platform.ownerChat, first);
      expect(await refusalOf(bridge.delete('\0 no chat' as ChatId, second))).toBe('refused');
    });

    it('sends a file whole, under its name', async () => {
      await ready('send');
      if (!canSendFile(bridge)) return;
      const content = randomBytes(300_000);
      for (const name of ['Reise nach 日本 (1).pdf', 'plain.txt']) {
        await bridge.sendFile(platform.ownerChat, fileOf(content, name), key());
      }
      const files = await platform.files();
      expect(files.map(({ name }) => name)).toEqual(['Reise nach 日本 (1).pdf', 'plain.txt']);
      for (const file of files) expect(file.content.equals(content)).toBe(true);
      expect(await platform.seen()).toEqual([]);
    });

    it('says of a file why it was not sent', async () => {
      await ready('send');
      if (!canSendFile(bridge)) return;
      const file = fileOf(Buffer.from('x'), 'a.txt');
      const sending = (chat: ChatId, change: Partial<OutgoingFile> = {}): Promise<string> =>
        canSendFile(bridge)
          ? refusalOf(bridge.sendFile(chat, { ...file, ...change }, key()))
          : expect.unreachable();
      expect(await sending(`${platform.ownerChat}000000` as ChatId)).toBe('refused');
      expect(await sending('\0 no chat' as ChatId)).toBe('refused');
      expect(await sending(platform.ownerChat, { path: `${file.path}.gone` })).toBe('refused');
      expect(await sending(platform.ownerChat, { size: bridge.capabilities.maxFile + 1 })).toBe('refused');
      expect(await platform.files()).toEqual([]);
    });

    it('fetches a file that came, whole and as often as it is asked to', async () => {
      expect(canFetch(bridge)).toBe(platform.give !== undefined);
      if (!canFetch(bridge) || !platform.give) return;
      await start();
      const content = randomBytes(300_000);
      platform.give('Reise nach 日本 (1).pdf', content);
      await soon(() => expect(host.journal).toHaveLength(1));
      const [attachment] = host.journal[0]?.attachments ?? [];
      if (!attachment) return expect.unreachable();
      expect([attachment.name, attachment.size, host.journal[0]?.chat]).toEqual([
        'Reise nach 日本 (1).pdf',
        content.length,
        platform.ownerChat,
      ]);
      for (let time = 0; time < 2; time++) {
        const stream = await bridge.fetch(attachment.reference, new AbortController().signal);
        expect(Buffer.concat(await stream.toArray()).equals(content)).toBe(true);
      }
    });

    it('says of a file that came why it cannot be fetched', async () => {
      if (!canFetch(bridge) || !platform.give) return;
      await start();
      platform.give('a.bin', randomBytes(300_000));
      await soon(() => expect(host.journal).toHaveLength(1));
      const { reference } = host.journal[0]?.attachments?.[0] ?? expect.unreachable();
      const fetching = async (from: string, stop: AbortSignal): Promise<unknown> =>
        canFetch(bridge) ? (await bridge.fetch(from, stop)).toArray() : expect.unreachable();
      const never = new AbortController().signal;
      expect(await refusalOf(fetching('no reference', never))).toBe('refused');
      expect(await refusalOf(fetching(reference, AbortSignal.abort()))).not.toBe('none');
      await bridge.stop();
      await platform.goDown?.();
      if (platform.goDown) expect(await refusalOf(fetching(reference, never))).not.toBe('none');
    });

    it('puts a sign on a message, another in its place, takes it away, and never throws for it', async () => {
      expect(canReact(bridge)).toBe(platform.signs !== undefined);
      if (!canReact(bridge) || !platform.signs) return;
      await start();
      platform.say('hello', 'owner');
      await soon(() => expect(host.journal).toHaveLength(1));
      const { platformId } = host.journal[0] ?? expect.unreachable();
      for (const emoji of ['👀', '👍']) {
        await bridge.react(platform.ownerChat, platformId, emoji);
        expect(await platform.signs(platformId)).toEqual([emoji]);
      }
      await bridge.react(platform.ownerChat, platformId, null);
      expect(await platform.signs(platformId)).toEqual([]);
      await bridge.react(platform.ownerChat, '\0 no message' as PlatformMessageId, '👀');
      await bridge.react('\0 no chat' as ChatId, platformId, '👀');
      expect(await platform.signs(platformId)).toEqual([]);
      await platform.goDown?.();
      await bridge.react(platform.ownerChat, platformId, '👀');
    });

    it('offers choices, which send their own text, until the next message', async () => {
      await ready('write');
      await bridge.send(
        platform.ownerChat,
        { ...partOf('Which?'), choices: ['yes', 'no, never', 'later'] },
        key(),
      );
      expect(await platform.seen()).toEqual(['Which?']);
      if (!platform.buttons) return;
      await start();
      expect(await platform.buttons.offered()).toEqual(['yes', 'no, never', 'later']);
      platform.buttons.tap('no, never');
      // What was said before the first start may be passed over.
      await soon(() => expect(host.texts().at(-1)).toBe('no, never'));
      await bridge.send(platform.ownerChat, { ...partOf('And now?'), choices: ['stop'] }, key());
      expect(await platform.buttons.offered()).toEqual(['stop']);
      await send('Well then.');
      expect(await platform.buttons.offered()).toEqual([]);
    });

    it('brings choices to a message that is there already, or has it said anew', async () => {
      await ready('write');
      if (!canEdit(bridge)) return;
      const sent = await send('Whi');
      const whole = { ...partOf('Which?'), choices: ['yes', 'no'] };
      const refusal = await refusalOf(bridge.edit(platform.ownerChat, sent, whole));
      if (refusal !== 'none') {
        expect([refusal, await platform.seen()]).toEqual(['refused', []]);
        await bridge.send(platform.ownerChat, whole, key());
      }
      expect(await platform.seen()).toEqual(['Which?']);
      if (platform.buttons) expect(await platform.buttons.offered()).toEqual(['yes', 'no']);
    });

    it('edits a message behind choices, or has it said anew', async () => {
      await ready('write');
      if (!canEdit(bridge)) return;
      await bridge.send(platform.ownerChat, { ...partOf('Which?'), choices: ['yes'] }, key());
      const sent = await send('Let me');
      const refusal = await refusalOf(bridge.edit(platform.ownerChat, sent, partOf('Let me see')));
      if (refusal !== 'none') {
        expect([refusal, await platform.seen()]).toEqual(['refused', ['Which?']]);
        const anew = await send('Let me see');
        await bridge.edit(platform.ownerChat, anew, partOf('Let me see.'));
        expect(await platform.seen()).toEqual(['Which?', 'Let me see.']);
      } else expect(await platform.seen()).toEqual(['Which?', 'Let me see']);
    });

    it('shows that it types, and never throws for it', async () => {
      if (!canShowTyping(bridge)) return;
      if (platform.sendsOnlyWhenStarted) await start();
      await bridge.showTyping(platform.ownerChat);
      await bridge.showTyping('\0 no chat' as ChatId);
      await platform.goDown?.();
      await bridge.showTyping(platform.ownerChat);
    });

    it('refuses a webhook body that is none', async () => {
      for (const body of ['', '{', 'null', '[]', '{"a":'.repeat(10_000)]) {
        const taken = bridge.takeWebhook?.(Buffer.from(body));
        if (taken) await expect(taken).rejects.toThrow(AraError);
      }
    });

    it('unlinks once and again, and says that the platform knows', async () => {
      await start();
      expect(await bridge.unlink()).toEqual({ reached: true });
      await platform.goDown?.();
      await bridge.unlink();
    });

    it('unlinks calmly from a platform that is not there, and says so', async () => {
      await start();
      if (!platform.goDown) return;
      await platform.goDown();
      expect(await bridge.unlink()).toEqual({ reached: false, why: 'no-answer' });
    });

    it('unlinks calmly from a platform that has ended the link itself, and says so', async () => {
      await start();
      if (!platform.revoke) return;
      platform.revoke();
      await host.reaches('needs-relink');
      expect(await bridge.unlink()).toEqual({ reached: false, why: 'refused' });
    });
  });
}
