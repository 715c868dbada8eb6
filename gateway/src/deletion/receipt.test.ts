/** Receipts: good as they were signed, and no other way. */
import { createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { receiptKeyOf } from '../secrets.js';
import {
  checkReceipt,
  installationOf,
  rawPublicKey,
  signReceipt,
  type ReceiptBody,
  type SignedReceipt,
} from './receipt.js';

const key = receiptKeyOf(Buffer.alloc(32, 1));
const other = receiptKeyOf(Buffer.alloc(32, 2));
const at = '2026-11-24T10:00:00.000Z';

const body: ReceiptBody = {
  version: 1,
  id: '0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001',
  kind: 'account',
  files: true,
  subject: 'a'.repeat(64),
  installation: installationOf(key),
  askedBy: 'chat',
  askedAt: at,
  finishedAt: at,
  steps: [
    { name: 'keys', about: 'API keys', removed: { 'api keys': 2 }, tries: 1, startedAt: at, endedAt: at },
  ],
  notReached: [{ what: 'telegram', why: 'it did not answer' }],
  verification: { at, places: [{ place: 'database: api_keys', found: 0 }], found: 0 },
};
const signed = (): SignedReceipt => structuredClone(signReceipt(body, key));
const check = (raw: unknown, by = key) => checkReceipt(raw, createPublicKey(by));

/** Every leaf of it, changed to something else of its kind. */
function changes(value: unknown, path: (string | number)[] = []): [(string | number)[], unknown][] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, each]) => changes(each, [...path, name]));
  if (typeof value === 'number') return [[path, value + 1]];
  if (typeof value === 'boolean') return [[path, !value]];
  return [[path, `${String(value)}x`]];
}

describe('a receipt', () => {
  it('is valid as it was signed, however it is laid out', () => {
    expect(check(signed())).toMatchObject({ valid: true, receipt: body });
    const { receipt, signature } = signed();
    const reversed = Object.fromEntries(Object.entries(receipt).reverse());
    expect(check({ signature, receipt: reversed })).toMatchObject({ valid: true });
  });

  it.each(changes(signReceipt(body, key)))('is not with another %j', (path, value) => {
    const changed = signed() as unknown as Record<string, unknown>;
    const last = path.at(-1)!;
    const parent = path
      .slice(0, -1)
      .reduce<Record<string, unknown>>((at_, name) => at_[name] as never, changed);
    parent[last] = value;
    expect(check(changed).valid).toBe(false);
  });

  it('is not of another installation, also when it is signed anew', () => {
    expect(check(signReceipt(body, other))).toEqual({ valid: false, why: 'other-installation' });
    expect(check(signed(), other)).toEqual({ valid: false, why: 'other-installation' });
    // The name of our key on the signature of theirs.
    const forged = signReceipt(body, other);
    forged.signature.publicKey = rawPublicKey(key).toString('base64');
    expect(check(forged)).toEqual({ valid: false, why: 'changed' });
  });

  it('whatever is offered, nothing throws', () => {
    fc.assert(
      fc.property(fc.anything(), (raw) => {
        expect(check(raw).valid).toBe(false);
      }),
    );
    expect(check({ ...signed(), more: 1 })).toEqual({ valid: false, why: 'not-a-receipt' });
  });

  it('has no room for content: a field that is not of it cannot be signed', () => {
    expect(() => signReceipt({ ...body, text: 'hello' } as never, key)).toThrow();
    expect(() => signReceipt({ ...body, subject: 'alice' }, key)).toThrow();
  });
});
