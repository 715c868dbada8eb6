/** The trail of what was done: times and deeds. */
import type { AuditEntry } from '../api/types';
import { t } from '../texts';
import { formatTime } from '../texts/format';
import { Table, type Column } from './Table';

export function AuditTable({
  entries,
  caption,
  withAccount,
}: {
  entries: AuditEntry[];
  caption: string;
  withAccount?: boolean;
}) {
  if (entries.length === 0) return <p className="text-soft">{t.security.auditEmpty}</p>;
  const account: Column<AuditEntry> = { title: t.audit.account, cell: (entry) => entry.account ?? '–' };
  return (
    <Table
      caption={caption}
      stacks
      rows={entries}
      keyOf={(_, index) => index}
      columns={[
        { title: t.audit.what, heads: true, cell: ({ action }) => t.audit.actions[action] ?? action },
        ...(withAccount ? [account] : []),
        { title: t.audit.by, cell: ({ by }) => by ?? <span className="text-soft">{t.audit.nobody}</span> },
        {
          title: t.audit.when,
          cell: ({ at }) => <span className="whitespace-nowrap text-soft">{formatTime(at)}</span>,
        },
      ]}
    />
  );
}
