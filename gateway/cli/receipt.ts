/** `receipt verify FILE`: checks the receipt of a deletion with this installation's public key, or with one that is named. Asks nobody. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { loadSettings } from '../../config/schema.js';
import { checkReceipt, type ReceiptBody, type Verdict } from '../src/deletion/receipt.js';
import { receiptPublicKeyPath } from '../src/secrets.js';
import { root } from './api-client.js';
import type { CommandOptions } from './command.js';
import { UsageError } from './usage-error.js';

/** Larger than any receipt. */
const MOST_BYTES = 1_000_000;
const ED25519_PUBLIC = Buffer.from('302a300506032b6570032100', 'hex');

const WHY: Record<Extract<Verdict, { valid: false }>['why'], string> = {
  'not-a-receipt': 'This is no receipt, or not a whole one.',
  'other-installation': 'This receipt was signed by another key. Name that key with --key, if you trust it.',
  changed: 'This receipt was changed after it was signed.',
};

/** @throws UsageError when it is not good */
export function receiptCommand([verb, path]: string[], { key }: CommandOptions): void {
  if (verb !== 'verify' || !path)
    throw new UsageError('Say `receipt verify FILE`, with --key KEY for another key.');
  const verdict = checkReceipt(readReceipt(path), publicKey(key));
  if (!verdict.valid) throw new UsageError(`Not valid. ${WHY[verdict.why]}`);
  process.stdout.write(`${told(verdict.receipt)}\n`);
}

function told({ kind, finishedAt, askedAt, steps, notReached, verification }: ReceiptBody): string {
  const seconds = Math.round((Date.parse(finishedAt) - Date.parse(askedAt)) / 1_000);
  const lines = steps.map(({ name, removed }) => {
    const counts = Object.entries(removed).map(([what, count]) => `${what} ${count}`);
    return `  ${name}${counts.length > 0 ? `: ${counts.join(', ')}` : ''}`;
  });
  return [
    `Valid: signed by this key and unchanged. Deletion of ${kind}, finished ${finishedAt} (${seconds} s).`,
    ...lines,
    `Searched afterwards: ${verification.places.length} places, ${verification.found} found.`,
    ...notReached.map(({ what, why }) => `Not reached: ${what} (${why})`),
  ].join('\n');
}

function readReceipt(path: string): unknown {
  try {
    const bytes = readFileSync(path);
    return bytes.length <= MOST_BYTES ? (JSON.parse(bytes.toString('utf8')) as unknown) : undefined;
  } catch {
    throw new UsageError(`The file ${path} cannot be read as JSON.`);
  }
}

/** A file in PEM form, or the raw 32 bytes in base64 as a receipt names them. */
function publicKey(named: string | undefined): KeyObject {
  try {
    if (named && /^[A-Za-z0-9+/]{43}=$/.test(named)) {
      const raw = Buffer.from(named, 'base64');
      return createPublicKey({ key: Buffer.concat([ED25519_PUBLIC, raw]), format: 'der', type: 'spki' });
    }
    return createPublicKey(readFileSync(named ?? receiptPublicKeyPath(loadSettings(root).dataDir)));
  } catch {
    throw new UsageError('There is no public key to check with: name a file or a key in base64 with --key.');
  }
}
