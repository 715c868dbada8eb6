/** Linking at once or in the background: sealed for who asked, bounded, and called off for good. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Linked } from '../../../../bridges/bridge.js';
import { AraError } from '../../../../contracts/errors.js';
import { linkAnswer, pairingStep } from '../../../../contracts/worker-door.js';
import { done, LinkingRig, linkedAs, opened, OWNER, QR, sealTo } from './linking-test-rig.js';

let rig: LinkingRig;
beforeEach(() => {
  rig = new LinkingRig();
});

describe('linking that is done at once', () => {
  it('with a known owner needs no code', async () => {
    rig.module.next = linkedAs('one');
    expect(await rig.link({ sealTo, number: 'own' })).toEqual({ linked: true, address: '+49 170' });
    expect(rig.module.given).toEqual([{ number: 'own' }]);
    expect(rig.channels.owners('whatsapp')).toMatchObject([{ id: OWNER.id }]);
    expect(rig.module.running[0]?.host.owners()).toEqual([OWNER.id]);
    expect(rig.channels.knowsChat('whatsapp', OWNER.chat)).toBe(true);
    expect(rig.reported).toEqual(['whatsapp connected']);
    expect(rig.module.running[0]?.host.admit(OWNER.id, 'hello').admitted).toBe(true);
  });

  it('without one gives a code', async () => {
    rig.module.next = linkedAs('one', { owner: null });
    expect(await rig.link()).toMatchObject({ code: expect.any(String) as unknown, address: '+49 170' });
    expect(rig.reported).toEqual(['whatsapp waiting-for-owner']);
    expect(rig.module.running[0]?.host.owners()).toEqual([]);
  });

  it('that fails says so, and leaves no file', async () => {
    rig.module.next = async ({ store }) => {
      store.write([['a', Buffer.from('x')]]);
      throw new AraError('bad-credential');
    };
    await expect(rig.link()).rejects.toMatchObject({ code: 'bad-credential' });
    expect([rig.channels.isLinked('whatsapp'), rig.storeFiles(), rig.reported]).toEqual([false, [], []]);
    expect(rig.channels.notLinked()).toEqual(['whatsapp']);
  });

  it('keeps its records over a start, less the words when memory is cleared', async () => {
    rig.module.next = async (host) => {
      host.store.write([
        ['sent/1', Buffer.from('words')],
        ['session', Buffer.from('key')],
      ]);
      return linkedAs('one')();
    };
    await rig.link();
    const kept = (): string[] =>
      rig.module.running[0]?.host.store.list('').map(([name]) => name) ?? expect.unreachable();
    await rig.restart();
    expect(kept()).toEqual(['sent/1', 'session']);
    rig.clearing = true;
    await rig.restart();
    expect(kept()).toEqual(['session']);
  });

  it('names the host that is missing, and only a name', async () => {
    rig.module.next = async () => {
      for (const host of ['Not a host', 'matrix.example.org:8448', 'other.example.org']) rig.refuse(host);
      throw new AraError('platform-unreachable');
    };
    expect(await rig.link()).toEqual({ needsHost: 'matrix.example.org:8448' });
    expect(rig.channels.isLinked('whatsapp')).toBe(false);
  });

  it.each([null, 'text', { sealTo: 'short' }, { sealTo: 7 }])('does not take %j', async (raw) => {
    await expect(rig.channels.link('whatsapp', raw)).rejects.toMatchObject({ name: 'ZodError' });
    expect(rig.module.given).toEqual([]);
  });
});

describe('a pairing', () => {
  it('goes on in the background, each step sealed for who asked', async () => {
    const { host, end } = rig.pairing();
    expect(await rig.link()).toEqual({ pairing: true });
    const first = await rig.view();
    expect(first).toMatchObject({ number: 1, state: 'waiting', error: null });
    expect(JSON.stringify(first)).not.toContain('SECRET');
    expect(pairingStep.parse(opened(first.sealed))).toEqual(QR);
    const next = rig.view(1);
    host().show({ ...QR, kind: 'code', text: 'ABCD-EFGH' });
    expect(opened((await next).sealed)).toMatchObject({ kind: 'code', text: 'ABCD-EFGH' });
    expect(rig.channels.needsLiveConnection).toBe(true);
    end.resolve(done('one'));
    const last = await rig.view(2);
    expect(last.state).toBe('linked');
    expect(linkAnswer.parse(opened(last.sealed))).toEqual({ linked: true, address: '+49 170' });
    expect(rig.reported).toEqual(['whatsapp connected']);
  });

  it('nobody has given a key for shows nothing and ends', async () => {
    rig.pairing();
    await rig.link({}).catch(() => undefined);
    await expect.poll(() => rig.channels.attempts.isRunning('whatsapp'), { interval: 2 }).toBe(false);
    expect(await rig.view()).toMatchObject({ state: 'failed', sealed: null, error: 'bad-request' });
  });

  it('that fails later tells the gateway that nothing is linked', async () => {
    const { end } = rig.pairing();
    await rig.link();
    end.reject(new AraError('pairing-expired'));
    expect(await rig.view(1)).toMatchObject({ state: 'failed', sealed: null, error: 'pairing-expired' });
    await vi.waitFor(() => expect(rig.reported).toEqual(['whatsapp unlinked']));
    expect(rig.storeFiles()).toEqual([]);
  });

  it('ends when it is called off, and links nothing after that', async () => {
    const { host, end } = rig.pairing();
    await rig.link();
    await rig.channels.attempts.cancel('whatsapp');
    expect(host().stop.aborted).toBe(true);
    end.resolve(done('late'));
    await end.promise;
    expect([rig.channels.isLinked('whatsapp'), rig.module.running]).toEqual([false, []]);
    await expect(async () => rig.view()).rejects.toMatchObject({ code: 'not-found' });
  });

  it('ends when another begins', async () => {
    const first = rig.pairing();
    await rig.link();
    const second = rig.pairing();
    await rig.link();
    expect(first.host().stop.aborted).toBe(true);
    first.end.resolve(done('first'));
    second.end.resolve(done('second'));
    expect(await rig.view(1)).toMatchObject({ state: 'linked' });
    expect(rig.module.running.map(({ credential }) => credential)).toEqual(['second']);
  });

  it('that the platform never ends is given up after ten minutes', async () => {
    vi.useFakeTimers();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation((after) => {
      const stop = new AbortController();
      setTimeout(() => stop.abort(), after);
      return stop.signal;
    });
    try {
      rig.pairing();
      await rig.link();
      await vi.advanceTimersByTimeAsync(600_000);
      expect(await rig.view(1)).toMatchObject({ state: 'failed', error: 'pairing-expired' });
    } finally {
      timeout.mockRestore();
      vi.useRealTimers();
    }
  });

  it('is not waited for longer than a call may last, also without a step', async () => {
    vi.useFakeTimers();
    try {
      const end = Promise.withResolvers<Linked>();
      rig.module.next = () => end.promise;
      const answer = rig.link();
      await vi.advanceTimersByTimeAsync(20_000);
      expect(await answer).toEqual({ pairing: true });
      end.resolve(done('one'));
      expect(await rig.view(0)).toMatchObject({ number: 1, state: 'linked' });
    } finally {
      vi.useRealTimers();
    }
  });
});
