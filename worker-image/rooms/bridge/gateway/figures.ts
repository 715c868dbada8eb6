/** Figures on their way to the gateway: kept on the volume until it has them, counted there once each. */
import type { Figure, KeyCall } from '../../../../contracts/gateway-door.js';
import type { GatewayLink } from './gateway-link.js';
import type { Journal } from '../journal/journal.js';

const SEND_AFTER = 1_000;
const RETRY_AFTER = 10_000;
const BATCH = 200;
/** What a figure that an earlier version left on the volume does not have. */
const NO_COST = { cachedTokens: 0, costMicros: 0 };

export class Figures {
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly journal: Journal,
    private readonly gateway: GatewayLink,
  ) {
    journal.database.exec(
      'CREATE TABLE IF NOT EXISTS figures (id INTEGER PRIMARY KEY AUTOINCREMENT, figure TEXT NOT NULL) STRICT',
    );
    this.sendLater(SEND_AFTER);
  }

  add(figure: Figure): void {
    this.journal.run('INSERT INTO figures (figure) VALUES (?)', JSON.stringify(figure));
    this.sendLater(SEND_AFTER);
  }

  /** A provider has taken a call with the user's key. */
  addCall(call: KeyCall): void {
    this.journal.run('INSERT INTO figures (figure) VALUES (?)', JSON.stringify({ call }));
    this.sendLater(SEND_AFTER);
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private sendLater(after: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.send().catch(() => this.sendLater(RETRY_AFTER));
    }, after);
  }

  private async send(): Promise<void> {
    // The last batch is repeated until it is known to have arrived, with the same rows under the same number.
    const upTo = this.journal.fact('figures.upTo') ?? this.nextBatch();
    if (upTo === null) return;
    const rows = this.journal.all<{ figure: string }>('SELECT figure FROM figures WHERE id <= ?', upTo);
    const said = rows.map(({ figure }) => JSON.parse(figure) as Figure | { call: KeyCall });
    await this.gateway.figures(
      Number(upTo),
      said.flatMap((each) => ('call' in each ? [] : [{ ...NO_COST, ...each }])),
      said.flatMap((each) => ('call' in each ? [each.call] : [])),
    );
    this.journal.transaction(() => {
      this.journal.run('DELETE FROM figures WHERE id <= ?', upTo);
      this.journal.setFact('figures.upTo', null);
    });
    this.sendLater(SEND_AFTER);
  }

  /** The batch is named by its last row, so that numbers grow. */
  private nextBatch(): string | null {
    const last = this.journal.get<{ id: number | null }>(
      'SELECT max(id) AS id FROM (SELECT id FROM figures ORDER BY id LIMIT ?)',
      BATCH,
    )?.id;
    if (!last) return null;
    this.journal.setFact('figures.upTo', String(last));
    return String(last);
  }
}
