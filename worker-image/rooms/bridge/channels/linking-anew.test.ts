/** A channel that has been linked: linked anew at no cost of the old link, unlinked, fallen, and kept over a start. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { BridgeHost, Linked, LinkingHost } from '../../../../bridges/bridge.js';
import { AraError } from '../../../../contracts/errors.js';
import { chatId } from '../../../../contracts/ids.js';
import { done, LinkingRig, linkedAs, OWNER } from './linking-test-rig.js';

let rig: LinkingRig;
beforeEach(() => {
  rig = new LinkingRig();
});

describe('linking anew', () => {
  const withRecord =
    (credential: string, name: string) =>
    async ({ store }: LinkingHost): Promise<Linked> => {
      store.write([[name, Buffer.from(credential)]]);
      return done(credential);
    };
  const records = (): string[] =>
    rig.module.running.flatMap(({ host }) => host.store.list('').map(([name]) => name));

  it('leaves the old link at work until the new one succeeds', async () => {
    rig.module.next = withRecord('old', 'old-key');
    await rig.link();
    const { end } = rig.pairing();
    await rig.link();
    expect(rig.module.running.map(({ credential }) => credential)).toEqual(['old']);
    expect([rig.channels.owners('whatsapp').length, records()]).toEqual([1, ['old-key']]);
    end.resolve(done('new'));
    await rig.view(1);
    expect(rig.module.running.map(({ credential }) => credential)).toEqual(['new']);
    expect([records(), rig.storeFiles().length]).toEqual([[], 1]);
  });

  it('that fails changes nothing, and reports nothing', async () => {
    rig.module.next = withRecord('old', 'old-key');
    await rig.link();
    rig.reported.length = 0;
    const { end } = rig.pairing();
    await rig.link();
    end.reject(new AraError('pairing-expired'));
    await rig.view(1);
    expect([records(), rig.reported, rig.channels.isLinked('whatsapp')]).toEqual([['old-key'], [], true]);
  });

  it('keeps what was written while linking, over a start of the room', async () => {
    rig.module.next = withRecord('one', 'key');
    await rig.link();
    rig.module.running[0]?.host.store.write([['later', Buffer.from('x')]]);
    await rig.restart();
    expect([records(), rig.module.running.map(({ credential }) => credential)]).toEqual([
      ['key', 'later'],
      ['one'],
    ]);
  });

  it('that a crash cut short leaves the old records and no others', async () => {
    rig.module.next = withRecord('old', 'old-key');
    await rig.link();
    await rig.channels.stop();
    rig
      .stores()
      .fresh('whatsapp')
      .write([['x', null]]);
    expect(rig.storeFiles()).toHaveLength(2);
    await rig.restart();
    expect([records(), rig.storeFiles().length]).toEqual([['old-key'], 1]);
  });
});

describe('the link before', () => {
  let said: { host: BridgeHost; credential: unknown; end: () => void }[];
  beforeEach(async () => {
    said = [];
    rig.module.leaves = true;
    const make = rig.module.makeBridge.bind(rig.module);
    vi.spyOn(rig.module, 'makeBridge').mockImplementation((host, credential) => {
      const bridge = make(host, credential);
      bridge.unlink = () =>
        new Promise((resolve) => said.push({ host, credential, end: () => resolve({ reached: true }) }));
      return bridge;
    });
    rig.module.next = async ({ store }) => {
      store.write([['key', Buffer.from('x')]]);
      return done('old');
    };
    await rig.link();
    rig.module.next = linkedAs('new');
    await rig.link();
    await vi.waitFor(() => expect(said).toHaveLength(1));
  });

  it('takes leave at its platform, with its own records, while the new one works already', async () => {
    const [{ host, credential, end } = expect.unreachable()] = said;
    expect([credential, host.store.list('').length]).toEqual(['old', 1]);
    expect(rig.module.running.map((each) => each.credential)).toEqual(['new']);
    expect(rig.storeFiles()).toHaveLength(1);
    end();
    await vi.waitFor(() => expect(host.store.list('')).toEqual([]));
    expect(rig.module.running.map((each) => each.credential)).toEqual(['new']);
  });

  it('lets nobody in meanwhile, takes nothing, and changes no state', () => {
    const [{ host } = expect.unreachable()] = said;
    const before = rig.reported.length;
    host.report('needs-relink');
    expect([rig.reported.length, host.owners(), host.admit(OWNER.id, 'hi', OWNER.chat)]).toEqual([
      before,
      [],
      { admitted: false, reply: null },
    ]);
    expect(() => host.accept([], '7')).toThrow();
  });

  it('is not waited for when the room stops', async () => {
    await rig.channels.stop();
    expect(said[0]?.host.store.list('')).toEqual([]);
  });

  it('that leaves nothing behind is just forgotten', async () => {
    rig.module.leaves = false;
    await rig.link();
    expect(said).toHaveLength(1);
  });
});

describe('unlinking', () => {
  it('takes the records with it, and ends a pairing', async () => {
    rig.module.next = linkedAs('one');
    await rig.link();
    rig.module.running[0]?.host.store.write([['a', Buffer.from('x')]]);
    const { host } = rig.pairing();
    await rig.link();
    await rig.channels.unlink('whatsapp');
    expect(host().stop.aborted).toBe(true);
    expect([
      rig.storeFiles(),
      rig.channels.isLinked('whatsapp'),
      existsSync(join(rig.folder, 'stores')),
    ]).toEqual([[], false, true]);
    expect(rig.reported.at(-1)).toBe('whatsapp unlinked');
    expect(rig.channels.notLinked()).toEqual(['whatsapp']);
  });
});

describe('a channel without webhooks', () => {
  it('needs its connection also where others need none, and its messages go through the queue', async () => {
    rig.publicUrl = 'https://ara.example.org';
    rig.module.next = linkedAs('one');
    await rig.link();
    expect(rig.channels.needsLiveConnection).toBe(true);
    rig.module.running[0]?.host.accept(
      [
        {
          channel: 'whatsapp',
          chat: OWNER.chat,
          platformId: 'm1' as never,
          position: 1,
          sentAt: 1,
          text: 'hi',
        },
      ],
      null,
    );
    expect(rig.journal.counts()).toEqual({ received: 1 });
  });
});

it('nothing of a store can be read from the disk', async () => {
  rig.module.next = async ({ store }) => {
    store.write([['CANARY', Buffer.from('CANARY')]]);
    return done('one');
  };
  await rig.link();
  for (const name of readdirSync(join(rig.folder, 'stores')))
    expect(readFileSync(join(rig.folder, 'stores', name), 'latin1')).not.toContain('CANARY');
});

describe('a channel that falls', () => {
  const said = (): string[] => rig.other.running.flatMap(({ bridge }) => bridge.seen);
  beforeEach(async () => {
    rig.module.next = linkedAs('one');
    await rig.link();
    rig.other.next = linkedAs('two', { owner: { id: '@ada:x', chat: chatId.parse('!home') } });
    await rig.channels.link('matrix', {});
  });

  it('is told of once on the rig.other one, and not on itself', async () => {
    rig.module.running[0]?.host.report('needs-relink');
    rig.module.running[0]?.host.report('needs-relink');
    await vi.waitFor(() => expect(said()).toEqual([expect.stringMatching(/WhatsApp no longer lets me in/)]));
    expect(rig.module.running[0]?.bridge.seen).toEqual([]);
    expect(rig.other.running[0]?.bridge.keys[0]).toMatch(/^[A-Za-z0-9-]+$/);
  });

  it('while nobody else can be reached is told of when somebody can, after a start too', async () => {
    rig.other.running[0]?.host.report('unreachable');
    rig.module.running[0]?.host.report('needs-relink');
    await rig.channels.stop();
    expect(said()).toEqual([]);
    await rig.restart();
    rig.module.running[0]?.host.report('needs-relink');
    await vi.waitFor(() => expect(said()).toHaveLength(1));
  });

  it('and was unlinked is no trouble any more', async () => {
    rig.other.running[0]?.host.report('unreachable');
    rig.module.running[0]?.host.report('needs-relink');
    await rig.channels.unlink('whatsapp');
    rig.other.running[0]?.host.report('connected');
    await rig.channels.attempts.stop();
    expect(said()).toEqual([]);
  });
});
