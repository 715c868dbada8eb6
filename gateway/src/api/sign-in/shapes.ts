/** What is said between the dashboard and the gateway when somebody signs up, signs in, or looks after how they do. */
import * as z from 'zod';
import { accountId } from '../../../../contracts/ids.js';

const time = z.coerce.date().meta({ format: 'date-time' });

export const role = z.enum(['operator', 'user']);

export const name = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Cf}]+$/u, 'has characters that cannot be seen');
export const password = z.string().min(10).max(200);
/** Six digits of an authenticator app, or a recovery code. */
const code = z.string().trim().min(6).max(32);
/** 256 bits, base64url: of an invitation, or the one that `npm start` prints for the first operator. */
const token = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'is not whole: copy the link again');

/** As the WebAuthn API of browsers gives and takes them; read by the library that checks them. */
const webAuthn = z.record(z.string(), z.unknown());

export const installation = z.object({
  /** Nobody can sign in yet: whoever runs it begins, with the token that `npm start` prints. */
  fresh: z.boolean(),
  signUp: z.enum(['open', 'invitation', 'closed']),
  /** What the organisation's own sign-in is called; null where there is none. */
  organisation: z.string().nullable(),
});

export const session = z.object({
  account: z.object({ id: accountId, name: z.string(), role, email: z.string().nullable() }),
  /** Public id of the session that asks. */
  session: z.string(),
  /** Until when what needs proof may be done; null when it must be proved first. */
  provenUntil: time.nullable(),
  methods: z.object({
    password: z.boolean(),
    passkeys: z.int(),
    authenticator: z.boolean(),
    recoveryCodesLeft: z.int(),
    organisation: z.boolean(),
  }),
});

export const signUpRequest = z.strictObject({ name, password, invitation: token.nullable() });
export const signUpPasskeyOptionsRequest = z.strictObject({ name, invitation: token.nullable() });
export const passkeyOptions = z.object({
  /** Names this try; valid for five minutes, once. */
  ceremony: z.string(),
  options: webAuthn,
});
export const passkeyAnswer = z.strictObject({ ceremony: z.string().max(100), response: webAuthn });

export const invitationQuery = z.strictObject({ invitation: token });
/** An invitation is for whoever signs in by the organisation for the first time. */
export const organisationQuery = z.strictObject({ invitation: token.optional() });
/** What an invitation is for: an account that exists already, or a new one. */
export const invitationAnswer = z.object({ name: z.string().nullable(), role, expiresAt: time });

export const signInRequest = z.strictObject({ name, password: z.string().min(1).max(200) });
export const signInAnswer = z.object({ next: z.enum(['done', 'code']) });
export const codeRequest = z.strictObject({ code });

/** To prove that it is still them: the password, or a code where an authenticator is set up. */
export const proveRequest = z.strictObject({
  password: z.string().min(1).max(200).optional(),
  code: code.optional(),
});

export const passwordRequest = z.strictObject({ password });
export const emailRequest = z.strictObject({ email: z.email().max(254).nullable() });

export const passkey = z.object({
  id: z.uuid(),
  name: z.string(),
  createdAt: time,
  lastUsedAt: time.nullable(),
});
export const passkeys = z.object({ passkeys: z.array(passkey) });
export const addPasskeyRequest = z.strictObject({ ...passkeyAnswer.shape, name });

/** `address` is an otpauth:// link for a QR code. Counts only once a code of it was given. */
export const newAuthenticator = z.object({ secret: z.string(), address: z.string() });
/** Shown once; each works once. */
export const recoveryCodes = z.object({ codes: z.array(z.string()) });

export const sessionRow = z.object({
  id: z.string(),
  /** Browser and system, as far as the browser says it. */
  client: z.string(),
  createdAt: time,
  lastUsedAt: time,
  current: z.boolean(),
});
export const sessions = z.object({ sessions: z.array(sessionRow) });

export const auditAction = z.enum([
  'signed-up',
  'signed-in',
  'sign-in-failed',
  'locked-out',
  'signed-out',
  'session-revoked',
  'password-set',
  'password-removed',
  'passkey-added',
  'passkey-removed',
  'authenticator-added',
  'authenticator-removed',
  'recovery-codes-made',
  'recovery-code-used',
  'email-set',
  'key-set',
  'key-removed',
  'channel-linked',
  'channel-unlinked',
  'account-added',
  'invitation-made',
  'invitation-removed',
  'container-woken',
  'container-stopped',
  'container-restarted',
  'memory-deletion',
  'container-deletion',
  'account-deletion',
  'export-made',
  'export-fetched',
  'import-taken',
  'host-stopped',
  'host-allowed',
  'access-opened',
]);
export type AuditAction = z.infer<typeof auditAction>;
export const auditRow = z.object({
  at: time,
  action: auditAction,
  /** Names of accounts; null for one that is gone, or for nobody who was signed in. */
  by: z.string().nullable(),
  account: z.string().nullable(),
});
export const auditTrail = z.object({ entries: z.array(auditRow) });
