/** Linking beside its bridges: at once or in the background, sealed for who asked, and never at the old link's cost. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Bridge, BridgeHost, BridgeModule, Linked, LinkingHost } from '../../../bridges/bridge.js';
import { AraError } from '../../../contracts/errors.js';
import { chatId } from '../../../contracts/ids.js';
import { newKeyPair, openAnonymous } from '../../../contracts/seal.js';
import {
  linkAnswer,
  pairingStep,
  type LinkAnswer,
  type PairingView,
} from '../../../contracts/worker-door.js';
import { BridgeStores } from './bridge-store.js';
import { Channels } from './channels.js';
import { Credentials } from './credentials.js';
import type { Journal } from './journal.js';
import { account, ScriptedBridge, temporaryFolder, temporaryJournal } from './test-rig.js';

const OWNER = { id: '49170@s', chat: chatId.parse('49170@s') };
const keys = newKeyPair();
const sealTo = Buffer.from(keys.publicKey).toString('base64');
const QR = { kind: 'qr' as const, text: 'SECRET-QR', expiresAt: 7 };

/** A platform whose linking goes as each test says. */
class ScriptedModule implements BridgeModule {
  readonly given: unknown[] = [];
  readonly bridges: { host: BridgeHost; credential: unknown; bridge: ScriptedBridge; runs: boolean }[] = [];
  next: (host: LinkingHost) => Promise<Linked> = () => expect.unreachable();

  link(raw: unknown, host: LinkingHost): Promise<Linked> {
    this.given.push(raw);
    return this.next(host);
  }

  makeBridge(host: BridgeHost, credential: unknown): Bridge {
    const bridge = new ScriptedBridge();
    const entry = { host, credential, bridge, runs: false };
    bridge.start = () => {
      entry.runs = true;
      host.report('connected');
    };
    bridge.stop = async () => void (entry.runs = false);
    this.bridges.push(entry);
    return bridge;
  }

  get running() {
    return this.bridges.filter(({ runs }) => runs);
  }
}

let folder: string;
let journal: Journal;
let module: ScriptedModule;
let other: ScriptedModule;
let channels: Channels;
let reported: string[];
let publicUrl: string | null;
let refuse: (host: string) => void;

function start(): Channels {
  const agent = new Agent();
  return new Channels({
    journal,
    credentials: new Credentials(join(folder, 'credentials'), Buffer.alloc(32, 1)),
    stores: new BridgeStores(join(folder, 'stores'), Buffer.alloc(32, 1)),
    agent: () => agent,
    agentForLinking: (onRefused) => {
      refuse = onRefused;
      return new Agent();
    },
    account,
    publicUrl: () => publicUrl,
    events: {
      onAccepted: () => undefined,
      report: (channel, state) => void reported.push(`${channel} ${state}`),
    },
    modules: { whatsapp: async () => module, matrix: async () => other },
  });
}

beforeEach(() => {
  folder = temporaryFolder();
  journal = temporaryJournal();
  [module, other] = [new ScriptedModule(), new ScriptedModule()];
  [reported, publicUrl] = [[], null];
  channels = start();
  onTestFinished(() => channels.stop());
});

const linkedAs =
  (credential: string, more: Partial<Linked> = {}) =>
  (): Promise<Linked> =>
    Promise.resolve({ credential, address: '+49 170', owner: OWNER, ...more });
const link = (raw: object = { sealTo }): Promise<LinkAnswer> => channels.link('whatsapp', raw);
const view = (after = -1): Promise<PairingView> =>
  channels.attempts.next('whatsapp', after, 2_000, new AbortController().signal);
const opened = (sealed: string | null): unknown =>
  JSON.parse(openAnonymous(keys, sealed ?? '').toString('utf8')) as unknown;
const storeFiles = (): string[] =>
  readdirSync(join(folder, 'stores')).filter((name) => name.endsWith('.sqlite'));

/** A pairing that waits until the test lets it end. */
function pairing(): { host: () => LinkingHost; end: PromiseWithResolvers<Linked> } {
  const end = Promise.withResolvers<Linked>();
  let seen: LinkingHost | null = null;
  module.next = (host) => {
    seen = host;
    host.show(QR);
    return end.promise;
  };
  return { host: () => seen ?? expect.unreachable(), end };
}
const done = (credential: string): Linked => ({ credential, address: '+49 170', owner: OWNER });

describe('linking that is done at once', () => {
  it('with a known owner needs no code', async () => {
    module.next = linkedAs('one');
    expect(await link({ sealTo, number: 'own' })).toEqual({ linked: true, address: '+49 170' });
    expect(module.given).toEqual([{ number: 'own' }]);
    expect(channels.owners('whatsapp')).toMatchObject([{ id: OWNER.id }]);
    expect(module.running[0]?.host.owners()).toEqual([OWNER.id]);
    expect(channels.knowsChat('whatsapp', OWNER.chat)).toBe(true);
    expect(reported).toEqual(['whatsapp connected']);
    expect(module.running[0]?.host.admit(OWNER.id, 'hello').admitted).toBe(true);
  });

  it('without one gives a code', async () => {
    module.next = linkedAs('one', { owner: null });
    expect(await link()).toMatchObject({ code: expect.any(String) as unknown, address: '+49 170' });
    expect(reported).toEqual(['whatsapp waiting-for-owner']);
    expect(module.running[0]?.host.owners()).toEqual([]);
  });

  it('that fails says so, and leaves no file', async () => {
    module.next = async ({ store }) => {
      store.write([['a', Buffer.from('x')]]);
      throw new AraError('bad-credential');
    };
    await expect(link()).rejects.toMatchObject({ code: 'bad-credential' });
    expect([channels.isLinked('whatsapp'), storeFiles(), reported]).toEqual([false, [], []]);
    expect(channels.notLinked()).toEqual(['whatsapp']);
  });

  it('names the host that is missing, and only a name', async () => {
    module.next = async () => {
      for (const host of ['Not a host', 'matrix.example.org:8448', 'other.example.org']) refuse(host);
      throw new AraError('platform-unreachable');
    };
    expect(await link()).toEqual({ needsHost: 'matrix.example.org:8448' });
    expect(channels.isLinked('whatsapp')).toBe(false);
  });

  it.each([null, 'text', { sealTo: 'short' }, { sealTo: 7 }])('does not take %j', async (raw) => {
    await expect(channels.link('whatsapp', raw)).rejects.toMatchObject({ name: 'ZodError' });
    expect(module.given).toEqual([]);
  });

  it('of a channel whose bridge is not there is refused', async () => {
    await expect(channels.link('telegram', {})).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a pairing', () => {
  it('goes on in the background, each step sealed for who asked', async () => {
    const { host, end } = pairing();
    expect(await link()).toEqual({ pairing: true });
    const first = await view();
    expect(first).toMatchObject({ number: 1, state: 'waiting', error: null });
    expect(JSON.stringify(first)).not.toContain('SECRET');
    expect(pairingStep.parse(opened(first.sealed))).toEqual(QR);
    const next = view(1);
    host().show({ ...QR, kind: 'code', text: 'ABCD-EFGH' });
    expect(opened((await next).sealed)).toMatchObject({ kind: 'code', text: 'ABCD-EFGH' });
    expect(channels.needsLiveConnection).toBe(true);
    end.resolve(done('one'));
    const last = await view(2);
    expect(last.state).toBe('linked');
    expect(linkAnswer.parse(opened(last.sealed))).toEqual({ linked: true, address: '+49 170' });
    expect(reported).toEqual(['whatsapp connected']);
  });

  it('nobody has given a key for shows nothing and ends', async () => {
    pairing();
    await link({}).catch(() => undefined);
    await expect.poll(() => channels.attempts.isRunning('whatsapp'), { interval: 2 }).toBe(false);
    expect(await view()).toMatchObject({ state: 'failed', sealed: null, error: 'bad-request' });
  });

  it('that fails later tells the gateway that nothing is linked', async () => {
    const { end } = pairing();
    await link();
    end.reject(new AraError('pairing-expired'));
    expect(await view(1)).toMatchObject({ state: 'failed', sealed: null, error: 'pairing-expired' });
    await vi.waitFor(() => expect(reported).toEqual(['whatsapp unlinked']));
    expect(storeFiles()).toEqual([]);
  });

  it('ends when it is called off, and links nothing after that', async () => {
    const { host, end } = pairing();
    await link();
    await channels.attempts.cancel('whatsapp');
    expect(host().stop.aborted).toBe(true);
    end.resolve(done('late'));
    await end.promise;
    expect([channels.isLinked('whatsapp'), module.running]).toEqual([false, []]);
    await expect(async () => view()).rejects.toMatchObject({ code: 'not-found' });
  });

  it('ends when another begins', async () => {
    const first = pairing();
    await link();
    const second = pairing();
    await link();
    expect(first.host().stop.aborted).toBe(true);
    first.end.resolve(done('first'));
    second.end.resolve(done('second'));
    expect(await view(1)).toMatchObject({ state: 'linked' });
    expect(module.running.map(({ credential }) => credential)).toEqual(['second']);
  });

  it('that the platform never ends is given up after ten minutes', async () => {
    vi.useFakeTimers();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation((after) => {
      const stop = new AbortController();
      setTimeout(() => stop.abort(), after);
      return stop.signal;
    });
    try {
      pairing();
      await link();
      await vi.advanceTimersByTimeAsync(600_000);
      expect(await view(1)).toMatchObject({ state: 'failed', error: 'pairing-expired' });
    } finally {
      timeout.mockRestore();
      vi.useRealTimers();
    }
  });

  it('is not waited for longer than a call may last, also without a step', async () => {
    vi.useFakeTimers();
    try {
      const end = Promise.withResolvers<Linked>();
      module.next = () => end.promise;
      const answer = link();
      await vi.advanceTimersByTimeAsync(20_000);
      expect(await answer).toEqual({ pairing: true });
      end.resolve(done('one'));
      expect(await view(0)).toMatchObject({ number: 1, state: 'linked' });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('linking anew', () => {
  const withRecord =
    (credential: string, name: string) =>
    async ({ store }: LinkingHost): Promise<Linked> => {
      store.write([[name, Buffer.from(credential)]]);
      return done(credential);
    };
  const records = (): string[] =>
    module.running.flatMap(({ host }) => host.store.list('').map(([name]) => name));

  it('leaves the old link at work until the new one succeeds', async () => {
    module.next = withRecord('old', 'old-key');
    await link();
    const { end } = pairing();
    await link();
    expect(module.running.map(({ credential }) => credential)).toEqual(['old']);
    expect([channels.owners('whatsapp').length, records()]).toEqual([1, ['old-key']]);
    end.resolve(done('new'));
    await view(1);
    expect(module.running.map(({ credential }) => credential)).toEqual(['new']);
    expect([records(), storeFiles().length]).toEqual([[], 1]);
  });

  it('that fails changes nothing, and reports nothing', async () => {
    module.next = withRecord('old', 'old-key');
    await link();
    reported.length = 0;
    const { end } = pairing();
    await link();
    end.reject(new AraError('pairing-expired'));
    await view(1);
    expect([records(), reported, channels.isLinked('whatsapp')]).toEqual([['old-key'], [], true]);
  });

  it('keeps what was written while linking, over a start of the room', async () => {
    module.next = withRecord('one', 'key');
    await link();
    module.running[0]?.host.store.write([['later', Buffer.from('x')]]);
    await channels.stop();
    channels = start();
    await channels.start();
    expect([records(), module.running.map(({ credential }) => credential)]).toEqual([
      ['key', 'later'],
      ['one'],
    ]);
  });

  it('that a crash cut short leaves the old records and no others', async () => {
    module.next = withRecord('old', 'old-key');
    await link();
    await channels.stop();
    new BridgeStores(join(folder, 'stores'), Buffer.alloc(32, 1)).fresh('whatsapp').write([['x', null]]);
    expect(storeFiles()).toHaveLength(2);
    channels = start();
    await channels.start();
    expect([records(), storeFiles().length]).toEqual([['old-key'], 1]);
  });
});

describe('unlinking', () => {
  it('takes the records with it, and ends a pairing', async () => {
    module.next = linkedAs('one');
    await link();
    module.running[0]?.host.store.write([['a', Buffer.from('x')]]);
    const { host } = pairing();
    await link();
    await channels.unlink('whatsapp');
    expect(host().stop.aborted).toBe(true);
    expect([storeFiles(), channels.isLinked('whatsapp'), existsSync(join(folder, 'stores'))]).toEqual([
      [],
      false,
      true,
    ]);
    expect(reported.at(-1)).toBe('whatsapp unlinked');
    expect(channels.notLinked()).toEqual(['whatsapp']);
  });
});

describe('a channel without webhooks', () => {
  it('needs its connection also where others need none, and its messages go through the queue', async () => {
    publicUrl = 'https://ara.example.org';
    module.next = linkedAs('one');
    await link();
    expect(channels.needsLiveConnection).toBe(true);
    module.running[0]?.host.accept(
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
    expect(journal.counts()).toEqual({ received: 1 });
  });
});

it('nothing of a store can be read from the disk', async () => {
  module.next = async ({ store }) => {
    store.write([['CANARY', Buffer.from('CANARY')]]);
    return done('one');
  };
  await link();
  for (const name of readdirSync(join(folder, 'stores')))
    expect(readFileSync(join(folder, 'stores', name), 'latin1')).not.toContain('CANARY');
});

describe('a channel that falls', () => {
  const said = (): string[] => other.running.flatMap(({ bridge }) => bridge.seen);
  beforeEach(async () => {
    module.next = linkedAs('one');
    await link();
    other.next = linkedAs('two', { owner: { id: '@ada:x', chat: chatId.parse('!home') } });
    await channels.link('matrix', {});
  });

  it('is told of once on the other one, and not on itself', async () => {
    module.running[0]?.host.report('needs-relink');
    module.running[0]?.host.report('needs-relink');
    await vi.waitFor(() => expect(said()).toEqual([expect.stringMatching(/WhatsApp no longer lets me in/)]));
    expect(module.running[0]?.bridge.seen).toEqual([]);
    expect(other.running[0]?.bridge.keys[0]).toMatch(/^[A-Za-z0-9-]+$/);
  });

  it('while nobody else can be reached is told of when somebody can, after a start too', async () => {
    other.running[0]?.host.report('unreachable');
    module.running[0]?.host.report('needs-relink');
    await channels.stop();
    expect(said()).toEqual([]);
    channels = start();
    module.bridges.length = 0;
    await channels.start();
    module.running[0]?.host.report('needs-relink');
    await vi.waitFor(() => expect(said()).toHaveLength(1));
  });

  it('and was unlinked is no trouble any more', async () => {
    other.running[0]?.host.report('unreachable');
    module.running[0]?.host.report('needs-relink');
    await channels.unlink('whatsapp');
    other.running[0]?.host.report('connected');
    await channels.attempts.stop();
    expect(said()).toEqual([]);
  });
});
