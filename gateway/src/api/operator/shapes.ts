/** What an operator is shown: people, machines and figures; nothing that a user wrote. */
import * as z from 'zod';
import { accountId } from '../../../../contracts/ids.js';
import { name, role } from '../sign-in/shapes.js';

const time = z.coerce.date().meta({ format: 'date-time' });
const count = z.int().nonnegative();

export const user = z.object({
  id: accountId,
  name: z.string(),
  role,
  createdAt: time,
  lastSeenAt: time.nullable(),
  /** Whether they can sign in yet: one that was added at the command line needs an invitation first. */
  signsIn: z.boolean(),
  channels: count,
  messagesThisMonth: count,
});
export const users = z.object({ users: z.array(user) });
export const newUser = z.strictObject({ name });

export const invitationRequest = z.strictObject({
  role,
  /** For an account that cannot sign in yet; null for a new one. */
  account: accountId.nullable(),
});
export const invitationMade = z.object({ id: z.uuid(), address: z.string(), expiresAt: time });
export const invitation = z.object({
  id: z.uuid(),
  role,
  name: z.string().nullable(),
  createdAt: time,
  expiresAt: time,
});
export const invitations = z.object({ invitations: z.array(invitation) });

export const containerRow = z.object({
  account: accountId,
  name: z.string(),
  state: z.enum(['awake', 'asleep', 'none']),
  /** null where it is not known. */
  memoryBytes: count.nullable(),
  /** Whether it was made from the image that is current. */
  current: z.boolean().nullable(),
  wakeAt: time.nullable(),
});
export const containers = z.object({
  runtime: z.enum(['docker', 'process']),
  image: z.string(),
  containers: z.array(containerRow),
});

export const health = z.object({
  parts: z.array(z.object({ part: z.string(), ok: z.boolean(), detail: z.string() })),
  queue: z.object({ waiting: count, active: count, delayed: count, failed: count }),
  refusals: z.array(z.object({ door: z.string(), code: z.string(), count })),
  startedAt: time,
});

/** Every setting in force by its dotted name; a secret's file is named, its content never. */
export const settings = z.object({ settings: z.array(z.object({ name: z.string(), value: z.string() })) });
