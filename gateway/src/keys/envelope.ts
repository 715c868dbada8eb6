/**
 * Envelope encryption: a key-encryption key wraps one data key per user, which encrypts that user's secrets.
 * A sealed record is `version 1 | nonce 12 | tag 16 | ciphertext` (AES-256-GCM); what it belongs to is bound in as
 * additional data, so that a record moved to another user, provider or version does not open.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AraError } from '../../../contracts/errors.js';

const VERSION = 1;
const NONCE = 12;
const TAG = 16;

export function sealRecord(key: Buffer, boundTo: string, plain: Buffer): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(boundTo));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), text]);
}

/** @throws AraError `forged` when the key or what it is bound to is not the one it was sealed with. */
export function openRecord(key: Buffer, boundTo: string, record: Buffer): Buffer {
  const nonceEnd = 1 + NONCE;
  const tagEnd = nonceEnd + TAG;
  if (record.length < tagEnd || record[0] !== VERSION) throw new AraError('forged', 'not a sealed record');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, record.subarray(1, nonceEnd))
      .setAAD(Buffer.from(boundTo))
      .setAuthTag(record.subarray(nonceEnd, tagEnd));
    return Buffer.concat([decipher.update(record.subarray(tagEnd)), decipher.final()]);
  } catch {
    throw new AraError('forged', 'a stored secret does not open with this key');
  }
}

export const newKey = (): Buffer => randomBytes(32);
