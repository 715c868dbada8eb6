/** When an operator opened access to this account, why, and until when. */
import { useQuery } from '@tanstack/react-query';
import { accessesQuery } from '../../api/queries';
import { Asked } from '../../components/Asked';
import { Badge, Card } from '../../components/Card';
import { Table } from '../../components/Table';
import { useSecondsUntil } from '../../components/useSecondsUntil';
import { t } from '../../texts';
import { formatTime } from '../../texts/format';

export function AccessesPart() {
  const accesses = useQuery(accessesQuery);
  const words = t.privacy.accesses;
  return (
    <Card title={words.title} about={words.about} icon="shield">
      <Asked of={accesses}>
        {(list) =>
          list.length === 0 ? (
            <p className="text-soft">{words.none}</p>
          ) : (
            <Table
              caption={words.title}
              stacks
              rows={list}
              keyOf={({ id }) => id}
              columns={[
                {
                  title: words.columns.reason,
                  heads: true,
                  cell: ({ reason, endsAt }) => (
                    <span className="wrap-anywhere">
                      {reason} <OpenNow until={Date.parse(endsAt as string)} />
                    </span>
                  ),
                },
                { title: words.columns.opened, cell: ({ openedAt }) => formatTime(openedAt) },
                { title: words.columns.ends, cell: ({ endsAt }) => formatTime(endsAt) },
              ]}
            />
          )
        }
      </Asked>
    </Card>
  );
}

/** Goes by itself when the time is over. */
function OpenNow({ until }: { until: number }) {
  return useSecondsUntil(until) > 0 ? <Badge tone="warn">{t.privacy.accesses.open}</Badge> : null;
}
