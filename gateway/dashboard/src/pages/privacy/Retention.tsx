/** How long everything is kept, and who removes it: the table that the jobs follow. */
import { useQuery } from '@tanstack/react-query';
import { retentionQuery } from '../../api/queries';
import { Asked } from '../../components/Asked';
import { Badge, Card } from '../../components/Card';
import { Folded } from '../../components/Folded';
import { Table } from '../../components/Table';
import { t } from '../../texts';

export function Retention() {
  const table = useQuery(retentionQuery);
  const { columns } = t.retention;
  return (
    <Card title={t.retention.title} about={t.retention.about} icon="shield">
      <Asked of={table}>
        {(rows) => (
          <Folded words={t.retention.open(rows.length)}>
            <Table
              caption={t.retention.title}
              stacks
              rows={rows}
              keyOf={({ id }) => id}
              columns={[
                { title: columns.what, heads: true, cell: ({ what }) => what },
                {
                  title: columns.where,
                  cell: ({ where }) => (
                    <Badge tone={where === 'container' ? 'good' : 'calm'} plain>
                      {t.retention.where[where]}
                    </Badge>
                  ),
                },
                { title: columns.kept, cell: ({ kept }) => kept },
                { title: columns.removed, cell: ({ removed }) => removed },
              ]}
            />
          </Folded>
        )}
      </Asked>
    </Card>
  );
}
