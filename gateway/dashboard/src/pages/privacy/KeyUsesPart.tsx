/** The ledger of key uses: each use with its seal, and whether the chain of seals is unbroken. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { keyUseChainQuery, keyUsesQuery } from '../../api/queries';
import type { KeyUse } from '../../api/types';
import { Asked } from '../../components/Asked';
import { Button } from '../../components/Button';
import { Badge, Card } from '../../components/Card';
import { Table } from '../../components/Table';
import { t } from '../../texts';
import { formatNumber, formatTime } from '../../texts/format';

/** Letters of a seal that are enough to know it by. */
const SHORT = 12;

export function KeyUsesPart() {
  const [before, setBefore] = useState<number | null>(null);
  const uses = useQuery(keyUsesQuery(before));
  const words = t.privacy.keyUses;
  return (
    <Card title={words.title} about={words.about} icon="key">
      <Chain />
      <Asked of={uses}>
        {({ uses: list, more }) => (
          <>
            {list.length === 0 ? <p className="text-soft">{words.none}</p> : <Uses list={list} />}
            <p className="mt-4 flex flex-wrap gap-3">
              {before !== null && (
                <Button size="small" onPress={() => setBefore(null)}>
                  {words.newest}
                </Button>
              )}
              {more && (
                <Button size="small" onPress={() => setBefore(list.at(-1)?.number ?? null)}>
                  {words.older}
                </Button>
              )}
            </p>
          </>
        )}
      </Asked>
    </Card>
  );
}

function Chain() {
  const chain = useQuery(keyUseChainQuery);
  const words = t.privacy.keyUses;
  return (
    <Asked of={chain}>
      {({ unbroken, brokenAt, rows, head }) => (
        <div className="mb-4 grid gap-2 text-[0.95rem]">
          <p>
            <Badge tone={unbroken ? 'good' : 'bad'}>
              {unbroken ? words.unbroken(rows) : words.broken(brokenAt ?? 0)}
            </Badge>
          </p>
          {head && (
            <p className="text-soft">
              {words.head(head.number)} <code className="text-sm wrap-anywhere">{head.hash}</code>
            </p>
          )}
        </div>
      )}
    </Asked>
  );
}

function Uses({ list }: { list: KeyUse[] }) {
  const { columns, kinds } = t.privacy.keyUses;
  return (
    <Table
      caption={t.privacy.keyUses.title}
      stacks
      rows={list}
      keyOf={({ number }) => number}
      columns={[
        {
          title: columns.what,
          heads: true,
          cell: ({ kind, model }) => (model ? `${kinds[kind]}: ${model}` : kinds[kind]),
        },
        { title: columns.provider, cell: ({ provider }) => t.common.providers[provider] ?? provider },
        {
          title: columns.tokens,
          figures: true,
          cell: ({ kind, inputTokens, cachedTokens, outputTokens }) =>
            kind === 'call'
              ? `${formatNumber(inputTokens + cachedTokens)} / ${formatNumber(outputTokens)}`
              : '–',
        },
        {
          title: columns.when,
          cell: ({ at }) => <span className="whitespace-nowrap">{formatTime(at)}</span>,
        },
        { title: columns.hash, cell: ({ hash }) => <code className="text-sm">{hash.slice(0, SHORT)}</code> },
      ]}
    />
  );
}
