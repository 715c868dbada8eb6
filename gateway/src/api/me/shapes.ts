/** What the dashboard is told of the account that is signed in: state and figures. Content has schemas of its own. */
import * as z from 'zod';
import { channelState } from '../../../../contracts/channel-state.js';
import { hostTable } from '../../../../contracts/hosts.js';
import { channelKind, linkableKind, provider } from '../../../../contracts/ids.js';
import { outcome } from '../../../../contracts/message.js';

const time = z.coerce.date().meta({ format: 'date-time' });
const day = z.iso.date();
const count = z.int().nonnegative();
/** Millionths of a US dollar. */
const micros = count;

/** Channels that are linked with a credential; the browser is one that needs none. */
export { linkableKind };

export const container = z.object({
  state: z.enum(['awake', 'waking', 'asleep']),
  /** When it wants to be woken, for a reminder. */
  wakeAt: time.nullable(),
  /** Messages that wait or are being answered; null while asleep. */
  waiting: count.nullable(),
});

export const channel = z.object({
  kind: linkableKind,
  state: channelState,
  since: time.nullable(),
  /** When the last message ended, of either direction; null for never. The time only. */
  lastMessageAt: time.nullable(),
});
export const channels = z.object({ channels: z.array(channel) });

export const publicKey = z.object({ publicKey: z.base64() });
/** Who may write on a channel. Lives in the container and is asked there. */
export const owner = z.object({ id: z.string(), name: z.string().nullable(), since: time.nullable() });
export const owners = z.object({ owners: z.array(owner) });
/** The number of the last view that is known. */
export const afterQuery = z.strictObject({ after: z.coerce.number().int().nonnegative().default(0) });
export const testMessage = z.object({ sent: z.boolean() });

export const alarm = z.object({
  kind: z.enum([
    'channel-needs-relink',
    'channel-conflict',
    'channel-phone-away',
    'no-key',
    'no-channel',
    'key-refused',
    'budget-used-up',
  ]),
  channel: linkableKind.nullable(),
  provider: provider.nullable(),
});

export const home = z.object({
  container,
  channels: z.array(channel),
  today: z.object({ messages: count, inputTokens: count, outputTokens: count, costMicros: micros }),
  alarms: z.array(alarm),
  /** What of the first-run wizard is done. */
  steps: z.object({ key: z.boolean(), channel: z.boolean(), message: z.boolean() }),
});

/** An event of `GET /v1/me/events`: read anew what it names. */
export const liveEvent = z.object({
  changed: z.enum(['channels', 'container', 'usage']),
});

const price = z.object({
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
});
/** US dollars per million tokens. */
const ownPrice = z.strictObject({ input: z.number(), output: z.number() });
export const key = z.object({
  provider,
  lastFour: z.string(),
  model: z.string(),
  baseUrl: z.string().nullable(),
  /** What was said of the model of a `compatible` server; null for what was not, and for the others. */
  contextTokens: z.int().nullable(),
  images: z.boolean().nullable(),
  price: ownPrice.nullable(),
  updatedAt: time,
});
/** In the order in which they are asked. */
export const keys = z.object({ keys: z.array(key) });
export const keyRequest = z.strictObject({
  /** Absent: the key stays, and what else is said of it changes. What is absent of the rest stays, too. */
  key: z.string().max(500).optional(),
  model: z.string().max(100).optional(),
  /** For `compatible`. Null takes back what was said. */
  baseUrl: z.string().max(300).optional(),
  contextTokens: z.int().nullable().optional(),
  images: z.boolean().nullable().optional(),
  price: ownPrice.nullable().optional(),
});
export const modelOrder = z.strictObject({
  order: z
    .array(provider)
    .min(1)
    .refine((names) => new Set(names).size === names.length, 'names a provider twice'),
});
export const modelCatalogue = z.object({
  /** When the prices were looked up. */
  date: day,
  models: z.array(
    z.object({
      provider,
      model: z.string(),
      contextTokens: count,
      images: z.boolean(),
      price: price.nullable(),
    }),
  ),
});

/** How many days back. */
export const daysQuery = z.strictObject({ days: z.coerce.number().int().min(1).max(366).default(31) });
export const usage = z.object({
  /** When the prices were looked up. */
  pricesFrom: day,
  rows: z.array(
    z.object({
      day,
      channel: channelKind,
      provider: provider.nullable(),
      model: z.string().nullable(),
      outcome,
      messages: count,
      inputTokens: count,
      cachedTokens: count,
      outputTokens: count,
      costMicros: micros,
    }),
  ),
});

export const flow = z.object({
  day,
  host: z.string(),
  purpose: z.string(),
  connections: count,
  refused: count,
  bytesUp: count,
  bytesDown: count,
  lastAt: time,
});
export const flows = z.object({ flows: z.array(flow) });

/** Before which number; absent for the latest. */
export const keyUsesQuery = z.strictObject({ before: z.coerce.number().int().positive().optional() });
export const keyUse = z.object({
  /** From 1 on, without a gap. */
  number: z.int().positive(),
  at: time,
  /** A new key tried at its provider; a key given to the bridge room; a call of the provider. */
  kind: z.enum(['checked', 'released', 'call']),
  provider,
  model: z.string().nullable(),
  inputTokens: count,
  cachedTokens: count,
  outputTokens: count,
  /** SHA-256 over the hash before and this row, in hex. */
  hash: z.string(),
});
/** Newest first. */
export const keyUses = z.object({ uses: z.array(keyUse), more: z.boolean() });
export const keyUseChain = z.object({
  unbroken: z.boolean(),
  /** The first row that does not fit; null when all do. */
  brokenAt: z.int().nullable(),
  rows: count,
  /** The last number and its hash: whoever noted an earlier one finds it in its row still. Null for no use yet. */
  head: z.object({ number: z.int(), hash: z.string() }).nullable(),
});

/** An access that an operator opened to the account, with why. */
export const operatorAccess = z.object({
  id: z.uuid(),
  reason: z.string(),
  openedAt: time,
  endsAt: time,
  /** When a chat of the user's was told; null for not. */
  toldAt: time.nullable(),
});
export const operatorAccesses = z.object({ accesses: z.array(operatorAccess) });

export const hosts = hostTable;
export const hostRequest = z.strictObject({ stopped: z.boolean() });

/** A line of the table of promises: where this kind of data lies, and how much of it there is. */
export const holding = z.object({
  what: z.enum([
    'conversations',
    'memory',
    'files',
    'channel-credentials',
    'api-keys',
    'account',
    'sessions',
    'usage-figures',
    'data-flows',
    'key-uses',
    'audit-trail',
    'queue',
  ]),
  where: z.enum(['container', 'database', 'queue']),
  /** null when the container sleeps and was not asked. */
  items: count.nullable(),
  bytes: count.nullable(),
  encrypted: z.boolean(),
});
/** Bytes that the container may keep, and keeps; null for no limit, and while nobody can tell. */
const storage = z.object({
  limit: count.nullable(),
  used: count.nullable(),
  encrypted: z.boolean().nullable(),
});
export const privacy = z.object({ holdings: z.array(holding), storage });
