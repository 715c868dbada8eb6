/** What a query gives, once it is there: progress before, and after a failure the reason with a way to try again. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { words } from '../api/errors';
import { t } from '../texts';
import { Button } from './Button';
import { Note } from './Card';
import { Loading } from './Progress';

interface AskedProps<Data> {
  of: UseQueryResult<Data>;
  loading?: string;
  /** What stands there until then, where the page below would move otherwise. */
  waiting?: ReactNode;
  children: (data: Data) => ReactNode;
}

export function Asked<Data>({ of: query, loading, waiting, children }: AskedProps<Data>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError)
    return <Failed error={query.error} onRetry={() => void query.refetch()} isPending={query.isFetching} />;
  if (waiting) return <>{waiting}</>;
  return <Loading {...(loading ? { label: loading } : {})} />;
}

export function Failed({
  error,
  onRetry,
  isPending,
}: {
  error: unknown;
  onRetry?: () => void;
  isPending?: boolean;
}) {
  return (
    <Note
      tone="bad"
      alert
      action={
        onRetry && (
          <Button size="small" icon="refresh" onPress={onRetry} isPending={isPending ?? false}>
            {t.common.tryAgain}
          </Button>
        )
      }
    >
      {words(error)}
    </Note>
  );
}
