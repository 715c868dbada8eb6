/** The cache of what was read. Who is signed out in the middle of things lands at the sign-in. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { Refusal } from '../api/errors';
import { sessionQuery } from '../api/queries';

const checkSession = (error: Error): void => {
  // Asked again and not just believed: the session itself says whether it is over.
  if (error instanceof Refusal && error.code === 'unauthorized')
    void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
};

export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: checkSession }),
  mutationCache: new MutationCache({ onError: checkSession }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal is an answer; only silence and trouble of the server are tried again.
      retry: (count, error) => count < 2 && !(error instanceof Refusal && error.status < 500),
    },
  },
});
