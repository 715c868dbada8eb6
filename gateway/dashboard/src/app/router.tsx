/** Every address of the dashboard. A page's code is loaded when it is opened, or when the pointer nears its link. */
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  type ErrorComponentProps,
} from '@tanstack/react-router';
import { hashKey, type QueryClient } from '@tanstack/react-query';
import {
  auditQuery,
  budgetQuery,
  channelsQuery,
  accessesQuery,
  hostsQuery,
  invitationsQuery,
  keysQuery,
  modelsQuery,
  passkeysQuery,
  privacyQuery,
  retentionQuery,
  sessionQuery,
  sessionsQuery,
  usersQuery,
} from '../api/queries';
import { Failed } from '../components/Asked';
import { Loading } from '../components/Progress';
import { Toasts } from '../components/Toasts';
import { HomePage } from '../pages/home/HomePage';
import { NotFoundPage } from '../pages/not-found/NotFoundPage';
import { queries } from './queries';
import { Shell } from './Shell';
import { StepUpWhenAsked } from './StepUpWhenAsked';

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: () => (
    <>
      <Outlet />
      <StepUpWhenAsked />
      <Toasts />
    </>
  ),
  notFoundComponent: NotFoundPage,
});

interface Next {
  next?: string;
}

/** Only an address of this dashboard: what stands in a link must not lead elsewhere. */
const safeNext = ({ next }: Record<string, unknown>): Next =>
  typeof next === 'string' && /^\/(?![/\\])/.test(next) ? { next } : {};

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: safeNext,
  component: lazyRouteComponent(() => import('../pages/sign-in/SignInPage'), 'SignInPage'),
});
const join = createRoute({
  getParentRoute: () => root,
  path: '/join',
  component: lazyRouteComponent(() => import('../pages/join/JoinPage'), 'JoinPage'),
});

const receipt = createRoute({
  getParentRoute: () => root,
  path: '/receipt',
  component: lazyRouteComponent(() => import('../pages/receipt/ReceiptPage'), 'ReceiptPage'),
});

/** The one that is known, or asked for now. */
const readSession = (cache: QueryClient) => cache.query({ ...sessionQuery, staleTime: 'static' });

/** Longer than that a page does not wait: a part of it may need the container awake. */
const PATIENCE = 3_000;

/** A page is shown once what it is made of is there, so that nothing on it moves; what fails says so in its place. */
const once =
  (needed: (cache: QueryClient) => Promise<unknown>[]) =>
  async ({ context }: { context: { queries: QueryClient } }): Promise<void> => {
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    await Promise.race([Promise.allSettled(needed(context.queries)), late]);
  };

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    const session = await readSession(context.queries);
    if (!session) redirect({ to: '/sign-in', search: { next: location.href }, throw: true });
  },
});
const start = createRoute({
  getParentRoute: () => signedIn,
  path: '/start',
  component: lazyRouteComponent(() => import('../pages/start/StartPage'), 'StartPage'),
});

const framed = createRoute({ getParentRoute: () => signedIn, id: 'framed', component: Shell });
const home = createRoute({ getParentRoute: () => framed, path: '/', component: HomePage });
const chat = createRoute({
  getParentRoute: () => framed,
  path: '/chat',
  component: lazyRouteComponent(() => import('../pages/chat/ChatPage'), 'ChatPage'),
});
const channels = createRoute({
  getParentRoute: () => framed,
  path: '/channels',
  loader: once((cache) => [cache.query(channelsQuery)]),
  component: lazyRouteComponent(() => import('../pages/channels/ChannelsPage'), 'ChannelsPage'),
});
const keys = createRoute({
  getParentRoute: () => framed,
  path: '/keys',
  loader: once((cache) => [cache.query(keysQuery), cache.query(modelsQuery), cache.query(budgetQuery)]),
  component: lazyRouteComponent(() => import('../pages/keys/KeysPage'), 'KeysPage'),
});
const usage = createRoute({
  getParentRoute: () => framed,
  path: '/usage',
  component: lazyRouteComponent(() => import('../pages/usage/UsagePage'), 'UsagePage'),
});
const privacy = createRoute({
  getParentRoute: () => framed,
  path: '/privacy',
  loader: once((cache) => [
    cache.query(privacyQuery),
    cache.query(hostsQuery),
    cache.query(accessesQuery),
    cache.query(retentionQuery),
  ]),
  component: lazyRouteComponent(() => import('../pages/privacy/PrivacyPage'), 'PrivacyPage'),
});
const exporting = createRoute({
  getParentRoute: () => framed,
  path: '/export',
  component: lazyRouteComponent(() => import('../pages/export/ExportPage'), 'ExportPage'),
});
const security = createRoute({
  getParentRoute: () => framed,
  path: '/security',
  loader: once((cache) => [cache.query(passkeysQuery), cache.query(sessionsQuery), cache.query(auditQuery)]),
  component: lazyRouteComponent(() => import('../pages/security/SecurityPage'), 'SecurityPage'),
});

const assistant = createRoute({
  getParentRoute: () => framed,
  path: '/assistant',
  component: lazyRouteComponent(() => import('../pages/assistant/AssistantPage'), 'AssistantPage'),
});
const assistantParts = [
  createRoute({
    getParentRoute: () => assistant,
    path: '/',
    component: lazyRouteComponent(() => import('../pages/assistant/SettingsPart'), 'SettingsPart'),
  }),
  createRoute({
    getParentRoute: () => assistant,
    path: '/memory',
    component: lazyRouteComponent(() => import('../pages/assistant/MemoryPart'), 'MemoryPart'),
  }),
  createRoute({
    getParentRoute: () => assistant,
    path: '/files',
    validateSearch: ({ path }: Record<string, unknown>): { path?: string } =>
      typeof path === 'string' && path ? { path } : {},
    component: lazyRouteComponent(() => import('../pages/assistant/FilesPart'), 'FilesPart'),
  }),
  createRoute({
    getParentRoute: () => assistant,
    path: '/conversations',
    component: lazyRouteComponent(() => import('../pages/assistant/ConversationsPart'), 'ConversationsPart'),
  }),
  createRoute({
    getParentRoute: () => assistant,
    path: '/conversations/$id',
    component: lazyRouteComponent(() => import('../pages/assistant/ConversationPart'), 'ConversationPart'),
  }),
] as const;

const operator = createRoute({
  getParentRoute: () => framed,
  path: '/operator',
  beforeLoad: async ({ context }) => {
    const session = await readSession(context.queries);
    if (session?.account.role !== 'operator') redirect({ to: '/', throw: true });
  },
  component: lazyRouteComponent(() => import('../pages/operator/OperatorPage'), 'OperatorPage'),
});
const operatorParts = [
  createRoute({
    getParentRoute: () => operator,
    path: '/',
    loader: once((cache) => [cache.query(usersQuery), cache.query(invitationsQuery)]),
    component: lazyRouteComponent(() => import('../pages/operator/UsersPart'), 'UsersPart'),
  }),
  createRoute({
    getParentRoute: () => operator,
    path: '/containers',
    component: lazyRouteComponent(() => import('../pages/operator/ContainersPart'), 'ContainersPart'),
  }),
  createRoute({
    getParentRoute: () => operator,
    path: '/health',
    component: lazyRouteComponent(() => import('../pages/operator/HealthPart'), 'HealthPart'),
  }),
  createRoute({
    getParentRoute: () => operator,
    path: '/settings',
    component: lazyRouteComponent(() => import('../pages/operator/SettingsPart'), 'SettingsPart'),
  }),
  createRoute({
    getParentRoute: () => operator,
    path: '/audit',
    component: lazyRouteComponent(() => import('../pages/operator/AuditPart'), 'AuditPart'),
  }),
] as const;

const tree = root.addChildren([
  signIn,
  join,
  receipt,
  signedIn.addChildren([
    start,
    framed.addChildren([
      home,
      chat,
      channels,
      keys,
      usage,
      privacy,
      exporting,
      security,
      assistant.addChildren(assistantParts),
      operator.addChildren(operatorParts),
    ]),
  ]),
]);

function Trouble({ error, reset }: ErrorComponentProps) {
  return (
    <div className="mx-auto max-w-lg p-6">
      <Failed error={error} onRetry={reset} />
    </div>
  );
}

export const router = createRouter({
  routeTree: tree,
  context: { queries },
  defaultPreload: 'intent',
  defaultPendingComponent: () => <Loading />,
  defaultPendingMs: 300,
  defaultErrorComponent: Trouble,
  scrollRestoration: true,
});

/** Who is signed out in the middle of things comes back to the same page afterwards. */
queries.getQueryCache().subscribe(({ query, type }) => {
  const signedOut =
    type === 'updated' && query.queryHash === hashKey(sessionQuery.queryKey) && query.state.data === null;
  const { pathname, href } = router.state.location;
  if (signedOut && pathname !== '/sign-in' && pathname !== '/join' && pathname !== '/receipt')
    void router.navigate({ to: '/sign-in', search: { next: href } });
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
