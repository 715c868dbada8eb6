/**
 * The spending book: what model calls cost, kept in the journal's database, and the user's caps on it.
 * The most that a call can cost is reserved before it is sent; what it did cost takes the place of that once it is
 * known. Both belong to the day of the reservation, so spent and reserved together stay below the caps of that day.
 */
import type { KeyCall, ModelChoice, Price, Settings } from '../../../../contracts/gateway-door.js';
import type { Provider } from '../../../../contracts/ids.js';
import { AraError } from '../../../../contracts/errors.js';
import type { Caps, Spending } from '../../../../contracts/rooms-door.js';
import { PERIODS, readBudget, thresholdPassed, warningOf, type Period } from './budget.js';
import type { Journal } from '../journal/journal.js';
import { costOf, highestCost, longestAnswer, priceOf, type Tokens } from './prices.js';

const DAY = 86_400_000;
/** Today among them; a month is never longer. */
const DAYS_KEPT = 31;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS spending (
    day TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL, calls INTEGER NOT NULL,
    input INTEGER NOT NULL, cached INTEGER NOT NULL, output INTEGER NOT NULL, micros INTEGER NOT NULL,
    PRIMARY KEY (day, provider, model)
  ) STRICT, WITHOUT ROWID;
  -- One row a call that is under way.
  CREATE TABLE IF NOT EXISTS reservations (
    id INTEGER PRIMARY KEY AUTOINCREMENT, day TEXT NOT NULL, turn INTEGER NOT NULL,
    provider TEXT NOT NULL, model TEXT NOT NULL,
    input INTEGER NOT NULL, output INTEGER NOT NULL, micros INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS turn_spending (
    turn INTEGER PRIMARY KEY, day TEXT NOT NULL,
    input INTEGER NOT NULL, cached INTEGER NOT NULL, output INTEGER NOT NULL, micros INTEGER NOT NULL
  ) STRICT;
`;

export interface Call {
  turn: number;
  choice: ModelChoice;
  /** Estimated. */
  inputTokens: number;
  /** Null: as long as the model can. */
  maxTokens: number | null;
}

export interface Reservation {
  id: number;
  day: string;
  turn: number;
  choice: ModelChoice;
  price: Price;
  inputTokens: number;
  maxTokens: number;
}

/** What one turn took; `input` includes what was newly put into the provider's cache. */
export interface TurnSpending {
  input: number;
  cached: number;
  output: number;
  costMicros: number;
}

export class SpendingBook {
  constructor(
    private readonly journal: Journal,
    private readonly settings: () => Settings,
    private readonly clock: () => number = Date.now,
    /** Told of each call that was paid for, within the same transaction. */
    private readonly onCall: (call: KeyCall) => void = () => undefined,
  ) {
    journal.database.exec(SCHEMA);
    this.settleLeftOver();
  }

  /** @throws AraError `over-budget`, `no-key` */
  reserve({ turn, choice, inputTokens, maxTokens }: Call): Reservation {
    const { catalogue } = this.settings();
    const price = priceOf(catalogue, choice);
    const longest = maxTokens ?? longestAnswer(catalogue, choice);
    const micros = highestCost(price, inputTokens, longest);
    const day = this.today();
    return this.journal.transaction(() => {
      if (micros > 0) this.refuseOverBudget(day, micros);
      const { id = 0 } =
        this.journal.get<{ id: number }>(
          `INSERT INTO reservations (day, turn, provider, model, input, output, micros)
           VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
          day,
          turn,
          choice.provider,
          choice.model,
          inputTokens,
          longest,
          micros,
        ) ?? {};
      return { id, day, turn, choice, price, inputTokens, maxTokens: longest };
    });
  }

  /** What the call took; null when nobody can say, and then all that was reserved counts. Settled once, whoever calls again. */
  settle({ id, day, turn, choice, price, inputTokens, maxTokens }: Reservation, tokens: Tokens | null): void {
    // The room is ending: its next start settles what is left.
    if (!this.journal.isOpen) return;
    const micros = tokens ? costOf(price, tokens) : highestCost(price, inputTokens, maxTokens);
    const taken = tokens ?? { input: inputTokens, cached: 0, output: maxTokens };
    this.journal.transaction(() => {
      if (this.removed(id)) this.book(day, turn, choice, taken, micros);
    });
  }

  /** Nothing was spent: the call did not reach the provider, or was refused there. */
  cancel({ id }: Reservation): void {
    if (this.journal.isOpen) this.removed(id);
  }

  /** What the turn's calls took, once: it is forgotten with this. */
  ofTurn(turn: number): TurnSpending {
    const taken = this.journal.get<TurnSpending>(
      'DELETE FROM turn_spending WHERE turn = ? RETURNING input, cached, output, micros AS costMicros',
      turn,
    );
    return taken ?? { input: 0, cached: 0, output: 0, costMicros: 0 };
  }

  view(): Spending {
    const rows = this.journal.all<Spending['rows'][number]>(
      `SELECT day, provider, model, calls, input AS inputTokens, cached AS cachedTokens, output AS outputTokens,
         micros AS costMicros
       FROM spending WHERE day >= ? ORDER BY day DESC, micros DESC, provider, model`,
      this.firstDayKept(),
    );
    return { caps: this.caps(), today: this.spent('day'), thisMonth: this.spent('month'), rows };
  }

  /** Sets the caps that the user's `/budget` message names; false when it names nothing readable, and nothing changes. */
  setCaps(text: string): boolean {
    const caps = readBudget(text, this.caps());
    if (caps) this.putCaps(caps);
    return caps !== null;
  }

  putCaps(caps: Caps): void {
    this.journal.durably(() => {
      this.journal.setFact('spending.caps', JSON.stringify(caps));
      for (const period of PERIODS) {
        // Under a higher cap less of it is used: what the user knew of the lower one still holds for the rest.
        const passed = thresholdPassed(this.spent(period), caps[period]);
        this.setTold(period, Math.min(this.told(period), passed));
      }
    });
  }

  /** Words for the user when spending has passed 50, 80 or 100 % of a cap since the last time; the highest only. */
  warning(): string | null {
    const caps = this.caps();
    const warnings = PERIODS.flatMap((period) => {
      const cap = caps[period];
      if (cap === null) return [];
      const spent = this.spent(period);
      const passed = thresholdPassed(spent, cap);
      if (passed <= this.told(period)) return [];
      this.setTold(period, passed);
      return [warningOf(period, passed, spent, cap)];
    });
    return warnings.length > 0 ? warnings.join(' ') : null;
  }

  /**
   * A crash leaves the reservations of the calls that were under way. What a provider did with them nobody can say any
   * more, so each counts in full: anything less, and crashes would be a way past the cap.
   */
  private settleLeftOver(): void {
    this.journal.transaction(() => {
      const rows = this.journal.all<{
        day: string;
        turn: number;
        provider: Provider;
        model: string;
        input: number;
        output: number;
        micros: number;
      }>('DELETE FROM reservations RETURNING day, turn, provider, model, input, output, micros');
      for (const { day, turn, provider, model, input, output, micros } of rows)
        this.book(day, turn, { provider, model }, { input, cached: 0, output }, micros);
    });
  }

  private book(day: string, turn: number, choice: ModelChoice, tokens: Tokens, micros: number): void {
    const input = tokens.input + (tokens.cacheWrite ?? 0);
    const sums = [input, tokens.cached, tokens.output, micros];
    this.journal.run(
      `INSERT INTO spending VALUES (?, ?, ?, 1, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET calls = calls + 1,
         input = input + excluded.input, cached = cached + excluded.cached, output = output + excluded.output,
         micros = micros + excluded.micros`,
      day,
      choice.provider,
      choice.model,
      ...sums,
    );
    this.journal.run(
      `INSERT INTO turn_spending VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
         input = input + excluded.input, cached = cached + excluded.cached, output = output + excluded.output,
         micros = micros + excluded.micros`,
      turn,
      day,
      ...sums,
    );
    const { cached: cachedTokens, output: outputTokens } = tokens;
    this.onCall({ ...choice, at: this.clock(), inputTokens: input, cachedTokens, outputTokens });
    // A turn whose call outlived it is never asked for.
    this.journal.run('DELETE FROM turn_spending WHERE day < ?', this.firstDayKept());
    this.journal.run('DELETE FROM spending WHERE day < ?', this.firstDayKept());
  }

  private refuseOverBudget(day: string, micros: number): void {
    const caps = this.caps();
    for (const period of PERIODS) {
      const cap = caps[period];
      if (cap === null) continue;
      const sum = this.sum('spending', period, day) + this.sum('reservations', period, day);
      if (sum + micros > cap) throw new AraError('over-budget');
    }
  }

  private spent(period: Period): number {
    return this.sum('spending', period, this.today());
  }

  private sum(table: 'spending' | 'reservations', period: Period, day: string): number {
    const days = period === 'day' ? day : `${day.slice(0, 'yyyy-mm'.length)}*`;
    const sql = `SELECT coalesce(sum(micros), 0) AS micros FROM ${table} WHERE day GLOB ?`;
    return this.journal.get<{ micros: number }>(sql, days)?.micros ?? 0;
  }

  private removed(id: number): boolean {
    return this.journal.run('DELETE FROM reservations WHERE id = ?', id) > 0;
  }

  private caps(): Caps {
    const kept = this.journal.fact('spending.caps');
    return kept ? (JSON.parse(kept) as Caps) : { day: null, month: null };
  }

  /** The threshold that the user has been told about in this day or month: `2026-11-24 80`. */
  private told(period: Period): number {
    const [when, threshold] = this.journal.fact(`spending.told.${period}`)?.split(' ') ?? [];
    return when === this.now(period) ? Number(threshold) : 0;
  }

  private setTold(period: Period, threshold: number): void {
    this.journal.setFact(`spending.told.${period}`, `${this.now(period)} ${threshold}`);
  }

  private now(period: Period): string {
    return period === 'day' ? this.today() : this.today().slice(0, 'yyyy-mm'.length);
  }

  private today(): string {
    return dayOf(this.clock());
  }

  private firstDayKept(): string {
    return dayOf(this.clock() - (DAYS_KEPT - 1) * DAY);
  }
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 'yyyy-mm-dd'.length);
