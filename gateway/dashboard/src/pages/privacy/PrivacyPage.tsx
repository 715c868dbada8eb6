/** The promise as figures: where each kind of data lies right now, and to whom the assistant has spoken. */
import { useQuery } from '@tanstack/react-query';
import { flowsQuery, privacyQuery, SHOWN_FLOW_DAYS } from '../../api/queries';
import type { Flow, Holding } from '../../api/types';
import { Asked } from '../../components/Asked';
import { GoTo } from '../../components/GoTo';
import { Badge, Card, EmptyState } from '../../components/Card';
import { Page } from '../../components/Page';
import { Table } from '../../components/Table';
import { t } from '../../texts';
import { formatAgo, formatBytes, formatNumber } from '../../texts/format';
import { Deletions } from './Deletions';
import { FlowPicture } from './FlowPicture';
import { byHost, purposeOf, type HostFlow } from './hosts';
import { Retention } from './Retention';

export function PrivacyPage() {
  const holdings = useQuery(privacyQuery);
  const flows = useQuery(flowsQuery(SHOWN_FLOW_DAYS));
  return (
    <Page title={t.privacy.title} about={t.privacy.about}>
      <Card title={t.privacy.promise} about={t.privacy.promiseAbout} icon="shield">
        <Asked of={holdings} loading={t.assistant.waking}>
          {(list) => <Holdings list={list} />}
        </Asked>
        <p className="mt-5 flex flex-wrap gap-x-6 gap-y-2">
          <GoTo to="/security" words={t.privacy.sessionsLink} />
          <GoTo to="/assistant/memory" words={t.privacy.filesLink} />
          <GoTo to="/export" words={t.exporting.link} />
        </p>
      </Card>
      <Card title={t.privacy.flows} about={t.privacy.flowsAbout} icon="out">
        <Asked of={flows}>{(list) => <Flows list={list} />}</Asked>
      </Card>
      <Deletions />
      <Retention />
    </Page>
  );
}

function amountOf({ items, bytes }: Holding): string {
  if (items === null) return t.privacy.asleep;
  return items === 0
    ? t.privacy.nothing
    : t.privacy.amount(items, bytes === null ? null : formatBytes(bytes));
}

function Holdings({ list }: { list: Holding[] }) {
  return (
    <Table
      caption={t.privacy.promise}
      stacks
      rows={list}
      keyOf={({ what }) => what}
      columns={[
        {
          title: t.privacy.columns.what,
          heads: true,
          cell: ({ what }) => (
            <span className="block min-w-40">
              {t.privacy.what[what]}
              <span className="block text-sm font-normal text-soft">{t.privacy.explain[what]}</span>
            </span>
          ),
        },
        {
          title: t.privacy.columns.where,
          cell: ({ where }) => (
            <Badge tone={where === 'container' ? 'good' : 'calm'} plain>
              {t.privacy.where[where]}
            </Badge>
          ),
        },
        {
          title: t.privacy.columns.amount,
          cell: (holding) => <span className="whitespace-nowrap">{amountOf(holding)}</span>,
        },
        {
          title: t.privacy.columns.encrypted,
          cell: ({ encrypted, where }) =>
            encrypted ? t.privacy.yes : where === 'container' ? t.privacy.byContainer : t.privacy.no,
        },
      ]}
    />
  );
}

function Flows({ list }: { list: Flow[] }) {
  const hosts = byHost(list);
  if (hosts.length === 0)
    return (
      <EmptyState icon="out" title={t.privacy.noFlows}>
        {t.privacy.noFlowsAbout}
      </EmptyState>
    );
  const columns = t.privacy.flowColumns;
  const figure = (title: string, cell: (host: HostFlow) => string) => ({ title, figures: true, cell });
  return (
    <div className="grid grid-cols-1 gap-6">
      <FlowPicture hosts={hosts} />
      <Table
        caption={t.privacy.flows}
        stacks
        rows={hosts}
        keyOf={({ host }) => host}
        columns={[
          { title: columns.host, heads: true, cell: ({ host }) => host },
          { title: columns.purpose, cell: purposeOf },
          figure(columns.up, ({ bytesUp }) => formatBytes(bytesUp)),
          figure(columns.down, ({ bytesDown }) => formatBytes(bytesDown)),
          figure(columns.connections, ({ connections }) => formatNumber(connections)),
          figure(columns.refused, ({ refused }) => formatNumber(refused)),
          {
            title: columns.last,
            cell: ({ lastAt }) => <span className="whitespace-nowrap">{formatAgo(lastAt)}</span>,
          },
        ]}
      />
    </div>
  );
}
