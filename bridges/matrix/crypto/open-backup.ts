/** Finds the key of an account's backup by the recovery key that the owner has: it is that key, or it opens the place where that lies. */
import { createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import type { BridgeStore } from '../../bridge.js';
import { API, type Answer, type Client } from '../client.js';
import { isMissing } from '../failure.js';
import { currentBackup, opens, writeBackup } from './backup-record.js';
import { base64 } from './recovery-key.js';

/** The name under which clients put a backup's key into the account's secret storage. */
const SECRET = 'm.megolm_backup.v1';

const sealedSecret = z.object({ iv: z.string(), ciphertext: z.string(), mac: z.string() });
type SealedSecret = z.infer<typeof sealedSecret>;

/** Keeps the key of the backup that the account has. False where this key opens none. @throws MatrixFailure, TransportError */
export async function adoptBackup(
  client: Client,
  store: BridgeStore,
  userId: string,
  recoveryKey: Uint8Array,
): Promise<boolean> {
  const current = await currentBackup(client);
  if (!current) return false;
  const candidates = [base64(recoveryKey)];
  const stored = await storedSecret(client, userId, recoveryKey);
  if (stored !== null) candidates.push(stored);
  const secret = candidates.find((candidate) => opens(candidate, current));
  if (secret === undefined) return false;
  writeBackup(store, { version: current.version, secret, isOurs: false, replaced: null });
  return true;
}

/** What secret storage holds for the backup, opened with its key; null where there is none, or the key is not of it. */
async function storedSecret(client: Client, userId: string, storageKey: Uint8Array): Promise<string | null> {
  const { encrypted } = await accountData(client, userId, SECRET);
  for (const [, value] of Object.entries(encrypted ?? {})) {
    const sealed = sealedSecret.safeParse(value);
    const secret = sealed.success ? openSecret(storageKey, SECRET, sealed.data) : null;
    if (secret !== null && /^[A-Za-z0-9+/]{43}=?$/.test(secret)) return secret.replace(/=$/, '');
  }
  return null;
}

async function accountData(client: Client, userId: string, type: string): Promise<Answer> {
  try {
    const path = `${API}/user/${encodeURIComponent(userId)}/account_data/${encodeURIComponent(type)}`;
    return await client.call('GET', path);
  } catch (error) {
    if (isMissing(error)) return {};
    throw error;
  }
}

/** As `m.secret_storage.v1.aes-hmac-sha2` has it. Null where it was not sealed with this key under this name. */
export function openSecret(
  key: Uint8Array,
  name: string,
  { iv, ciphertext, mac }: SealedSecret,
): string | null {
  const keys = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(32), name, 64));
  const sealed = Buffer.from(ciphertext, 'base64');
  const [expected, given] = [
    createHmac('sha256', keys.subarray(32)).update(sealed).digest(),
    Buffer.from(mac, 'base64'),
  ];
  const nonce = Buffer.from(iv, 'base64');
  if (given.length !== expected.length || !timingSafeEqual(given, expected) || nonce.length !== 16)
    return null;
  const cipher = createDecipheriv('aes-256-ctr', keys.subarray(0, 32), nonce);
  return Buffer.concat([cipher.update(sealed), cipher.final()]).toString('utf8');
}
