/**
 * `worker.sock`: the bridge room listens, the gateway calls.
 * /v1/content/* is passed on to the agent room, byte for byte in both directions; `content.ts` says what it takes.
 * POST /v1/web/messages takes a `webMessage`; GET /v1/web/events streams `webEvent`s, from `Last-Event-ID` on.
 */
import * as z from 'zod';
import { channelState } from './channel-state.js';
import { linkableKind } from './ids.js';
import { spending } from './rooms-door.js';
import { sealedMessage } from './sealed.js';
import { settings } from './gateway-door.js';

/** POST /v1/messages: deliver. One result per message, in order; a refused one is not tried again. */
export const deliverRequest = z.strictObject({ messages: z.array(sealedMessage).min(1).max(100) });
export const deliverResponse = z.strictObject({
  results: z.array(z.enum(['accepted', 'duplicate', 'refused'])),
});

/** POST /v1/channels/:kind/link: `sealed` is `sealAnonymously(container public key, JSON of the credential)`. */
export const linkRequest = z.strictObject({ sealed: z.base64().max(8192) });
export const linkResponse = z.strictObject({
  /** What the user sends to the bot as `/link CODE`. */
  code: z.string(),
  expiresAt: z.int(),
  /** What people call the other side, for example `@my_bot`. Shown once, kept nowhere outside the container. */
  address: z.string(),
});
export type LinkResponse = z.infer<typeof linkResponse>;

export const telegramCredential = z.strictObject({
  token: z.string().regex(/^\d{1,20}:[A-Za-z0-9_-]{30,100}$/, 'is not a Telegram bot token'),
});

/** POST /v1/channels/:kind/code: a new `linkResponse` for the credential that is there. Nobody may write until it is sent. */

/** GET /v1/channels/:kind/owners: who may write. DELETE /v1/channels/:kind/owners/:id: not any more. */
export const ownersResponse = z.strictObject({
  owners: z.array(
    z.strictObject({
      /** As the platform names them. */
      id: z.string().max(200),
      name: z.string().nullable(),
      /** Milliseconds since 1970. */
      since: z.int().nonnegative().nullable(),
    }),
  ),
});
export type Owners = z.infer<typeof ownersResponse>['owners'];

/** POST /v1/channels/:kind/test: a test message to the owner's chat. False: nobody is linked, or the platform refused it. */
export const testResponse = z.strictObject({ sent: z.boolean() });

/** GET /v1/budget, and PUT with a `budgetChange`: what was spent, and the caps. */
export const budgetResponse = spending;

/**
 * POST /v1/wake: the time has come that this container wished for with `PUT /v1/wake`. Once more than needed does no harm.
 * PUT /v1/settings: the account's settings changed.
 * DELETE /v1/channels/:kind: unlink.
 */
export const settingsRequest = settings;

/** GET /v1/health */
export const healthResponse = z.strictObject({
  version: z.int(),
  agent: z.enum(['running', 'stopped']),
  /** Those that are linked. */
  channels: z.array(z.strictObject({ channel: linkableKind, state: channelState })),
  /** Journal rows by state: how many messages are where. */
  journal: z.record(z.string(), z.int()),
});
export type ContainerHealth = z.infer<typeof healthResponse>;
