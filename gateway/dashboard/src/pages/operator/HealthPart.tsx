/** Whether the parts work, what waits in the queue, and what was turned away. */
import { useQuery } from '@tanstack/react-query';
import { healthQuery } from '../../api/queries';
import { Asked } from '../../components/Asked';
import { Badge, Card } from '../../components/Card';
import { Table } from '../../components/Table';
import { t } from '../../texts';
import { formatNumber, formatTime } from '../../texts/format';

const queueStates = ['waiting', 'active', 'delayed', 'failed'] as const;

export function HealthPart() {
  const health = useQuery(healthQuery);
  const columns = t.operator.columns;
  return (
    <Asked of={health}>
      {({ parts, queue, refusals, startedAt }) => (
        <div className="grid grid-cols-1 gap-6">
          <Card title={t.operator.health} about={t.operator.upSince(formatTime(startedAt))} icon="chart">
            <ul className="divide-y divide-line">
              {parts.map(({ part, ok, detail }) => (
                <li key={part} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
                  <span className="flex-1 font-medium capitalize sm:min-w-32 sm:flex-none">{part}</span>
                  <span className="order-last w-full text-soft sm:order-none sm:w-auto sm:flex-1">
                    {detail}
                  </span>
                  <Badge tone={ok ? 'good' : 'bad'}>{ok ? t.operator.ok : t.operator.notOk}</Badge>
                </li>
              ))}
            </ul>
          </Card>
          <Card title={t.operator.queue} about={t.operator.queueAbout}>
            <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
              {queueStates.map((state) => (
                <div key={state}>
                  <dt className="text-sm text-soft">{t.operator.queueStates[state]}</dt>
                  <dd
                    className={`text-2xl font-semibold tabular-nums ${state === 'failed' && queue.failed > 0 ? 'text-bad' : ''}`}
                  >
                    {formatNumber(queue[state])}
                  </dd>
                </div>
              ))}
            </dl>
          </Card>
          <Card title={t.operator.refusals} about={t.operator.refusalsAbout}>
            {refusals.length === 0 ? (
              <p className="text-soft">{t.operator.noRefusals}</p>
            ) : (
              <Table
                caption={t.operator.refusals}
                rows={refusals}
                keyOf={({ door, code }) => `${door} ${code}`}
                columns={[
                  { title: columns.door, heads: true, cell: ({ door }) => door },
                  { title: columns.code, cell: ({ code }) => code },
                  { title: columns.count, figures: true, cell: ({ count }) => formatNumber(count) },
                ]}
              />
            )}
          </Card>
        </div>
      )}
    </Asked>
  );
}
