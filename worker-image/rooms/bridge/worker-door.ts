/** `worker.sock`: what the gateway may ask of this container. */
import * as z from 'zod';
import { budgetChange, webMessage } from '../../../contracts/content.js';
import { DOOR_VERSION } from '../../../contracts/gateway-door.js';
import { DoorServer, route, type DoorCall, type Route } from '../../../contracts/door-http.js';
import { AraError } from '../../../contracts/errors.js';
import { linkableKind, type AccountId, type LinkableKind } from '../../../contracts/ids.js';
import { inboundMessage } from '../../../contracts/message.js';
import { openAnonymous, type KeyPair, type Sealer } from '../../../contracts/seal.js';
import type { SealedMessage } from '../../../contracts/sealed.js';
import {
  accessNotice,
  deliverRequest,
  linkRequest,
  linkSettings,
  PAIRING_WAIT,
  settingsRequest,
  type ContainerHealth,
  type PairingView,
} from '../../../contracts/worker-door.js';
import type { Settings } from '../../../contracts/gateway-door.js';
import { tellOfAccess } from './channels/access-notice.js';
import type { Channels } from './channels/channels.js';
import type { ContentPass } from './content-pass.js';
import { sealedId } from './gateway/hand-in.js';
import type { Journal, JournalRow } from './journal/journal.js';
import type { SpendingBook } from './models/spending.js';

export interface WorkerDoorParts {
  account: AccountId;
  keys: KeyPair;
  /** Opens what this container sealed to itself. */
  own: Sealer;
  /** Opens what the gateway sealed. */
  fromGateway: Sealer;
  journal: Journal;
  channels: Channels;
  content: Pick<ContentPass, 'pass'>;
  spending: Pick<SpendingBook, 'putCaps' | 'view'>;
  onDelivered(rows: JournalRow[]): void;
  onSettings(settings: Settings): Promise<void>;
  /** The time of the wish may have come. */
  onWake(): void;
  agentRuns(): boolean;
  /** What belongs to deletions. */
  deletion?: Route[];
}

type Result = 'accepted' | 'duplicate' | 'refused';

/** @param more routes of other concerns on the same door */
export function workerDoor(parts: WorkerDoorParts, more: readonly Route[] = []): DoorServer {
  const { journal, channels } = parts;

  /** A message we sealed ourselves: the journal has the words, the seal proves that the job is ours. */
  const takeOwn = (sealed: SealedMessage): Result => {
    const message = inboundMessage.parse(JSON.parse(parts.own.open(sealed).toString('utf8')));
    const expected = sealedId(parts.account, message.channel, message.platformId);
    if (sealed.account !== parts.account || sealed.id !== expected) throw new AraError('forged');
    const [row] = journal.deliver(message.channel, [message.platformId]);
    if (!row) return 'duplicate';
    parts.onDelivered([row]);
    return 'accepted';
  };

  const take = async (sealed: SealedMessage): Promise<Result> => {
    try {
      if (sealed.kind === 'message') return takeOwn(sealed);
      if (sealed.account !== parts.account) return 'refused';
      return await channels.takeWebhook(sealed.channel, parts.fromGateway.open(sealed));
    } catch (error) {
      // A box that does not open or does not hold a message never will; anything else is worth another try.
      if (error instanceof AraError && !error.retry && error.code !== 'internal') return 'refused';
      if (error instanceof z.ZodError || error instanceof SyntaxError) return 'refused';
      throw error;
    }
  };

  const health = (): ContainerHealth => ({
    version: DOOR_VERSION,
    agent: parts.agentRuns() ? 'running' : 'stopped',
    channels: channels.states(),
    journal: journal.counts(),
  });

  return new DoorServer([
    route('POST', '/v1/messages', deliverRequest, async ({ body }) => ({
      results: await Promise.all(body.messages.map(take)),
    })),
    route('POST', '/v1/channels/:kind/link', linkRequest, ({ params, body }) => {
      const raw: unknown = JSON.parse(openAnonymous(parts.keys, body.sealed).toString('utf8'));
      return channels.link(kindOf(params), raw);
    }),
    {
      method: 'GET',
      path: '/v1/channels/:kind/pairing',
      handle: (call) => pairing(channels, call),
    },
    {
      method: 'DELETE',
      path: '/v1/channels/:kind/pairing',
      handle: ({ params }) => channels.attempts.cancel(kindOf(params)),
    },
    {
      method: 'DELETE',
      path: '/v1/channels/:kind',
      handle: async ({ params }) => {
        await channels.unlink(kindOf(params));
      },
    },
    {
      method: 'POST',
      path: '/v1/channels/:kind/code',
      handle: ({ params }) => channels.newCode(kindOf(params)),
    },
    {
      method: 'POST',
      path: '/v1/channels/:kind/test',
      handle: async ({ params }) => ({ sent: await channels.sendTest(kindOf(params)) }),
    },
    {
      method: 'GET',
      path: '/v1/channels/:kind/owners',
      handle: ({ params }) => ({ owners: channels.owners(kindOf(params)) }),
    },
    {
      method: 'DELETE',
      path: '/v1/channels/:kind/owners/:id',
      handle: ({ params }) => channels.removeOwner(kindOf(params), decoded(params['id'])),
    },
    {
      method: 'GET',
      path: '/v1/channels/:kind/details',
      handle: ({ params }) => channels.details(kindOf(params)),
    },
    route('PUT', '/v1/channels/:kind/settings', linkSettings, ({ params, body }) =>
      channels.change(kindOf(params), body),
    ),
    ...['GET', 'POST', 'PUT', 'DELETE'].map((method) => ({
      method,
      path: '/v1/content/*',
      handle: (call: DoorCall) => parts.content.pass(call),
    })),
    ...more,
    { method: 'GET', path: '/v1/budget', handle: () => parts.spending.view() },
    route('PUT', '/v1/budget', budgetChange, ({ body }) => {
      parts.spending.putCaps(body);
      return parts.spending.view();
    }),
    route('POST', '/v1/web/messages', webMessage, ({ body }) => void channels.web.take(body)),
    { method: 'GET', path: '/v1/web/events', handle: (call) => webEvents(channels, call) },
    route('PUT', '/v1/settings', settingsRequest, ({ body }) => parts.onSettings(body)),
    route('POST', '/v1/access-notice', accessNotice, async ({ body }) => ({
      told: await tellOfAccess(channels, body),
    })),
    { method: 'POST', path: '/v1/wake', handle: () => parts.onWake() },
    { method: 'GET', path: '/v1/health', handle: health },
    ...(parts.deletion ?? []),
  ]);
}

const kindOf = (params: DoorCall['params']): LinkableKind => linkableKind.parse(params['kind']);

/** @throws AraError `bad-request` */
function decoded(part = ''): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new AraError('bad-request', 'id');
  }
}

function pairing({ attempts }: Channels, { params, query, response }: DoorCall): Promise<PairingView> {
  const after = attemptNumber.parse(query.get('after') ?? 0);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return attempts.next(kindOf(params), after, PAIRING_WAIT, gone.signal);
}

const attemptNumber = z.coerce.number().int().min(-1);

/** Until the gateway hangs up. */
function webEvents({ feed }: Channels, { request, response }: DoorCall): Promise<void> {
  const since = lastEvent.parse(request.headers['last-event-id'] ?? null);
  return new Promise((resolve) => {
    response.once('close', resolve);
    feed.read(response, since);
  });
}

const lastEvent = z.coerce.number().int().nonnegative().nullable();
