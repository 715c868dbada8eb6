/** Channels whose platforms link as each test says, for the tests of linking. */
import { readdirSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Bridge, BridgeHost, BridgeModule, Linked, LinkingHost } from '../../../../bridges/bridge.js';
import { chatId } from '../../../../contracts/ids.js';
import { newKeyPair, openAnonymous } from '../../../../contracts/seal.js';
import type { LinkAnswer, PairingView } from '../../../../contracts/worker-door.js';
import { BridgeStores } from './bridge-store.js';
import { Channels } from './channels.js';
import { Credentials } from './credentials.js';
import { account, ScriptedBridge, temporaryFolder, temporaryJournal } from '../test-rig.js';

export const OWNER = { id: '49170@s', chat: chatId.parse('49170@s') };
export const QR = { kind: 'qr' as const, text: 'SECRET-QR', expiresAt: 7 };
const KEY = Buffer.alloc(32, 1);
const keys = newKeyPair();
export const sealTo = Buffer.from(keys.publicKey).toString('base64');

export const opened = (sealed: string | null): unknown =>
  JSON.parse(openAnonymous(keys, sealed ?? '').toString('utf8')) as unknown;

export const done = (credential: string): Linked => ({ credential, address: '+49 170', owner: OWNER });

export const linkedAs =
  (credential: string, more: Partial<Linked> = {}) =>
  (): Promise<Linked> =>
    Promise.resolve({ ...done(credential), ...more });

/** A platform whose linking goes as each test says. */
class ScriptedModule implements BridgeModule {
  readonly words = ['sent/'];
  readonly given: unknown[] = [];
  readonly bridges: { host: BridgeHost; credential: unknown; bridge: ScriptedBridge; runs: boolean }[] = [];
  /** Whether a new link takes leave of the one before. */
  leaves = false;
  next: (host: LinkingHost) => Promise<Linked> = () => expect.unreachable();

  leavesBehind(): boolean {
    return this.leaves;
  }

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
    bridge.stop = () => {
      entry.runs = false;
      return Promise.resolve();
    };
    this.bridges.push(entry);
    return bridge;
  }

  get running() {
    return this.bridges.filter(({ runs }) => runs);
  }
}

export class LinkingRig {
  readonly folder = temporaryFolder();
  readonly journal = temporaryJournal();
  /** WhatsApp's and Matrix's. */
  readonly module = new ScriptedModule();
  readonly other = new ScriptedModule();
  readonly reported: string[] = [];
  publicUrl: string | null = null;
  /** Whether the next start clears memory. */
  clearing = false;
  /** The door refuses a host to the attempt that goes on. */
  refuse: (host: string) => void = () => expect.unreachable();
  channels = this.open();

  constructor() {
    onTestFinished(() => this.channels.stop());
  }

  /** The room starts on what is on the disk. */
  async restart(): Promise<void> {
    await this.channels.stop();
    this.channels = this.open();
    await this.channels.start();
  }

  link(raw: object = { sealTo }): Promise<LinkAnswer> {
    return this.channels.link('whatsapp', raw);
  }

  view(after = -1): Promise<PairingView> {
    return this.channels.attempts.next('whatsapp', after, 2_000, new AbortController().signal);
  }

  /** A pairing that waits until the test lets it end. */
  pairing(): { host: () => LinkingHost; end: PromiseWithResolvers<Linked> } {
    const end = Promise.withResolvers<Linked>();
    let seen: LinkingHost | null = null;
    this.module.next = (host) => {
      seen = host;
      host.show(QR);
      return end.promise;
    };
    return { host: () => seen ?? expect.unreachable(), end };
  }

  storeFiles(): string[] {
    return readdirSync(join(this.folder, 'stores')).filter((name) => name.endsWith('.sqlite'));
  }

  stores(): BridgeStores {
    return new BridgeStores(join(this.folder, 'stores'), KEY);
  }

  private open(): Channels {
    const agent = new Agent();
    return new Channels({
      clearing: this.clearing,
      journal: this.journal,
      credentials: new Credentials(join(this.folder, 'credentials'), KEY),
      stores: this.stores(),
      agent: () => agent,
      agentForLinking: (onRefused) => {
        this.refuse = onRefused;
        return new Agent();
      },
      account,
      publicUrl: () => this.publicUrl,
      declaredHosts: () => [],
      events: {
        onAccepted: () => undefined,
        report: (channel, state) => void this.reported.push(`${channel} ${state}`),
      },
      modules: {
        telegram: () => Promise.reject(new Error('no test asks for it')),
        whatsapp: () => Promise.resolve(this.module),
        matrix: () => Promise.resolve(this.other),
      },
    });
  }
}
