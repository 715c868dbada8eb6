/**
 * The receipt of a deletion: what was done, step by step, what could not be reached, and what an independent search found
 * afterwards, signed by the installation. It holds counts and times, no content, no name and no id of anybody.
 */
import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import { deletionKind, removed } from '../../../contracts/deletion.js';

const hex256 = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.iso.datetime();

export const notReached = z.strictObject({ what: z.string().max(60), why: z.string().max(200) });
export type NotReached = z.infer<typeof notReached>;

export const stepRecord = z.strictObject({
  name: z.string().max(40),
  about: z.string().max(200),
  removed,
  /** How often it was tried; above 1 after a crash or trouble. */
  tries: z.int().positive(),
  startedAt: time,
  endedAt: time,
});
export type StepRecord = z.infer<typeof stepRecord>;

export const verification = z.strictObject({
  at: time,
  places: z.array(z.strictObject({ place: z.string().max(120), found: z.int().nonnegative() })),
  /** Of all places: 0, or there is no receipt. */
  found: z.int().nonnegative(),
});
export type Verification = z.infer<typeof verification>;

export const receiptBody = z.strictObject({
  version: z.literal(1),
  id: z.uuid(),
  kind: deletionKind,
  files: z.boolean(),
  /** A keyed hash of the account's id. */
  subject: hex256,
  /** SHA-256 of the public key that checks this. */
  installation: hex256,
  askedBy: z.enum(['chat', 'dashboard']),
  askedAt: time,
  finishedAt: time,
  steps: z.array(stepRecord),
  notReached: z.array(notReached),
  verification,
});
export type ReceiptBody = z.infer<typeof receiptBody>;

export const signedReceipt = z.strictObject({
  receipt: receiptBody,
  /** Ed25519 over the receipt as JSON with sorted keys and no blanks. */
  signature: z.strictObject({
    algorithm: z.literal('Ed25519'),
    /** The raw 32 bytes. */
    publicKey: z.base64(),
    value: z.base64(),
  }),
});
export type SignedReceipt = z.infer<typeof signedReceipt>;

/** JSON that is the same for the same value, whatever the order in which its fields were written. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value as Record<string, unknown>)
    .filter(([, each]) => each !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`);
  return `{${fields.join(',')}}`;
}

const bytesOf = (body: ReceiptBody): Buffer => Buffer.from(`ara deletion receipt\n${canonical(body)}`);

/** The raw 32 bytes of a public key, or of the public part of a private one. */
export function rawPublicKey(key: KeyObject): Buffer {
  const spki = (key.type === 'public' ? key : createPublicKey(key)).export({ type: 'spki', format: 'der' });
  return spki.subarray(-32);
}

export const installationOf = (key: KeyObject): string =>
  createHash('sha256').update(rawPublicKey(key)).digest('hex');

export function signReceipt(body: ReceiptBody, key: KeyObject): SignedReceipt {
  const receipt = receiptBody.parse(body);
  return {
    receipt,
    signature: {
      algorithm: 'Ed25519',
      publicKey: rawPublicKey(key).toString('base64'),
      value: sign(null, bytesOf(receipt), key).toString('base64'),
    },
  };
}

export type Verdict =
  | { valid: true; receipt: ReceiptBody }
  | { valid: false; why: 'not-a-receipt' | 'other-installation' | 'changed' };

/** Whether the receipt was signed by the holder of that very key, and is as it was then. */
export function checkReceipt(raw: unknown, publicKey: KeyObject): Verdict {
  const parsed = signedReceipt.safeParse(raw);
  if (!parsed.success) return { valid: false, why: 'not-a-receipt' };
  const { receipt, signature } = parsed.data;
  // The key that it names itself proves nothing: anybody can make one.
  if (Buffer.from(signature.publicKey, 'base64').compare(rawPublicKey(publicKey)) !== 0)
    return { valid: false, why: 'other-installation' };
  const good =
    receipt.installation === installationOf(publicKey) &&
    verify(null, bytesOf(receipt), publicKey, Buffer.from(signature.value, 'base64'));
  return good ? { valid: true, receipt } : { valid: false, why: 'changed' };
}
