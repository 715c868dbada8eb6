/**
 * Attempts to link a channel. One that is done at once is answered at once; one that waits for another device goes on by
 * itself and is asked after. The link that was there before works on until the new one has succeeded.
 */
import type { Agent } from 'node:https';
import type { BridgeModule, Linked, PairingStep } from '../../../../bridges/bridge.js';
import { asAraError } from '../../../../contracts/door-http.js';
import { AraError } from '../../../../contracts/errors.js';
import type { LinkableKind } from '../../../../contracts/ids.js';
import {
  hostAndPort,
  linkEnvelope,
  type LinkAnswer,
  type PairingView,
} from '../../../../contracts/worker-door.js';
import type { BridgeStores, SealedStore } from './bridge-store.js';
import { Pairing } from './pairing.js';

/** A platform that has not answered by then is waited for in the background: nobody holds a call open so long. */
const ANSWER_WITHIN = 20_000;
/** No pairing takes longer. */
const GIVE_UP_AFTER = 10 * 60_000;

export interface AttemptParts {
  module(kind: LinkableKind): Promise<BridgeModule>;
  stores: Pick<BridgeStores, 'fresh' | 'remove'>;
  /** A way out of its own, which tells of each host that the door refused. */
  agent(onRefused: (host: string) => void): Agent;
  extraTrust: string | null;
  /** Puts the new link in the place of the old one. */
  adopt(kind: LinkableKind, linked: Linked, store: SealedStore): Promise<LinkAnswer>;
  /** An attempt that went on in the background has failed. */
  onFailed(kind: LinkableKind): void;
}

interface Attempt {
  pairing: Pairing;
  /** Resolves when nothing of it goes on. Never rejects. */
  ended: Promise<void>;
  isOver: boolean;
}

export class LinkingAttempts {
  /** The last of each channel, also when it is over. */
  private readonly last = new Map<LinkableKind, Attempt>();

  constructor(private readonly parts: AttemptParts) {}

  /** @throws AraError `bad-request`, `bad-credential`, `platform-unreachable`, `pairing-expired` */
  async begin(kind: LinkableKind, raw: unknown): Promise<LinkAnswer> {
    const { sealTo, ...given } = linkEnvelope.parse(raw);
    await this.cancel(kind);
    const pairing = new Pairing(sealTo === undefined ? null : Buffer.from(sealTo, 'base64'));
    const shown = Promise.withResolvers<'shown'>();
    const work = this.run(kind, given, pairing, () => shown.resolve('shown'));
    const attempt: Attempt = { pairing, ended: settled(work), isOver: false };
    this.last.set(kind, attempt);
    void attempt.ended.then(() => (attempt.isOver = true));
    const inTime = pairing.canShow ? [later(ANSWER_WITHIN)] : [];
    const first = await Promise.race([work, shown.promise, ...inTime]);
    if (first !== 'shown') return first;
    void work.then(
      (answer) => ('needsHost' in answer ? this.parts.onFailed(kind) : undefined),
      () => this.parts.onFailed(kind),
    );
    return { pairing: true };
  }

  /** How the last attempt stands. @throws AraError `not-found` */
  next(kind: LinkableKind, after: number, wait: number, signal: AbortSignal): Promise<PairingView> {
    const attempt = this.last.get(kind);
    if (!attempt) throw new AraError('not-found');
    return attempt.pairing.next(after, wait, signal);
  }

  /** When it resolves, nothing of the attempt goes on any more. One that has succeeded stays linked. */
  async cancel(kind: LinkableKind): Promise<void> {
    const attempt = this.last.get(kind);
    attempt?.pairing.cancel();
    await attempt?.ended;
    if (this.last.get(kind) === attempt) this.last.delete(kind);
  }

  isRunning(kind: LinkableKind): boolean {
    return this.last.get(kind)?.isOver === false;
  }

  get busy(): boolean {
    return [...this.last.keys()].some((kind) => this.isRunning(kind));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.last.keys()].map((kind) => this.cancel(kind)));
  }

  private async run(
    kind: LinkableKind,
    given: unknown,
    pairing: Pairing,
    onShown: () => void,
  ): Promise<LinkAnswer> {
    const { stores, extraTrust } = this.parts;
    const store = stores.fresh(kind);
    const refused: string[] = [];
    const agent = this.parts.agent((host) => refused.push(host));
    const tooLong = AbortSignal.timeout(GIVE_UP_AFTER);
    const stop = AbortSignal.any([pairing.signal, tooLong]);
    const show = (step: PairingStep): void => {
      if (!pairing.canShow) pairing.cancel();
      pairing.show(step);
      onShown();
    };
    try {
      const module = await this.parts.module(kind);
      const linked = await untilStopped(module.link(given, { agent, extraTrust, store, show, stop }), stop);
      const answer = await this.parts.adopt(kind, linked, store);
      pairing.linked(answer);
      return answer;
    } catch (error) {
      stores.remove(store);
      if (pairing.signal.aborted && !pairing.canShow)
        throw failed(pairing, new AraError('bad-request', 'sealTo'));
      if (stop.aborted) throw failed(pairing, new AraError('pairing-expired'));
      const needsHost = refused.find((host) => hostAndPort.safeParse(host).success) ?? null;
      const trouble = failed(pairing, asAraError(error), needsHost);
      if (needsHost !== null) return { needsHost };
      throw trouble;
    } finally {
      agent.destroy();
    }
  }
}

function failed(pairing: Pairing, error: AraError, needsHost: string | null = null): AraError {
  pairing.failed(error.code, needsHost);
  return error;
}

/** A module that does not heed the signal must not link what nobody waits for. @throws the signal's reason */
async function untilStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const onStop = (): void => stopped.reject(stop.reason as Error);
  stop.addEventListener('abort', onStop);
  try {
    stop.throwIfAborted();
    const result = await Promise.race([work, stopped.promise]);
    stop.throwIfAborted();
    return result;
  } finally {
    stop.removeEventListener('abort', onStop);
    stopped.promise.catch(() => undefined);
    work.catch(() => undefined);
  }
}

const later = (wait: number): Promise<'shown'> =>
  new Promise((resolve) => setTimeout(resolve, wait, 'shown').unref());

const settled = (work: Promise<unknown>): Promise<void> =>
  work.then(
    () => undefined,
    () => undefined,
  );
