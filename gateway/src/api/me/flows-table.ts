/** The data-flow ledger as a CSV file (RFC 4180) for a spreadsheet. */
import type { EgressEntry } from '../../egress/egress-entry.entity.js';
import { csv } from './usage-table.js';

const HEADER = ['day', 'host', 'purpose', 'connections', 'refused', 'bytes_up', 'bytes_down', 'last_at'];

export const flowsCsv = (entries: readonly EgressEntry[]): string =>
  csv(
    HEADER,
    entries.map((entry) => [
      entry.day,
      entry.host,
      entry.purpose,
      entry.connections,
      entry.refused,
      Number(entry.bytesUp),
      Number(entry.bytesDown),
      entry.lastAt.toISOString(),
    ]),
  );
