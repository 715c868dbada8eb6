/** `gateway.sock`: the gateway listens, the bridge room calls. The socket says whose container it is. */
import * as z from 'zod';
import { channelState } from './channel-state.js';
import { declaredHost } from './hosts.js';
import { accountId, channelKind, linkableKind, provider } from './ids.js';
import { outcome } from './message.js';
import { sealedMessage } from './sealed.js';

/**
 * Spoken on every door. Grows when one side would misread the other: with a field that it needs and the other does not send,
 * or that the other's schema does not know. A container of another version is made anew from the image in force; where the
 * image itself is of another version, whoever waits for it is told `version-mismatch`.
 * 2: the hello names the hosts; a key's uses and troubles are reported.
 */
export const DOOR_VERSION = 2;

const bytes32 = z.base64().length(44);

/** Which model answers for a provider whose key is set. */
export const modelChoice = z.strictObject({ provider, model: z.string().min(1).max(100) });
export type ModelChoice = z.infer<typeof modelChoice>;

/** US dollars per million tokens. */
export const price = z.strictObject({
  input: z.number().nonnegative(),
  output: z.number().nonnegative(),
  /** What of the input the provider had cached, and what it newly put there. */
  cacheRead: z.number().nonnegative(),
  cacheWrite: z.number().nonnegative(),
});
export type Price = z.infer<typeof price>;

/** A model the account could use, with what is known of it. */
export const catalogueModel = z.strictObject({
  ...modelChoice.shape,
  /** Tokens of request and answer together. */
  contextTokens: z.int().positive(),
  /** Longest answer, in tokens, thinking included. */
  outputTokens: z.int().positive(),
  images: z.boolean(),
  thinking: z.boolean(),
  /** Null: nobody knows, and it counts as nothing. Only a compatible server's model may have none. */
  price: price.nullable(),
});
export type CatalogueModel = z.infer<typeof catalogueModel>;

/** A model that only writes down what is said; its input is sound. */
export const transcriptionModel = z.strictObject({
  ...modelChoice.shape,
  /** Longest text, in tokens. */
  outputTokens: z.int().positive(),
  price,
});

/** The models of the providers whose key is set, and the day on which their prices were looked up. */
export const catalogue = z.strictObject({
  date: z.iso.date(),
  models: z.array(catalogueModel),
  /** None is chosen by anybody, so they are kept apart from the others. */
  transcription: z.array(transcriptionModel).exactOptional(),
});
export type Catalogue = z.infer<typeof catalogue>;

/** What may change while the container runs; sent with the hello and again when it changes. */
export const settings = z.strictObject({
  /** In order of preference; empty when no key is set. */
  models: z.array(modelChoice),
  catalogue,
  /** Where the provider `compatible` is, up to and with `/v1`; null when none is set. */
  compatibleUrl: z.url({ protocol: /^https$/ }).nullable(),
  /** `https://host` when webhooks can reach this installation, else null: the bridges poll. */
  publicUrl: z.url().nullable(),
  /** Every host that the egress door opens for this container, and those that its user has stopped. */
  hosts: z.array(declaredHost),
});
export type Settings = z.infer<typeof settings>;

/** POST /v1/hello: the first call of a bridge room. */
export const helloRequest = z.strictObject({ version: z.int() });
export const helloResponse = z.strictObject({
  account: accountId,
  /** Changes with each start of the gateway; a bridge room that sees a new one hands its queued messages in again. */
  instance: z.string(),
  /** AES-256 key for what the bridge room keeps on the volume; lives in memory only. */
  containerKey: bytes32,
  gatewayPublicKey: bytes32,
  settings,
  /** PEM of certificate authorities to trust beside the built-in ones; null for none. */
  extraCa: z.string().nullable(),
});
export type HelloResponse = z.infer<typeof helloResponse>;

/** POST /v1/ready: `worker.sock` listens now. The public key is where sealed messages for this container go. */
export const readyRequest = z.strictObject({ publicKey: bytes32 });

/** POST /v1/messages: hand in sealed messages. Answered 200 when the queue holds all of them durably. */
export const handInRequest = z.strictObject({
  messages: z.array(sealedMessage).min(1).max(100),
  /** Above 0 when handed in again; makes a new job, since the queue may still hold a dead one under the first name. */
  attempt: z.int().min(0).max(1000),
});

/** PUT /v1/channels/:kind: the channel's state, and for webhooks the hash that the gateway checks. */
export const channelReport = z.strictObject({
  channel: linkableKind,
  state: channelState,
  webhook: z.strictObject({ secretHash: z.string().regex(/^[0-9a-f]{64}$/) }).nullable(),
});

/**
 * POST /v1/keys/:provider: release the API key to the bridge room's memory.
 * POST /v1/keys/:provider/refused: the provider does not take this key; its user is told on the dashboard.
 */
export const keyResponse = z.strictObject({ key: z.string().min(1).max(500) });

/** POST /v1/figures: figures only. `batch` grows by one; a repeated batch is ignored, so nothing counts twice. */
export const figure = z.strictObject({
  day: z.iso.date(),
  channel: channelKind,
  outcome,
  provider: provider.nullable(),
  model: z.string().max(100).nullable(),
  /** Without what was cached. */
  inputTokens: z.int().nonnegative(),
  /** Input that the provider had cached. */
  cachedTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  /** Millionths of a US dollar. */
  costMicros: z.int().nonnegative(),
});
export type Figure = z.infer<typeof figure>;
/** One call of a provider with the user's key: when, and how much. For the ledger of the key's uses. */
export const keyCall = z.strictObject({
  /** Milliseconds since 1970. */
  at: z.int().nonnegative(),
  provider,
  model: z.string().max(100),
  inputTokens: z.int().nonnegative(),
  cachedTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
});
export type KeyCall = z.infer<typeof keyCall>;
export const figuresRequest = z
  .strictObject({
    batch: z.int().positive(),
    figures: z.array(figure).max(500),
    calls: z.array(keyCall).max(500).exactOptional(),
  })
  .refine(({ figures, calls = [] }) => figures.length + calls.length > 0, 'is empty');

/** PUT /v1/wake: when this container wants to be awake, milliseconds since 1970; null takes an earlier wish back. */
export const wakeRequest = z.strictObject({ at: z.int().nonnegative().nullable() });

/** POST /v1/trouble: something that the bridge room does by itself did not work; it goes on, and tries again. For the log. */
export const roomTrouble = z.strictObject({
  part: z.enum(['journal-cleaning']),
  code: z.enum(['storage-full', 'failed']),
});
export type RoomTrouble = z.infer<typeof roomTrouble>;

/** POST /v1/idle: nothing is running and no live connection is needed; the gateway may stop the container. */
export const idleRequest = z.strictObject({ idleSeconds: z.int().nonnegative() });

/** GET /v1/hosts is answered with a `hostTable`; PUT with a `hostChange` too. Only its user's own word may bring it about. */
