/** Receives by sync: the next one goes on from a token only when the journal holds what came before it. */
import type { ChannelState } from '../../contracts/channel-state.js';
import type { BridgeHost } from '../bridge.js';
import { readCheckpoint } from './checkpoint.js';
import type { Client } from './client.js';
import type { Engine } from './crypto/engine.js';
import { syncAnswer, type SyncAnswer } from './events.js';
import { MatrixFailure } from './failure.js';
import type { Intake } from './intake.js';
import type { Recovery, Timing } from './recovery.js';

const nothing = { not_types: ['*'] };

export interface SyncerOptions {
  host: BridgeHost;
  client: Client;
  timing: Timing;
  /** Most events of one room in one sync; what is left out is asked for. */
  timelineLimit: number;
  report(state: ChannelState): void;
}

export class Syncer {
  constructor(
    private readonly options: SyncerOptions,
    private readonly intake: Intake,
    private readonly engine: Engine | null,
    private readonly recovery: Recovery,
  ) {}

  /** Syncs until stopped or until the credential is refused. Never throws. */
  async run(): Promise<void> {
    if (this.engine && !(await this.recovery.insist(() => this.engine?.introduce() ?? Promise.resolve())))
      return;
    while (await this.recovery.insist(() => this.sync())) this.options.report('connected');
  }

  private async sync(): Promise<void> {
    const answer = await this.ask();
    await this.intake.take(answer, this.recovery.signal);
    if (!this.recovery.signal.aborted) await this.engine?.flush();
  }

  private async ask(): Promise<SyncAnswer> {
    const { timing, client, host } = this.options;
    const since = readCheckpoint(host.checkpoint())?.since ?? null;
    // The first one, and the first after trouble, is not held, so that its success is known at once.
    const hold = since === null || this.recovery.inTrouble ? 0 : timing.poll;
    const answer = await client.call('GET', '/_matrix/client/v3/sync', {
      query: {
        timeout: String(hold),
        filter: JSON.stringify(this.filter(since === null)),
        set_presence: 'offline',
        ...(since === null ? {} : { since }),
      },
      timeout: hold + timing.pollGrace,
      signal: this.recovery.signal,
    });
    const parsed = syncAnswer.safeParse(answer);
    if (!parsed.success) throw new MatrixFailure(502, '', 0);
    return parsed.data;
  }

  private filter(isFirst: boolean): object {
    const timeline = { limit: isFirst ? 1 : this.options.timelineLimit, lazy_load_members: true };
    const room = { timeline, state: { lazy_load_members: true }, ephemeral: nothing, account_data: nothing };
    return { room, presence: nothing, account_data: nothing };
  }
}
