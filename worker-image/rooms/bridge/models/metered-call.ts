/** One model call and its money: reserved before it is sent, settled once when it is over, however it came to that. */
import type { Provider } from '../../../../contracts/ids.js';
import type { ModelCall } from './model-call.js';
import type { Reservation, SpendingBook } from './spending.js';
import { UsageMeter } from './usage-meter.js';

export class MeteredCall {
  private readonly reservation: Reservation;
  private readonly meter: UsageMeter;
  private readonly began: number;
  private settled = false;

  /** @throws AraError `over-budget`, `no-key` */
  constructor(
    private readonly spending: SpendingBook,
    provider: Provider,
    turn: number,
    { model, maxTokens, inputTokens, streamed }: ModelCall,
    private readonly clock: () => number,
  ) {
    this.reservation = spending.reserve({ turn, choice: { provider, model }, inputTokens, maxTokens });
    this.meter = new UsageMeter(provider, streamed);
    this.began = clock();
  }

  /** A part of the answer, as it passes. */
  read(chunk: Buffer): void {
    this.meter.read(chunk);
  }

  /** Only the first word on it counts. `ended`: the whole answer came. */
  over(ended: boolean): void {
    if (this.settled) return;
    this.settled = true;
    const { inputTokens, maxTokens } = this.reservation;
    const seconds = (this.clock() - this.began) / 1_000;
    this.spending.settle(this.reservation, this.meter.tokens({ ended, inputTokens, maxTokens, seconds }));
  }

  /** It did not reach the provider, or was refused there: nothing was spent. */
  refused(): void {
    if (this.settled) return;
    this.settled = true;
    this.spending.cancel(this.reservation);
  }
}
