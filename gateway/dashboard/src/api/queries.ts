/** Everything that is read from the API, each under the key by which it is read anew. */
import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import { Refusal, Unreachable } from './errors';
import type { DeletionKind, LinkableKind } from './types';

const SECOND = 1_000;

export const installationQuery = queryOptions({
  queryKey: ['installation'],
  queryFn: () => answer(api.GET('/v1/installation')),
});

/** null when nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => {
    try {
      return await answer(api.GET('/v1/session'));
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60 * SECOND,
});

export const invitationQuery = (invitation: string) =>
  queryOptions({
    queryKey: ['invitation', invitation],
    queryFn: () => answer(api.GET('/v1/invitation', { params: { query: { invitation } } })),
    retry: false,
  });

export const homeQuery = queryOptions({
  queryKey: ['home'],
  queryFn: () => answer(api.GET('/v1/me/home')),
  // Events say when it changed; this is for a proxy that swallows them.
  refetchInterval: 60 * SECOND,
});

export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  queryFn: async () => (await answer(api.GET('/v1/me/channels'))).channels,
  refetchInterval: 30 * SECOND,
});

export const ownersQuery = (kind: LinkableKind) =>
  queryOptions({
    queryKey: ['channels', kind, 'owners'],
    queryFn: async () =>
      (await answer(api.GET('/v1/me/channels/{kind}/owners', { params: { path: { kind } } }))).owners,
  });

export const linkDetailsQuery = (kind: LinkableKind) =>
  queryOptions({
    queryKey: ['channels', kind, 'details'],
    queryFn: () => answer(api.GET('/v1/me/channels/{kind}/details', { params: { path: { kind } } })),
  });

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: async () => (await answer(api.GET('/v1/me/keys'))).keys,
});

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: () => answer(api.GET('/v1/me/models')),
  staleTime: Infinity,
});

export const budgetQuery = queryOptions({
  queryKey: ['budget'],
  queryFn: () => answer(api.GET('/v1/me/budget')),
});

export const usageQuery = (days: number) =>
  queryOptions({
    queryKey: ['usage', days],
    queryFn: () => answer(api.GET('/v1/me/usage', { params: { query: { days } } })),
  });

export const hostsQuery = queryOptions({
  queryKey: ['hosts'],
  queryFn: async () => (await answer(api.GET('/v1/me/hosts'))).hosts,
  // As it is seen at the door, while somebody looks.
  refetchInterval: 5 * SECOND,
});

/** @param before a number; the page of those before it */
export const keyUsesQuery = (before: number | null) =>
  queryOptions({
    queryKey: ['key-uses', 'page', before],
    queryFn: () =>
      answer(api.GET('/v1/me/key-uses', { params: { query: before === null ? {} : { before } } })),
  });

export const keyUseChainQuery = queryOptions({
  queryKey: ['key-uses', 'chain'],
  queryFn: () => answer(api.GET('/v1/me/key-uses/chain')),
});

export const accessesQuery = queryOptions({
  queryKey: ['accesses'],
  queryFn: async () => (await answer(api.GET('/v1/me/accesses'))).accesses,
});

export const privacyQuery = queryOptions({
  queryKey: ['privacy'],
  queryFn: () => answer(api.GET('/v1/me/privacy')),
});

/** What a deletion would take, counted when it is asked. */
export const deletionPreviewQuery = (kind: DeletionKind, files: boolean) =>
  queryOptions({
    queryKey: ['deletion-preview', kind, files],
    queryFn: () =>
      answer(
        api.GET('/v1/me/deletions/preview', { params: { query: { kind, files: files ? 'yes' : 'no' } } }),
      ),
    staleTime: 0,
  });

export const deletionsQuery = queryOptions({
  queryKey: ['deletions'],
  queryFn: async () => (await answer(api.GET('/v1/me/deletions'))).deletions,
});

/** Looked at again and again until it is over; needs no session. */
export const receiptQuery = (token: string) =>
  queryOptions({
    queryKey: ['receipt', token],
    queryFn: () => answer(api.GET('/v1/receipts/{token}', { params: { path: { token } } })),
    refetchInterval: ({ state }) =>
      state.data?.finishedAt === null || state.error instanceof Unreachable ? 700 : false,
    retry: false,
  });

export const retentionQuery = queryOptions({
  queryKey: ['retention'],
  queryFn: async () => (await answer(api.GET('/v1/me/retention'))).rows,
  staleTime: Infinity,
});

export const exportQuery = queryOptions({
  queryKey: ['export'],
  queryFn: () => answer(api.GET('/v1/me/export')),
  refetchInterval: ({ state }) => (state.data?.state === 'making' ? SECOND : false),
});

export const assistantQuery = queryOptions({
  queryKey: ['assistant'],
  queryFn: () => answer(api.GET('/v1/me/assistant')),
});

export const memoryQuery = queryOptions({
  queryKey: ['memory'],
  queryFn: async () => (await answer(api.GET('/v1/me/memory'))).files,
});

export const memoryFileQuery = (name: string) =>
  queryOptions({
    queryKey: ['memory', name],
    queryFn: () => answer(api.GET('/v1/me/memory/{name}', { params: { path: { name } } })),
  });

export const filesQuery = (path: string) =>
  queryOptions({
    queryKey: ['files', path],
    queryFn: () => answer(api.GET('/v1/me/files', { params: { query: { path } } })),
  });

export const conversationsQuery = (search: string) =>
  queryOptions({
    queryKey: ['conversations', 'list', search],
    queryFn: async () =>
      (await answer(api.GET('/v1/me/conversations', { params: { query: search ? { words: search } : {} } })))
        .conversations,
  });

export const passkeysQuery = queryOptions({
  queryKey: ['passkeys'],
  queryFn: async () => (await answer(api.GET('/v1/me/passkeys'))).passkeys,
});

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async () => (await answer(api.GET('/v1/me/sessions'))).sessions,
});

export const auditQuery = queryOptions({
  queryKey: ['audit'],
  queryFn: async () => (await answer(api.GET('/v1/me/audit'))).entries,
});

export const usersQuery = queryOptions({
  queryKey: ['operator', 'users'],
  queryFn: async () => (await answer(api.GET('/v1/operator/users'))).users,
});

export const invitationsQuery = queryOptions({
  queryKey: ['operator', 'invitations'],
  queryFn: async () => (await answer(api.GET('/v1/operator/invitations'))).invitations,
});

export const containersQuery = queryOptions({
  queryKey: ['operator', 'containers'],
  queryFn: () => answer(api.GET('/v1/operator/containers')),
  refetchInterval: 15 * SECOND,
});

export const healthQuery = queryOptions({
  queryKey: ['operator', 'health'],
  queryFn: () => answer(api.GET('/v1/operator/health')),
  refetchInterval: 15 * SECOND,
});

export const settingsQuery = queryOptions({
  queryKey: ['operator', 'settings'],
  queryFn: async () => (await answer(api.GET('/v1/operator/settings'))).settings,
});

export const operatorAuditQuery = queryOptions({
  queryKey: ['operator', 'audit'],
  queryFn: async () => (await answer(api.GET('/v1/operator/audit'))).entries,
});
