/** The three deletions, and those that were. */
import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { deletionsQuery } from '../../api/queries';
import type { DeletionKind, DeletionState } from '../../api/types';
import { Button, buttonClass } from '../../components/Button';
import { Badge, Card } from '../../components/Card';
import { t } from '../../texts';
import { formatTime } from '../../texts/format';
import { DeletionDialog } from './DeletionDialog';

const KINDS: readonly DeletionKind[] = ['memory', 'container', 'account'];

export function Deletions() {
  const [kind, setKind] = useState<DeletionKind | null>(null);
  const queries = useQueryClient();
  const earlier = useQuery(deletionsQuery);
  const close = (): void => {
    setKind(null);
    void queries.invalidateQueries();
  };
  return (
    <Card title={t.deletion.title} about={t.deletion.about} icon="trash">
      <ul className="grid gap-4">
        {KINDS.map((each) => {
          const { title, about, action } = t.deletion.kinds[each];
          return (
            <li key={each} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
              <div className="max-w-prose min-w-0 flex-1 basis-72">
                <h3 className="font-semibold">{title}</h3>
                <p className="text-[0.95rem] text-soft">{about}</p>
              </div>
              <Button look="danger" size="small" onPress={() => setKind(each)}>
                {action}…
              </Button>
            </li>
          );
        })}
      </ul>
      {earlier.data && earlier.data.length > 0 && <Earlier list={earlier.data} />}
      {kind && <DeletionDialog kind={kind} onClose={close} />}
    </Card>
  );
}

function Earlier({ list }: { list: (DeletionState & { token: string })[] }) {
  return (
    <div className="mt-6 border-t border-line pt-4">
      <h3 className="mb-2 font-semibold">{t.deletion.earlier}</h3>
      <ul className="grid gap-2">
        {list.map(({ token, kind, askedAt, finishedAt }) => (
          <li key={token} className="flex flex-wrap items-center gap-x-4 gap-y-1 text-[0.95rem]">
            <span>
              {t.deletion.kinds[kind].title}, {formatTime(askedAt)}
            </span>
            {finishedAt === null ? (
              <Badge tone="warn" busy>
                {t.deletion.doing}
              </Badge>
            ) : (
              <a href={`/v1/receipts/${token}/file`} download className={buttonClass('quiet', 'small')}>
                {t.deletion.download}
              </a>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
