import { afterEach, describe, expect, it } from 'vitest';
import type { PlatformMessageId } from '../../contracts/ids.js';
import { soon } from '../recording-host.js';
import { bridgeConformance } from '../conformance.js';
import { conformancePlatform, startRig, type Rig, type RigOptions } from './test-rig.js';

bridgeConformance('whatsapp, a number of its own', () => conformancePlatform('dedicated'));
bridgeConformance("whatsapp, the user's own number", () => conformancePlatform('own'));

describe('a linked account', () => {
  let rig: Rig;
  afterEach(async () => {
    await rig.close();
    expect(rig.whatsapp.problems).toEqual([]);
  });

  const start = async (options: RigOptions): Promise<PlatformMessageId> => {
    rig = await startRig(options);
    rig.bridge.start();
    await rig.host.reaches('connected');
    await rig.owner.phone.say(rig.account, 'hello');
    await soon(() => expect(rig.host.journal).toHaveLength(1));
    return rig.host.journal[0]?.platformId ?? expect.unreachable();
  };
  const modes = ['dedicated', 'own'] as const;

  it.each(modes)('shows an answer once, however often it is sent with one key (%s)', async (mode) => {
    await start({ mode });
    const part = { body: '*hi*', plain: 'hi' };
    const sent = await rig.bridge.send(rig.ownerChat, part, 'k1');
    expect(await rig.bridge.send(rig.ownerChat, part, 'k1')).toBe(sent);
    await rig.bridge.send(rig.ownerChat, part, 'k2');
    expect(rig.owner.phone.texts(rig.account)).toEqual(['*hi*', '*hi*']);
  });

  it.each(modes)('puts a sign on a message and takes it away (%s)', async (mode) => {
    const message = await start({ mode });
    const signs = () => [...rig.whatsapp.reactionsTo(message.split('/')[1]).values()];
    await rig.bridge.react(rig.ownerChat, message, '👀');
    expect(signs()).toEqual(['👀']);
    await rig.bridge.react(rig.ownerChat, message, null);
    expect(signs()).toEqual([]);
    await rig.bridge.react(rig.ownerChat, 'no id' as never, '👀');
  });

  it('shows that it types, where somebody sees it', async () => {
    await start({ mode: 'dedicated' });
    await rig.bridge.showTyping(rig.ownerChat);
    await soon(() => expect(rig.owner.phone.typing).toEqual([`${rig.account.pn}@s.whatsapp.net`]));
    await rig.close();
    await start({ mode: 'own' });
    await rig.bridge.showTyping(rig.ownerChat);
    await rig.bridge.send(rig.ownerChat, { body: 'x', plain: 'x' }, 'k');
    expect(rig.whatsapp.log.filter(({ tag }) => tag === 'chatstate')).toEqual([]);
  });

  it.each([
    ['dedicated', true, 1],
    ['dedicated', false, 0],
    ['own', true, 0],
  ] as const)(
    'shows what was read only where it was asked to (%s, %s)',
    async (mode, readReceipts, count) => {
      const message = await start({ mode, readReceipts });
      await rig.bridge.markRead(rig.ownerChat, message);
      await rig.bridge.send(rig.ownerChat, { body: 'x', plain: 'x' }, 'k');
      expect(rig.owner.phone.readBy).toHaveLength(count);
    },
  );

  it('shows from the next message on what was read, once that is switched on, and no more after', async () => {
    const message = await start({ mode: 'dedicated' });
    expect(rig.bridge.settings()).toEqual({ readReceipts: false });
    const read = async (): Promise<number> => {
      await rig.bridge.markRead(rig.ownerChat, message);
      await rig.bridge.send(rig.ownerChat, { body: 'x', plain: 'x' }, `k${Math.random()}`);
      return rig.owner.phone.readBy.length;
    };
    expect(rig.bridge.change({ readReceipts: true })).toEqual({ mode: 'dedicated', readReceipts: true });
    expect(await read()).toBe(1);
    rig.bridge.change({ readReceipts: false });
    expect(await read()).toBe(1);
  });

  it("has nothing to set on the user's own number", async () => {
    await start({ mode: 'own' });
    expect(rig.bridge.settings()).toBeNull();
  });

  it('answers an owner whose phone number is hidden', async () => {
    rig = await startRig();
    rig.bridge.start();
    await rig.host.reaches('connected');
    await rig.owner.phone.say(rig.account, 'hello', { addressing: 'lid' });
    await soon(() => expect(rig.host.journal).toHaveLength(1));
    await rig.bridge.send(rig.host.journal[0]?.chat ?? expect.unreachable(), { body: 'x', plain: 'x' }, 'k');
    expect(rig.owner.phone.texts(rig.account)).toEqual(['x']);
  });
});
