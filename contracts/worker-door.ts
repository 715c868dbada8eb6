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

/**
 * POST /v1/channels/:kind/link, answered with a `linkAnswer`: `sealed` is `sealAnonymously(container public key, JSON)` of
 * a `linkEnvelope`.
 */
export const linkRequest = z.strictObject({ sealed: z.base64().max(8192) });

/**
 * What the user gives, as the channel's own code reads it, and `sealTo`: a fresh public key of theirs, to which the steps
 * and the result of a pairing are sealed. It is inside the box, so that nobody on the way can put in their own.
 */
export const linkEnvelope = z.looseObject({ sealTo: z.base64().length(44).optional() });

export const linkResponse = z.strictObject({
  /** What the user sends to the bot as `/link CODE`. */
  code: z.string(),
  expiresAt: z.int(),
  /** What people call the other side, for example `@my_bot`. Shown once, kept nowhere outside the container. */
  address: z.string(),
});
export type LinkResponse = z.infer<typeof linkResponse>;

/** A DNS name in lower case, with a port where it is not 443. */
export const hostAndPort = z
  .string()
  .max(260)
  .regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9]\d{0,4})?$/);

/** How linking went, or that it goes on. */
export const linkAnswer = z.union([
  /** The credential works; now the user says that it is them. */
  linkResponse,
  /** All is done: linking itself has proved who the owner is. */
  z.strictObject({ linked: z.literal(true), address: z.string() }),
  /** It goes on in the background, see `pairingView`. */
  z.strictObject({ pairing: z.literal(true) }),
  /** It cannot go on without this host, which is not on the account's list. Nothing was linked. */
  z.strictObject({ needsHost: hostAndPort }),
]);
export type LinkAnswer = z.infer<typeof linkAnswer>;

/**
 * GET /v1/channels/:kind/pairing?after=N: how the last attempt stands, as soon as its number is greater than N, or after
 * 25 seconds. DELETE ends it. `sealed` was sealed to `sealTo` with `sealAnonymously`.
 */
export const pairingView = z.strictObject({
  /** Grows with each change. */
  number: z.int().nonnegative(),
  state: z.enum(['waiting', 'linked', 'failed']),
  /** While waiting a `pairingStep`, when linked a `linkAnswer`; null for none yet. */
  sealed: z.base64().max(16_384).nullable(),
  /** Of the catalogue of errors; null unless it has failed. */
  error: z.string().max(60).nullable(),
  needsHost: hostAndPort.nullable(),
});
export type PairingView = z.infer<typeof pairingView>;

/** What has to be done on another device: a QR code to scan, or a code to type there. */
export const pairingStep = z.strictObject({
  kind: z.enum(['qr', 'code']),
  text: z.string().max(4_000),
  /** Milliseconds since 1970. */
  expiresAt: z.int(),
});

/** How long a call for a `pairingView` is held, milliseconds. */
export const PAIRING_WAIT = 25_000;

export const telegramCredential = z.strictObject({
  token: z.string().regex(/^\d{1,20}:[A-Za-z0-9_-]{30,100}$/, 'is not a Telegram bot token'),
});

/** A Matrix ID, such as `@me:example.org`. */
export const matrixId = z
  .string()
  .max(255)
  .regex(/^@[^\s:\0]+:[^\s\0]+$/, 'is not a Matrix ID');

/** Never; where the room is encrypted; only there. */
export const matrixEncryption = z.enum(['off', 'on', 'required']);

const matrixServer = {
  /** A server's name, such as `example.org`, which may say that it is somewhere else, or the address of its API. */
  homeserver: z.string().trim().min(1).max(500),
  /** Who may write; whoever claims to be that proves it with `/link CODE`. */
  owner: matrixId,
  encryption: matrixEncryption.default('on'),
  /** What opens the key backup that the account has, as clients show it. */
  recoveryKey: z.string().trim().min(1).max(200).optional(),
};
/** What the user gives to link Matrix: the assistant's own account there, and who they are. */
export const matrixLink = z.union([
  z.strictObject({ ...matrixServer, accessToken: z.string().trim().min(1).max(2_000) }),
  z.strictObject({
    ...matrixServer,
    user: z.string().trim().min(1).max(255),
    password: z.string().min(1).max(1_000),
  }),
]);
export type MatrixLink = z.infer<typeof matrixLink>;

/**
 * `own` is the user's own number: they write to themselves. `dedicated` is a number that only the assistant has: whoever sends
 * the `/link` code to it writes there.
 */
export const whatsappMode = z.enum(['own', 'dedicated']);
const whatsappNumber = {
  mode: whatsappMode,
  /** Whether the other side sees that a message was read. Default: no. */
  readReceipts: z.boolean().optional(),
};
/** What the user gives to link WhatsApp: whose number it is, and how the phone is told. */
export const whatsappLink = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('qr'), ...whatsappNumber }),
  z.strictObject({
    method: z.literal('code'),
    ...whatsappNumber,
    /** With its country code; blanks, dashes and the plus in front may be there. Read, it is in digits. */
    phone: z
      .string()
      .max(40)
      .transform((text) => text.replace(/^\s*\+|[\s().-]/g, ''))
      .pipe(z.string().regex(/^[1-9]\d{6,14}$/, 'is not a phone number with its country code')),
  }),
]);
export type WhatsAppLink = z.infer<typeof whatsappLink>;

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

/** PUT /v1/channels/:kind/settings: what can be changed of a link while it works. */
export const linkSettings = z.strictObject({ readReceipts: z.boolean() });
export type LinkSettings = z.infer<typeof linkSettings>;

/** Our own device as others see it, for comparing by hand. */
export const ownDevice = z.strictObject({
  device: z.string().max(300),
  /** Its key, in base64 without padding. */
  key: z.string().max(100),
});
export type OwnDevice = z.infer<typeof ownDevice>;

/** GET /v1/channels/:kind/details: what only the bridge knows of its link. */
export const linkDetails = z.strictObject({
  /** Null where there are none, or where nobody would see what they change. */
  settings: linkSettings.nullable(),
  /** Null where the bridge itself encrypts nothing. */
  device: ownDevice.nullable(),
});
export type LinkDetails = z.infer<typeof linkDetails>;

/** POST /v1/channels/:kind/test: a test message to the owner's chat. False: nobody is linked, or the platform refused it. */
export const testResponse = z.strictObject({ sent: z.boolean() });

/** GET /v1/budget, and PUT with a `budgetChange`: what was spent, and the caps. */
export const budgetResponse = spending;

/**
 * POST /v1/access-notice: an operator has opened access to this account; its user is told in a chat of theirs.
 * False: no chat took it. The dashboard has it in any case.
 */
export const accessNotice = z.strictObject({
  id: z.uuid(),
  reason: z.string().min(1).max(300),
  /** Milliseconds since 1970. */
  endsAt: z.int().positive(),
});
export type AccessNotice = z.infer<typeof accessNotice>;
export const accessNoticeResponse = z.strictObject({ told: z.boolean() });

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
