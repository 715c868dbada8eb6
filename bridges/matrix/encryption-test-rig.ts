/** Encrypted rooms with the assistant in them, for the tests of encryption with a real homeserver. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { SYNAPSE_STARTS_WITHIN } from '../../test/kit/matrix/synapse.js';
import { RecordingHost } from '../recording-host.js';
import type { MachineKind } from './crypto/choose-machine.js';
import type { MatrixBridge } from './index.js';
import { machinesHere, makeRig, startHomeserver, type Homeserver, type Rig } from './test-rig.js';

interface Running {
  rig: Rig;
  host: RecordingHost;
  bridge: MatrixBridge;
}

export class EncryptionSetup {
  /** Those that are running; they are stopped after each test. */
  readonly bridges: MatrixBridge[] = [];
  readonly machines = machinesHere();
  /** The one that a test is about. */
  machine: MachineKind = 'wasm';
  private homeserver: Homeserver | null = null;
  private keys = 0;

  constructor() {
    beforeAll(async () => void (this.homeserver = await startHomeserver()), SYNAPSE_STARTS_WITHIN);
    afterAll(() => this.homeserver?.stop());
    afterEach(async () => {
      for (const bridge of this.bridges.splice(0)) await bridge.stop();
    });
  }

  get home(): Homeserver {
    if (!this.homeserver) throw new Error('it is not there before the tests begin');
    return this.homeserver;
  }

  readonly running = async (options: Parameters<typeof makeRig>[1] = {}): Promise<Running> => {
    const { home, machine } = this;
    const rig = await makeRig(home, { mode: 'on', encrypted: true, options: { machine }, ...options });
    const host = new RecordingHost(home.agent, rig.owner.user.id);
    return { rig, host, bridge: await this.started(rig, host) };
  };

  readonly started = async (rig: Rig, host: RecordingHost): Promise<MatrixBridge> => {
    const bridge = rig.open(host);
    this.bridges.push(bridge);
    bridge.start();
    await host.reaches('connected');
    return bridge;
  };

  readonly send = (bridge: MatrixBridge, rig: Rig, text: string, chat = rig.chat): Promise<unknown> => {
    const [part = { body: text, plain: text }] = bridge.render(text);
    return bridge.send(chat, part, `test-${++this.keys}`);
  };

  /** The host as another process finds it: what was kept, and nothing else. */
  readonly afterCrash = (host: RecordingHost): RecordingHost => {
    const again = new RecordingHost(this.home.agent, host.owners()[0] ?? '', null, host.store.copy());
    again.journal.push(...host.journal);
    again.checkpoints.push(...host.checkpoints);
    return again;
  };
}
