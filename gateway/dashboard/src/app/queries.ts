/** The cache of what was read. Who is signed out in the middle of things lands at the sign-in. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { Refusal } from '../api/errors';
import { sessionQuery } from '../api/queries';

const forgetSession = (error: Error): void => {
  if (
    error instanceof Refusal &&
    error.code === 'unauthorized' &&
    queries.getQueryData(sessionQuery.queryKey)
  )
    queries.setQueryData(sessionQuery.queryKey, null);
};

export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: forgetSession }),
  mutationCache: new MutationCache({ onError: forgetSession }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal is an answer; only silence and trouble of the server are tried again.
      retry: (count, error) => count < 2 && !(error instanceof Refusal && error.status < 500),
    },
  },
});
