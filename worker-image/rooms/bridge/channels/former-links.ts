/**
 * Takes leave at its platform of a link that another has taken the place of, so that no old device is left in a list there.
 * Best effort: the new link does not wait for it, and a crash in between leaves the old one to be removed by hand.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BridgeHost, BridgeModule } from '../../../../bridges/bridge.js';
import type { SealedStore } from './bridge-store.js';
import type { ChannelParts } from './channel-parts.js';

/** No platform is waited for longer, in milliseconds. */
const WITHIN = 20_000;

export class FormerLinks {
  private readonly leaving = new Set<Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(private readonly parts: Pick<ChannelParts, 'stores' | 'agent' | 'extraTrust'>) {}

  /** What the link before left at its platform is taken away there, and then what is left of it here. */
  leave(module: BridgeModule, store: SealedStore, before: unknown, now: unknown): void {
    const work = this.goodbye(module, store, before, now)
      .catch(() => undefined)
      .finally(() => {
        this.parts.stores.remove(store);
        this.leaving.delete(work);
      });
    this.leaving.add(work);
  }

  /** Cuts short what goes on. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.leaving);
  }

  private async goodbye(
    module: BridgeModule,
    store: SealedStore,
    before: unknown,
    now: unknown,
  ): Promise<void> {
    if (!module.leavesBehind(before, now)) return;
    const { agent, extraTrust = null } = this.parts;
    const bridge = module.makeBridge(leavingHost({ agent: agent(), extraTrust, store }), before);
    const { signal } = this.stopping;
    const enough = sleep(WITHIN, undefined, { signal, ref: false }).catch(() => undefined);
    await Promise.race([bridge.unlink(), enough]);
    await bridge.stop();
  }
}

/** What a bridge is given that only takes leave: nobody may write, nothing is accepted, and nobody hears of its states. */
const leavingHost = (own: Pick<BridgeHost, 'agent' | 'extraTrust' | 'store'>): BridgeHost => ({
  ...own,
  webhookUrl: null,
  webhookSecret: '',
  checkpoint: () => null,
  admit: () => ({ admitted: false, reply: null }),
  accept: () => {
    throw new Error('this link takes nothing any more');
  },
  owners: () => [],
  allowsGroup: () => false,
  report: () => undefined,
});
