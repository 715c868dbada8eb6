/** `worker.sock`: what the gateway may ask of this container. */
import * as z from 'zod';
import { DOOR_VERSION } from '../../../contracts/gateway-door.js';
import { DoorServer, route } from '../../../contracts/door-http.js';
import { AraError } from '../../../contracts/errors.js';
import { channelKind, type AccountId } from '../../../contracts/ids.js';
import { inboundMessage } from '../../../contracts/message.js';
import { openAnonymous, type KeyPair, type Sealer } from '../../../contracts/seal.js';
import type { SealedMessage } from '../../../contracts/sealed.js';
import {
  deliverRequest,
  linkRequest,
  settingsRequest,
  type ContainerHealth,
} from '../../../contracts/worker-door.js';
import type { Settings } from '../../../contracts/gateway-door.js';
import type { Channels } from './channels.js';
import { sealedId } from './hand-in.js';
import type { Journal, JournalRow } from './journal.js';

export interface WorkerDoorParts {
  account: AccountId;
  keys: KeyPair;
  /** Opens what this container sealed to itself. */
  own: Sealer;
  /** Opens what the gateway sealed. */
  fromGateway: Sealer;
  journal: Journal;
  channels: Channels;
  onDelivered(rows: JournalRow[]): void;
  onSettings(settings: Settings): Promise<void>;
  /** The time of the wish may have come. */
  onWake(): void;
  agentRuns(): boolean;
}

type Result = 'accepted' | 'duplicate' | 'refused';

export function workerDoor(parts: WorkerDoorParts): DoorServer {
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
      return channels.link(channelKind.parse(params['kind']), raw);
    }),
    {
      method: 'DELETE',
      path: '/v1/channels/:kind',
      handle: ({ params }) => channels.unlink(channelKind.parse(params['kind'])),
    },
    route('PUT', '/v1/settings', settingsRequest, ({ body }) => parts.onSettings(body)),
    { method: 'POST', path: '/v1/wake', handle: () => parts.onWake() },
    { method: 'GET', path: '/v1/health', handle: health },
  ]);
}
