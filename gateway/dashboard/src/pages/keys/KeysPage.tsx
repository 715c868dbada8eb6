/** Keys of model providers, in the order in which they are asked, with the model of each, and the budget. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { keysQuery, modelsQuery } from '../../api/queries';
import type { ApiKey, Provider } from '../../api/types';
import { Asked } from '../../components/Asked';
import { Button } from '../../components/Button';
import { Card, EmptyState } from '../../components/Card';
import { Confirm } from '../../components/Dialog';
import { Page } from '../../components/Page';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { Budget } from './Budget';
import { KeyDialog } from './KeyDialog';
import type { KeyTask } from './KeyForm';
import { KeyOrder } from './KeyOrder';
import { Prices } from './Prices';
import { allProviders, providerName } from './providers';

export function KeysPage() {
  const keys = useQuery(keysQuery);
  const [task, setTask] = useState<KeyTask | null>(null);
  const missing = allProviders.filter((each) => !keys.data?.some(({ provider }) => provider === each));
  const add = (
    <Button look="primary" icon="plus" onPress={() => setTask({ kind: 'add', choices: missing })}>
      {t.keys.add}
    </Button>
  );
  return (
    <Page
      title={t.keys.title}
      about={t.keys.about}
      aside={keys.data && keys.data.length > 0 && missing.length > 0 && add}
    >
      <Asked of={keys}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState icon="key" title={t.keys.empty} action={add}>
              {t.keys.emptyAbout}
            </EmptyState>
          ) : (
            <Mine list={list} onTask={setTask} />
          )
        }
      </Asked>
      <Budget />
      <PriceList />
      {task && <KeyDialog key={JSON.stringify(task)} task={task} onClose={() => setTask(null)} />}
    </Page>
  );
}

function Mine({ list, onTask }: { list: ApiKey[]; onTask: (task: KeyTask) => void }) {
  const [asksToRemove, setAsksToRemove] = useState<Provider | null>(null);
  const name = asksToRemove ? providerName(asksToRemove) : '';
  const remove = useAct(
    (provider: Provider) => answer(api.DELETE('/v1/me/keys/{provider}', { params: { path: { provider } } })),
    { refresh: ['keys', 'home'], done: t.keys.removed(name), onDone: () => setAsksToRemove(null) },
  );
  return (
    <Card
      title={t.keys.order}
      about={list.length > 1 ? `${t.keys.orderAbout} ${t.keys.orderHelp}` : undefined}
    >
      <KeyOrder list={list} onTask={onTask} onRemove={setAsksToRemove} />
      <Confirm
        title={t.keys.removeTitle(name)}
        isOpen={asksToRemove !== null}
        onClose={() => setAsksToRemove(null)}
        action={t.common.remove}
        onConfirm={() => asksToRemove && remove.mutate(asksToRemove)}
        isPending={remove.isPending}
      >
        {t.keys.removeAbout}
      </Confirm>
    </Card>
  );
}

function PriceList() {
  const models = useQuery(modelsQuery);
  return (
    <Asked of={models}>{(catalogue) => <Prices date={catalogue.date} models={catalogue.models} />}</Asked>
  );
}
