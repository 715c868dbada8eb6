/** The containers of the users: whether they run, and a push where one is needed. */
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { containersQuery } from '../../api/queries';
import type { ContainerRow } from '../../api/types';
import { Asked } from '../../components/Asked';
import { IconButton } from '../../components/Button';
import { Badge, Card, EmptyState } from '../../components/Card';
import { Menu, type Action } from '../../components/Menu';
import { Table } from '../../components/Table';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { formatAgo, formatBytes } from '../../texts/format';

const tones = { awake: 'good', asleep: 'calm', none: 'calm' } as const;

export function ContainersPart() {
  const containers = useQuery(containersQuery);
  const columns = t.operator.columns;
  return (
    <Asked of={containers}>
      {({ image, runtime, containers: list }) => (
        <Card
          title={t.operator.containers}
          about={t.operator.containersAbout(image, t.operator.runtimes[runtime])}
          icon="plug"
        >
          {list.length === 0 ? (
            <EmptyState icon="plug" title={t.operator.noContainers}>
              {t.operator.noContainersAbout}
            </EmptyState>
          ) : (
            <Table
              caption={t.operator.containers}
              stacks
              rows={list}
              keyOf={({ account }) => account}
              columns={[
                { title: columns.name, heads: true, cell: ({ name }) => name },
                {
                  title: columns.state,
                  cell: ({ state }) => <Badge tone={tones[state]}>{t.operator.containerStates[state]}</Badge>,
                },
                {
                  title: columns.memory,
                  figures: true,
                  cell: ({ memoryBytes }) => (memoryBytes === null ? '–' : formatBytes(memoryBytes)),
                },
                {
                  title: columns.image,
                  cell: ({ current }) =>
                    current === null ? '–' : current ? t.operator.current : t.operator.outdated,
                },
                { title: columns.wakes, cell: ({ wakeAt }) => (wakeAt === null ? '–' : formatAgo(wakeAt)) },
                { title: columns.actions, cell: (row) => <Actions row={row} /> },
              ]}
            />
          )}
        </Card>
      )}
    </Asked>
  );
}

function Actions({ row: { account, name, state } }: { row: ContainerRow }) {
  const path = { params: { path: { account } } };
  const refresh = ['operator'];
  const wake = useAct(() => answer(api.POST('/v1/operator/containers/{account}/wake', path)), {
    refresh,
    done: t.operator.woken,
  });
  const sleep = useAct(() => answer(api.POST('/v1/operator/containers/{account}/sleep', path)), {
    refresh,
    done: t.operator.slept,
  });
  const restart = useAct(() => answer(api.POST('/v1/operator/containers/{account}/restart', path)), {
    refresh,
    done: t.operator.restarted,
  });
  const actions: Action[] =
    state === 'awake'
      ? [
          { label: t.operator.restart, icon: 'refresh', run: () => restart.mutate() },
          { label: t.operator.sleep, icon: 'moon', run: () => sleep.mutate() },
        ]
      : [{ label: t.operator.wake, icon: 'sun', run: () => wake.mutate() }];
  return (
    <Menu label={t.operator.moreFor(name)} actions={actions}>
      <IconButton
        icon="more"
        label={t.operator.moreFor(name)}
        isPending={wake.isPending || sleep.isPending || restart.isPending}
      />
    </Menu>
  );
}
