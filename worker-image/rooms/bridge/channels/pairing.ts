/**
 * One attempt to link a channel: what has to be done on another device, step by step, and how it ended. Steps and result
 * are sealed for whoever asked for the attempt, since those who carry them must not be able to read them.
 */
import type { PairingStep } from '../../../../bridges/bridge.js';
import type { ErrorCode } from '../../../../contracts/errors.js';
import { sealAnonymously } from '../../../../contracts/seal.js';
import type { PairingView } from '../../../../contracts/worker-door.js';

export class Pairing {
  private view: PairingView = { number: 0, state: 'waiting', sealed: null, error: null, needsHost: null };
  private readonly waiting = new Set<() => void>();
  private readonly stopping = new AbortController();

  constructor(
    /** The public key of the one who asked; without it nothing can be shown. */
    private readonly sealTo: Uint8Array | null,
  ) {}

  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  get canShow(): boolean {
    return this.sealTo !== null;
  }

  show(step: PairingStep): void {
    if (this.view.state === 'waiting') this.turn({ sealed: this.seal(step) });
  }

  linked(result: unknown): void {
    this.turn({ state: 'linked', sealed: this.seal(result) });
  }

  failed(error: ErrorCode, needsHost: string | null): void {
    this.turn({ state: 'failed', sealed: null, error, needsHost });
  }

  cancel(): void {
    this.stopping.abort();
  }

  /** What is the case once it is newer than `after`, or after `wait` milliseconds in any event. */
  async next(after: number, wait: number, signal: AbortSignal): Promise<PairingView> {
    if (this.view.number <= after && this.view.state === 'waiting' && !signal.aborted)
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          this.waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, wait);
        signal.addEventListener('abort', done);
        this.waiting.add(done);
      });
    return this.view;
  }

  private turn(change: Partial<PairingView>): void {
    this.view = { ...this.view, ...change, number: this.view.number + 1 };
    for (const done of [...this.waiting]) done();
  }

  private seal(value: unknown): string | null {
    return this.sealTo && sealAnonymously(this.sealTo, Buffer.from(JSON.stringify(value)));
  }
}
