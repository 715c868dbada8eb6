/** The outcome of a turn: one for each of its messages, counted in the same breath, and nothing of the words stays. */
import type { Figure } from '../../../../contracts/gateway-door.js';
import type { Outcome } from '../../../../contracts/message.js';
import type { Figures } from '../gateway/figures.js';
import type { Journal, JournalRow } from '../journal/journal.js';
import type { Ending } from '../journal/outbox.js';
import type { OutgoingFiles } from './outgoing-files.js';
import type { SpendingBook } from '../models/spending.js';
import type { TurnRows } from './turns.js';

export interface OutcomeParts {
  journal: Journal;
  figures: Pick<Figures, 'add'>;
  files: OutgoingFiles;
  spending: Pick<SpendingBook, 'ofTurn'>;
}

export class Outcomes {
  constructor(private readonly parts: OutcomeParts) {}

  /** `ending` is what the agent said at last, if it came to that. */
  record(rows: TurnRows, outcome: Outcome, reason: string | null, ending: Ending | null): void {
    const { journal, figures, files } = this.parts;
    const [{ seq: lead }] = rows;
    const leaveNoTrace = ending?.leaveNoTrace === true || rows.some(isPrivate);
    journal.transaction(() => {
      for (const row of rows) {
        const cost = row.seq === lead ? this.costOf(lead) : NO_COST;
        figures.add({ ...figureOf(row, outcome, ending), ...cost });
      }
      const seqs = rows.map(({ seq }) => seq);
      journal.end(seqs, outcome, reason, leaveNoTrace);
    });
    try {
      files.remove(lead);
      if (leaveNoTrace) journal.eraseTraces();
    } catch {
      // The outcome stands; the next start does what could not be done now.
    }
  }

  /** Of all tries; kept with the first message of a turn. */
  private costOf(turn: number): Cost {
    const { input, cached, output, costMicros } = this.parts.spending.ofTurn(turn);
    return { inputTokens: input, cachedTokens: cached, outputTokens: output, costMicros };
  }
}

type Cost = Pick<Figure, 'inputTokens' | 'cachedTokens' | 'outputTokens' | 'costMicros'>;
const NO_COST: Cost = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, costMicros: 0 };

const figureOf = (
  { channel }: JournalRow,
  outcome: Outcome,
  ending: Ending | null,
): Omit<Figure, keyof Cost> => ({
  day: new Date().toISOString().slice(0, 10),
  channel,
  outcome,
  provider: ending?.model?.provider ?? null,
  model: ending?.model?.model ?? null,
});

/** Also when the agent does not say it: it may have died before it could. */
const isPrivate = ({ text }: JournalRow): boolean => text.startsWith('/private');
