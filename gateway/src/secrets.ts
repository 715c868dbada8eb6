/** The gateway's own secrets: files of mode 0600, made at the first start, never in the environment or a log. */
import { createPrivateKey, createPublicKey, randomBytes, type KeyObject } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError, type Settings } from '../../config/schema.js';
import { keyPairOf, type KeyPair } from '../../contracts/seal.js';

export interface Secrets {
  /** AES-256 key that wraps every user's data key. */
  keyEncryptionKey: Buffer;
  /** What the operator's commands show to the API. */
  operatorToken: string;
  /** Seals webhooks to containers. */
  gatewayKeys: KeyPair;
  /** Ed25519: signs the receipts of deletions. */
  receiptKey: KeyObject;
}

/** @throws SettingsError when a named file is missing, readable by others, or of the wrong length: fail closed. */
export function loadSecrets({ secrets, dataDir }: Settings): Secrets {
  const folder = join(dataDir, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const read = (named: string | null, name: string): Buffer => {
    if (named) return readSecret(named);
    const path = join(folder, name);
    if (!existsSync(path))
      writeFileSync(path, randomBytes(32).toString('hex') + '\n', { mode: 0o600, flag: 'wx' });
    return readSecret(path);
  };
  const receiptKey = receiptKeyOf(read(secrets.receiptKeyFile, 'receipt-key'));
  // For whoever checks a receipt without asking us.
  writeFileSync(receiptPublicKeyPath(dataDir), publicPartOf(receiptKey), { mode: 0o644 });
  return {
    keyEncryptionKey: read(secrets.keyEncryptionKeyFile, 'key-encryption-key'),
    operatorToken: read(secrets.operatorTokenFile, 'operator-token').toString('hex'),
    gatewayKeys: keyPairOf(read(secrets.gatewayKeyFile, 'gateway-key')),
    receiptKey,
  };
}

/** What stands before the 32 bytes of an Ed25519 key in its PKCS #8 form. */
const ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** @param seed 32 bytes */
export const receiptKeyOf = (seed: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([ED25519, seed]), format: 'der', type: 'pkcs8' });

export const receiptPublicKeyPath = (dataDir: string): string => join(dataDir, 'receipt-key.pub');

const publicPartOf = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();

function readSecret(path: string): Buffer {
  if (!existsSync(path)) throw new SettingsError([`the secret file ${path} does not exist`]);
  if ((statSync(path).mode & 0o077) !== 0) chmodOrRefuse(path);
  const bytes = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
  if (bytes.length !== 32)
    throw new SettingsError([`the secret file ${path} must hold 64 hexadecimal digits`]);
  return bytes;
}

function chmodOrRefuse(path: string): void {
  try {
    chmodSync(path, 0o600);
  } catch {
    throw new SettingsError([`the secret file ${path} can be read by others: chmod 600 it`]);
  }
}
