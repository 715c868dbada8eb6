/** The suite that every bridge must pass, against a stand-in for its platform. */
import type { Agent } from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AraError } from '../contracts/errors.js';
import type { ChatId } from '../contracts/ids.js';
import { canEdit, canShowTyping, PlatformError } from './bridge.js';
import type { Bridge, BridgeHost, Part, PlatformRefusal } from './bridge.js';
import { RecordingHost, REFUSAL, soon } from './recording-host.js';

export type Speaker = 'owner' | 'stranger';

/** A platform on this machine, with one linked account and people who write to it. Made anew for each test. */
export interface ConformancePlatform {
  /** What reaches this platform. */
  readonly agent: Agent;
  /** The platform's id of the owner, as `BridgeHost.admit` gets it. */
  readonly ownerId: string;
  /** The chat with the owner, as the bridge names it. */
  readonly ownerChat: ChatId;
  open(host: BridgeHost): Bridge;
  say(text: string, speaker: Speaker): void;
  /** The account's own message comes back to it, as some platforms do. */
  echo(text: string): void;
  /** What the owner sees of the account's messages now, oldest first. */
  seen(): string[];
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  /** The credential is not taken from here on. */
  revoke(): void;
  close(): Promise<void>;
}

export async function refusalOf(work: Promise<unknown>): Promise<PlatformRefusal | 'none'> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error === null) return 'none';
  expect(error).toBeInstanceOf(PlatformError);
  return (error as PlatformError).refusal;
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
    const start = async (): Promise<void> => {
      bridge.start();
      await host.reaches('connected');
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
      expect(platform.seen()).not.toContain(REFUSAL);
    });

    it('ignores its own messages', async () => {
      await start();
      platform.echo('I said this');
      platform.say('hello', 'owner');
      await soon(() => expect(host.texts()).toEqual(['hello']));
    });

    it('survives a disconnect, and loses nothing that was said meanwhile', async () => {
      await start();
      await platform.goDown();
      await host.reaches('unreachable');
      platform.say('are you there?', 'owner');
      await platform.comeBack();
      await host.reaches('connected');
      await soon(() => expect(host.texts()).toEqual(['are you there?']));
    });

    it('asks to be linked again when the credential is refused', async () => {
      await start();
      platform.revoke();
      await host.reaches('needs-relink');
      expect(await refusalOf(bridge.send(platform.ownerChat, partOf('hello')))).toBe('bad-credential');
    });

    it('says that it was not sent when there is no connection', async () => {
      await platform.goDown();
      expect(await refusalOf(bridge.send(platform.ownerChat, partOf('hello')))).toBe('unreachable');
    });

    it('refuses a chat that is not there', async () => {
      const nowhere = `${platform.ownerChat}000000` as ChatId;
      expect(await refusalOf(bridge.send(nowhere, partOf('hello')))).toBe('refused');
      expect(await refusalOf(bridge.send('\0 no chat' as ChatId, partOf('hello')))).toBe('refused');
    });

    it('sends a long text in parts that hold all of it', async () => {
      platform.say('write', 'owner');
      const words = Array.from({ length: 3_000 }, (_, index) => `word${index}`);
      for (const part of bridge.render(words.join(' '))) await bridge.send(platform.ownerChat, part);
      const seen = platform.seen();
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
      platform.say('write', 'owner');
      if (!canEdit(bridge)) return;
      const sent = await bridge.send(platform.ownerChat, partOf('one'));
      for (const text of ['two', 'two']) await bridge.edit(platform.ownerChat, sent, partOf(text));
      expect(platform.seen()).toEqual(['two']);
    });

    it('shows that it types, and never throws for it', async () => {
      if (!canShowTyping(bridge)) return;
      await bridge.showTyping(platform.ownerChat);
      await bridge.showTyping('\0 no chat' as ChatId);
      await platform.goDown();
      await bridge.showTyping(platform.ownerChat);
    });

    it('refuses a webhook body that is none', async () => {
      for (const body of ['', '{', 'null', '[]', '{"a":'.repeat(10_000)]) {
        const taken = bridge.takeWebhook?.(Buffer.from(body));
        if (taken) await expect(taken).rejects.toThrow(AraError);
      }
    });

    it('unlinks calmly, whether the platform is there or not', async () => {
      await start();
      await bridge.unlink();
      await platform.goDown();
      await bridge.unlink();
    });
  });
}
