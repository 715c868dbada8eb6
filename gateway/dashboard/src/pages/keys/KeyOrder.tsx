/** The providers as a list that is ordered by dragging, by the keyboard, or by the arrows. */
import { GridList, GridListItem } from 'react-aria-components/GridList';
import { Button as AriaButton } from 'react-aria-components/Button';
import { useDragAndDrop } from 'react-aria-components/useDragAndDrop';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import { keysQuery, modelsQuery } from '../../api/queries';
import type { ApiKey, Provider } from '../../api/types';
import { IconButton } from '../../components/Button';
import { Badge } from '../../components/Card';
import { Select } from '../../components/Select';
import { Icon } from '../../components/Icon';
import { Menu } from '../../components/Menu';
import { useAct } from '../../components/useAct';
import { t } from '../../texts';
import { formatAgo } from '../../texts/format';
import type { KeyTask } from './KeyForm';
import { modelOptions, providerName } from './providers';

interface KeyOrderProps {
  list: ApiKey[];
  onTask: (task: KeyTask) => void;
  onRemove: (provider: Provider) => void;
}

export function KeyOrder({ list, onTask, onRemove }: KeyOrderProps) {
  const order = useOrder(list);
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ 'text/plain': String(key) })),
    onReorder: ({ keys, target }) => {
      const moved = list.filter(({ provider }) => keys.has(provider));
      const rest = list.filter(({ provider }) => !keys.has(provider));
      const at =
        rest.findIndex(({ provider }) => provider === target.key) + (target.dropPosition === 'after' ? 1 : 0);
      order(rest.toSpliced(at, 0, ...moved));
    },
    isDisabled: list.length < 2,
  });
  return (
    <GridList
      aria-label={t.keys.order}
      items={list.map((key, index) => ({ ...key, index }))}
      dependencies={[list]}
      dragAndDropHooks={dragAndDropHooks}
      keyboardNavigationBehavior="tab"
      className="grid grid-cols-1 gap-3 outline-none [&_.react-aria-DropIndicator[data-drop-target]]:outline-2 [&_.react-aria-DropIndicator[data-drop-target]]:outline-accent"
    >
      {(item) => (
        <GridListItem
          id={item.provider}
          textValue={providerName(item.provider)}
          className="flex flex-wrap items-center gap-x-3 gap-y-3 rounded-xl border border-line bg-paper p-3 data-[dragging]:opacity-50 data-[focus-visible]:outline-2 data-[focus-visible]:outline-accent sm:p-4"
        >
          <Row item={item} list={list} onOrder={order} onTask={onTask} onRemove={onRemove} />
        </GridListItem>
      )}
    </GridList>
  );
}

/** Shown at once, taken back when the API refuses. */
function useOrder(list: ApiKey[]): (next: ApiKey[]) => void {
  const queries = useQueryClient();
  const { mutate } = useAct((order: Provider[]) => answer(api.PUT('/v1/me/models', { body: { order } })), {
    refresh: ['keys'],
    done: t.keys.orderSaved,
  });
  return (next) => {
    queries.setQueryData(keysQuery.queryKey, next);
    mutate(
      next.map(({ provider }) => provider),
      { onError: () => queries.setQueryData(keysQuery.queryKey, list) },
    );
  };
}

interface RowProps extends KeyOrderProps {
  item: ApiKey & { index: number };
  onOrder: (next: ApiKey[]) => void;
}

function Row({ item, list, onOrder, onTask, onRemove }: RowProps) {
  const { provider, index } = item;
  const name = providerName(provider);
  const move = (by: number): void => {
    const key = list[index];
    if (key) onOrder(list.toSpliced(index, 1).toSpliced(index + by, 0, key));
  };
  return (
    <>
      {list.length > 1 && (
        <AriaButton slot="drag" className="hidden cursor-grab rounded-lg p-1 text-soft sm:block">
          <Icon name="grip" />
        </AriaButton>
      )}
      <div className="min-w-0 flex-1 basis-48">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 font-semibold">
          {name}
          {list.length > 1 && (
            <Badge tone={index === 0 ? 'good' : 'calm'} plain>
              {index === 0 ? t.keys.first : t.keys.nth(index + 1)}
            </Badge>
          )}
        </p>
        <p className="text-sm wrap-break-word text-soft">
          {t.keys.endsWith(item.lastFour)}, {t.keys.updated(formatAgo(item.updatedAt))}
          {item.baseUrl && ` · ${t.keys.at(item.baseUrl)}`}
        </p>
      </div>
      <div className="flex w-full flex-wrap items-center justify-end gap-1 sm:w-auto sm:flex-nowrap">
        <ModelOf item={item} />
        {list.length > 1 && (
          <>
            <IconButton
              icon="arrowUp"
              label={t.keys.up(name)}
              isDisabled={index === 0}
              onPress={() => move(-1)}
            />
            <IconButton
              icon="arrowDown"
              label={t.keys.downward(name)}
              isDisabled={index === list.length - 1}
              onPress={() => move(1)}
            />
          </>
        )}
        <Menu
          label={t.keys.moreFor(name)}
          actions={[
            { label: t.keys.replace, icon: 'refresh', run: () => onTask({ kind: 'replace', of: item }) },
            ...(provider === 'compatible'
              ? [
                  {
                    label: t.keys.change,
                    icon: 'pen' as const,
                    run: () => onTask({ kind: 'change', of: item }),
                  },
                ]
              : []),
            { label: t.common.remove, icon: 'trash', run: () => onRemove(provider), danger: true },
          ]}
        >
          <IconButton icon="more" label={t.keys.moreFor(name)} />
        </Menu>
      </div>
    </>
  );
}

function ModelOf({ item }: { item: ApiKey }) {
  const { provider, model } = item;
  const { data: catalogue } = useQuery(modelsQuery);
  const change = useAct(
    (chosen: string) =>
      answer(api.PUT('/v1/me/keys/{provider}', { params: { path: { provider } }, body: { model: chosen } })),
    { refresh: ['keys'] },
  );
  const label = t.keys.defaultModel(providerName(provider));
  if (provider === 'compatible')
    return (
      <span className="min-w-0 basis-full truncate rounded-lg bg-sunken sm:basis-auto px-3 py-2 font-mono text-sm sm:w-52">
        {model}
      </span>
    );
  return (
    <Select
      label={label}
      hideLabel
      options={modelOptions(catalogue?.models ?? [], provider, model)}
      value={change.variables && change.isPending ? change.variables : model}
      onChange={(chosen) => chosen !== model && change.mutate(chosen)}
      className="min-w-0 basis-full sm:w-52 sm:basis-auto"
    />
  );
}
