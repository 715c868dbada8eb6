/** The code of a link: shown once by the API, so it is kept here until it is used or too old, on whatever page. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../api/client';
import type { LinkableKind, LinkCode } from '../../api/types';
import { useAct } from '../../components/useAct';

const keyOf = (kind: LinkableKind) => ['link', kind];

export const useLinkAnswer = (kind: LinkableKind) =>
  useQuery<LinkCode | null>({
    queryKey: keyOf(kind),
    queryFn: () => null,
    initialData: null,
    staleTime: Infinity,
    gcTime: Infinity,
  });

/** `null`: the code was used, or is for nobody any more. */
export function useKeepLinkAnswer(kind: LinkableKind): (link: LinkCode | null) => void {
  const queries = useQueryClient();
  return (link) => queries.setQueryData(keyOf(kind), link);
}

export function useNewCode(kind: LinkableKind) {
  const keep = useKeepLinkAnswer(kind);
  return useAct(() => answer(api.POST('/v1/me/channels/{kind}/code', { params: { path: { kind } } })), {
    refresh: ['channels', 'home'],
    onDone: keep,
  });
}
