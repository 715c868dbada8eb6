/** The hosts that a container may reach, with what has gone to each: one list for the door, the page and the chat. */
import * as z from 'zod';

const count = z.int().nonnegative();
/** Milliseconds since 1970. */
const time = count.nullable();

/** A host's name as lists show it: `*.suffix` for every host below one. */
export const listedHost = z
  .string()
  .max(255)
  .regex(/^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/, 'is not the name of a host');

/** A host that follows from what the account linked. Its user may stop it: then nothing goes there. */
export const declaredHost = z.strictObject({
  host: listedHost,
  port: z.int().min(1).max(65_535),
  /** `channel telegram`, `model anthropic`. */
  purpose: z.string().max(60),
  stopped: z.boolean(),
});
export type DeclaredHost = z.infer<typeof declaredHost>;

/** One line of the list: a host that is declared, that is stopped, or that was asked for. */
export const hostRow = z.strictObject({
  /** As `listedHost`, or in round brackets what was asked for and is no name of a host. */
  host: z.string().max(255),
  /** None of a host that is not declared. */
  ports: z.array(z.int()),
  /** `refused` for one that was never for anything. */
  purpose: z.string().max(60),
  /** Who asks for it: the bridge room, the model's calls, the web tools, or the gateway that checks a new key; null for nobody. */
  by: z.enum(['bridge', 'model', 'web', 'gateway']).nullable(),
  declared: z.boolean(),
  stopped: z.boolean(),
  /** Connections that are open now. */
  open: count,
  connections: count,
  refused: count,
  bytesUp: count,
  bytesDown: count,
  firstAt: time,
  lastAt: time,
});
export type HostRow = z.infer<typeof hostRow>;

/** GET /v1/hosts of the gateway's door, and the answer to PUT. */
export const hostTable = z.strictObject({ hosts: z.array(hostRow) });
export type HostTable = z.infer<typeof hostTable>;

/** PUT /v1/hosts of the gateway's door: stop a host, or allow it again. */
export const hostChange = z.strictObject({ host: listedHost, stopped: z.boolean() });

/** In the head of the egress door's refusal when the user has stopped the host. */
export const STOPPED_HEADER = 'x-ara-stopped';
