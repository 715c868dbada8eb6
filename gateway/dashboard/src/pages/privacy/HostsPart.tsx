/** To whom the assistant speaks, as the door of its container sees it right now, and the switch that stops a host at once. */
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { hostsQuery } from '../../api/queries';
import type { Host } from '../../api/types';
import { Asked } from '../../components/Asked';
import { Button } from '../../components/Button';
import { Badge, Card, EmptyState } from '../../components/Card';
import { Table } from '../../components/Table';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { formatAgo, formatBytes, formatNumber } from '../../texts/format';
import { FlowPicture } from './FlowPicture';
import { addressOf, purposeOf } from './hosts';

export function HostsPart() {
  const hosts = useQuery(hostsQuery);
  return (
    <Card title={t.privacy.flows} about={t.privacy.flowsAbout} icon="out">
      <Asked of={hosts}>{(list) => <Hosts list={list} />}</Asked>
    </Card>
  );
}

function Hosts({ list }: { list: Host[] }) {
  if (list.length === 0)
    return (
      <EmptyState icon="out" title={t.privacy.noFlows}>
        {t.privacy.noFlowsAbout}
      </EmptyState>
    );
  const columns = t.privacy.flowColumns;
  const figure = (title: string, cell: (host: Host) => string) => ({ title, figures: true, cell });
  const time = (title: string, at: (host: Host) => number | null) => ({
    title,
    cell: (host: Host) => <span className="whitespace-nowrap">{ago(at(host))}</span>,
  });
  return (
    <div className="grid grid-cols-1 gap-6">
      <FlowPicture hosts={list} />
      <Table
        caption={t.privacy.flows}
        stacks
        rows={list}
        keyOf={({ host }) => host}
        columns={[
          { title: columns.host, heads: true, cell: (host) => <Name host={host} /> },
          { title: columns.by, cell: ({ by }) => (by ? t.privacy.callers[by] : t.privacy.nobody) },
          figure(columns.up, ({ bytesUp }) => formatBytes(bytesUp)),
          figure(columns.down, ({ bytesDown }) => formatBytes(bytesDown)),
          figure(columns.connections, connectionsOf),
          figure(columns.refused, ({ refused }) => formatNumber(refused)),
          time(columns.first, ({ firstAt }) => firstAt),
          time(columns.last, ({ lastAt }) => lastAt),
          { title: columns.change, cell: (host) => <StopOrAllow host={host} /> },
        ]}
      />
    </div>
  );
}

function Name({ host }: { host: Host }) {
  return (
    <span className="block min-w-40">
      <span className="wrap-anywhere">{addressOf(host)}</span>{' '}
      {host.stopped && <Badge tone="warn">{t.privacy.stopped}</Badge>}
      {!host.stopped && !host.declared && (
        <Badge tone="calm" plain>
          {t.privacy.closed}
        </Badge>
      )}
      <span className="block text-sm font-normal text-soft">{purposeOf(host)}</span>
    </span>
  );
}

function connectionsOf({ connections, open }: Host): string {
  const all = formatNumber(connections);
  return open > 0 ? `${all} (${t.privacy.openNow(open)})` : all;
}

function StopOrAllow({ host: { host, stopped, declared } }: { host: Host }) {
  const set = useAct(
    (stop: boolean) =>
      answer(api.PUT('/v1/me/hosts/{host}', { params: { path: { host } }, body: { stopped: stop } })),
    {
      refresh: ['hosts', 'channels', 'home', 'audit'],
      done: stopped ? t.privacy.hostAllowed : t.privacy.hostStopped,
    },
  );
  if (!declared && !stopped) return null;
  const words = stopped ? t.privacy.allowHost : t.privacy.stopHost;
  return (
    <Button
      size="small"
      look={stopped ? 'plain' : 'danger'}
      aria-label={words(host)}
      isPending={set.isPending}
      onPress={() => set.mutate(!stopped)}
    >
      {stopped ? t.privacy.allow : t.privacy.stop}
    </Button>
  );
}

const ago = (at: number | null): string => (at === null ? '–' : formatAgo(new Date(at).toISOString()));
