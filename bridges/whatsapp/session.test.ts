import { afterEach, describe, expect, it } from 'vitest';
import { pnOf } from '../../test/kit/whatsapp/world.js';
import { refusalOf } from '../conformance.js';
import { RecordingHost, soon } from '../recording-host.js';
import { afterEnding, Backoff, whatsappTiming } from './endings.js';
import { startRig, type Rig, type RigOptions } from './test-rig.js';

const part = { body: 'hi', plain: 'hi' };

describe('the end of a connection', () => {
  let rig: Rig;
  afterEach(async () => {
    await rig.close();
    expect(rig.whatsapp.problems).toEqual([]);
  });

  const start = async (options: RigOptions = {}): Promise<void> => {
    rig = await startRig(options);
    rig.bridge.start();
    await rig.host.reaches('connected');
  };

  it('503: comes back by itself', async () => {
    await start();
    rig.whatsapp.end(rig.account, 'unavailable');
    await soon(() =>
      expect(rig.host.states).toEqual(['connecting', 'connected', 'unreachable', 'connected']),
    );
  });

  it('a cut line: comes back by itself', async () => {
    await start();
    rig.whatsapp.cut();
    await soon(() =>
      expect(rig.host.states).toEqual(['connecting', 'connected', 'unreachable', 'connected']),
    );
  });

  it('515: comes back at once, and nobody hears of it', async () => {
    await start();
    rig.whatsapp.end(rig.account, 'restart');
    await soon(() => expect(rig.whatsapp.connections).toBe(2));
    await rig.owner.phone.say(rig.account, 'hello');
    await soon(() => expect(rig.host.texts()).toEqual(['hello']));
    expect(rig.host.states).toEqual(['connecting', 'connected']);
  });

  it('what cannot be read: comes back by itself', async () => {
    await start();
    for (const garbage of ['not encrypted', 'not a stanza'] as const) {
      const states = rig.host.states.length;
      rig.whatsapp.garble(rig.account, garbage);
      await soon(() => expect(rig.host.states.slice(states)).toEqual(['unreachable', 'connected']));
    }
  });

  it('stops at once, whatever it is about', async () => {
    rig = await startRig();
    for (let time = 0; time < 5; time++) {
      rig.bridge.start();
      if (time > 1) await new Promise((resolve) => setTimeout(resolve, time * 10));
      const since = performance.now();
      await rig.bridge.stop();
      expect(performance.now() - since).toBeLessThan(100);
    }
    await rig.whatsapp.stop();
    rig.bridge.start();
    await rig.host.reaches('unreachable');
    const since = performance.now();
    await rig.bridge.stop();
    expect(performance.now() - since).toBeLessThan(100);
  });

  it('440: another has the connection, and keeps it', async () => {
    await start();
    rig.whatsapp.end(rig.account, 'replaced');
    await rig.host.reaches('conflict');
    expect(await refusalOf(rig.bridge.send(rig.ownerChat, part, 'k'))).toBe('unreachable');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(rig.whatsapp.connections).toBe(1);
    await rig.bridge.stop();
    rig.bridge.start();
    await rig.host.reaches('connected');
  });

  it('two with the same keys do not fight', async () => {
    await start();
    const other = new RecordingHost(rig.agent, rig.ownerChat);
    other.store.write(rig.host.store.records);
    const second = rig.open(other);
    second.start();
    await other.reaches('connected');
    await rig.host.reaches('conflict');
    expect(other.states).toEqual(['connecting', 'connected']);
    await second.stop();
  });

  it('401: has to be linked again, and is not tried', async () => {
    await start();
    rig.account.phone.unlinkDevices();
    await rig.host.reaches('needs-relink');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(rig.whatsapp.connections).toBe(1);
  });

  it('a login that is refused: has to be linked again', async () => {
    rig = await startRig();
    rig.whatsapp.loginFailures = ['403'];
    rig.bridge.start();
    await rig.host.reaches('needs-relink');
    expect(await refusalOf(rig.bridge.send(rig.ownerChat, part, 'k'))).toBe('bad-credential');
  });

  it('401 right behind a 515 passes', async () => {
    await start();
    rig.whatsapp.loginFailures = ['401', '401', '503'];
    rig.whatsapp.end(rig.account, 'restart');
    await soon(() => expect(rig.whatsapp.connections).toBeGreaterThanOrEqual(4));
    rig.whatsapp.loginFailures = [];
    await rig.host.reaches('connected');
    expect(rig.host.states).not.toContain('needs-relink');
  });

  it('says of a message on its way that it may have arrived', async () => {
    await start();
    rig.whatsapp.mute = true;
    const sending = refusalOf(rig.bridge.send(rig.ownerChat, part, 'k'));
    await soon(() => expect(rig.owner.phone.texts()).toEqual(['hi']));
    rig.whatsapp.cut();
    expect(await sending).toBe('uncertain');
    rig.whatsapp.mute = false;
    await rig.host.reaches('connected');
    await rig.bridge.send(rig.ownerChat, part, 'k');
    expect(rig.owner.phone.texts()).toEqual(['hi']);
    expect(rig.whatsapp.log.filter(({ tag }) => tag === 'message')).toHaveLength(2);
  });

  it.each([
    ['479', 'refused'],
    ['429', 'rate-limited'],
    ['500', 'uncertain'],
  ])('a message that is refused with %s is %s', async (code, refusal) => {
    await start();
    rig.whatsapp.refusals.push(code);
    expect(await refusalOf(rig.bridge.send(rig.ownerChat, part, 'k'))).toBe(refusal);
  });

  it('says that nothing was sent when the volume fails, and goes on when it works again', async () => {
    rig = await startRig();
    const { get } = rig.host.store;
    rig.host.store.get = () => {
      throw new Error('the disk is gone');
    };
    rig.bridge.start();
    await rig.host.reaches('unreachable');
    expect(await refusalOf(rig.bridge.send(rig.ownerChat, part, 'k'))).toBe('unreachable');
    rig.host.store.get = get;
    await rig.host.reaches('connected');
    const { write } = rig.host.store;
    rig.host.store.write = () => {
      throw new Error('the disk is full');
    };
    expect(await refusalOf(rig.bridge.send(rig.ownerChat, part, 'k'))).toBe('unreachable');
    rig.host.store.write = write;
    await rig.host.reaches('connected');
    await rig.bridge.send(rig.ownerChat, part, 'k');
    expect(rig.owner.phone.texts()).toEqual(['hi']);
  });

  it('unlinks at WhatsApp, also when it was not connected', async () => {
    rig = await startRig();
    await rig.bridge.unlink();
    await soon(() => expect(rig.account.companions.size).toBe(0));
    expect(rig.host.states).toEqual([]);
  });

  it('unlinks without an alarm', async () => {
    await start();
    await rig.bridge.unlink();
    await soon(() => expect(rig.account.companions.size).toBe(0));
    expect(rig.host.states).toEqual(['connecting', 'connected']);
  });

  it('unlinks a link that another program has taken, by taking it back for a moment', async () => {
    await start();
    rig.whatsapp.end(rig.account, 'replaced');
    await rig.host.reaches('conflict');
    expect(await rig.bridge.unlink()).toEqual({ reached: true });
    expect(rig.account.companions.size).toBe(0);
  });

  it('tells the owner only by their own chat who they are', async () => {
    await start();
    expect(await refusalOf(rig.bridge.send(pnOf(rig.stranger) as never, part, 'k'))).toBe('refused');
  });
});

describe('what an ending means', () => {
  const after = (code: number, sinceRestart = Infinity): unknown =>
    afterEnding(code, sinceRestart, whatsappTiming);

  it.each([408, 428, 500, 503])('%i: later', (code) =>
    expect(after(code)).toEqual({ kind: 'back-off', state: 'unreachable' }),
  );
  it.each([401, 403, 411])('%i: link again', (code) =>
    expect(after(code)).toEqual({ kind: 'stay-away', state: 'needs-relink' }),
  );
  it('515: at once, but not again and again', () => {
    expect(after(515)).toEqual({ kind: 'at-once' });
    expect(after(515, 999)).toEqual({ kind: 'back-off', state: 'connecting' });
  });
  it('401 within 30 s of a restart is no refusal; after that it is', () => {
    expect(after(401, 29_999)).toMatchObject({ kind: 'back-off' });
    expect(after(401, 30_000)).toMatchObject({ kind: 'stay-away' });
    expect(after(403, 1)).toMatchObject({ kind: 'stay-away' });
  });

  it('waits twice as long each time, up to a minute, give or take a quarter', () => {
    const backoff = new Backoff(whatsappTiming);
    const waits = Array.from({ length: 9 }, () => backoff.next());
    const expected = [1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1_000);
    for (const [index, wait] of waits.entries()) {
      expect(Math.abs(wait / (expected[index] ?? 0) - 1)).toBeLessThanOrEqual(0.25);
    }
    backoff.reset();
    expect(backoff.next()).toBeLessThanOrEqual(1_250);
  });
});
