/** Sealed records: they open with their key, in their place, whole, and in no other way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newKey, openRecord, sealRecord } from './envelope.js';

const key = newKey();
const account = '0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001';
const place = `${account}|api-key|anthropic|1`;
const plain = Buffer.from('sk-ant-api03-something');
const forged = expect.objectContaining({ code: 'forged' }) as Error;

describe('a sealed record', () => {
  it('opens to what was sealed, whatever it is and wherever it belongs', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.string(), (bytes, boundTo) => {
        expect(openRecord(key, boundTo, sealRecord(key, boundTo, Buffer.from(bytes)))).toEqual(
          Buffer.from(bytes),
        );
      }),
    );
  });

  it('is version, nonce, tag and ciphertext, and differs each time', () => {
    const [one, other] = [sealRecord(key, place, plain), sealRecord(key, place, plain)];
    expect(one).toHaveLength(1 + 12 + 16 + plain.length);
    expect(one[0]).toBe(1);
    expect(one.subarray(1, 13)).not.toEqual(other.subarray(1, 13));
    expect(one.includes(plain)).toBe(false);
  });

  it.each([
    ['account', '0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0002|api-key|anthropic|1'],
    ['provider', `${account}|api-key|openai|1`],
    ['version', `${account}|api-key|anthropic|2`],
    ['purpose', `${account}|container-key`],
  ])('moved to another %s does not open', (_what, elsewhere) => {
    expect(() => openRecord(key, elsewhere, sealRecord(key, place, plain))).toThrow(forged);
  });

  it('does not open with another key', () => {
    expect(() => openRecord(newKey(), place, sealRecord(key, place, plain))).toThrow(forged);
  });

  it('does not open once any bit is changed, its version byte among them', () => {
    const record = sealRecord(key, place, plain);
    for (let bit = 0; bit < record.length * 8; bit++) {
      const changed = Buffer.from(record);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => openRecord(key, place, changed)).toThrow(forged);
    }
  });

  it('does not open when cut to any length, or made longer', () => {
    const record = sealRecord(key, place, plain);
    for (let length = 0; length < record.length; length++) {
      expect(() => openRecord(key, place, record.subarray(0, length))).toThrow(forged);
    }
    expect(() => openRecord(key, place, Buffer.concat([record, Buffer.from([0])]))).toThrow(forged);
  });

  it('does not open for a key of the wrong length, and says nothing of the key', () => {
    const short = Buffer.alloc(16, 0x61);
    expect(() => openRecord(short, place, sealRecord(key, place, plain))).toThrow(forged);
    expect(() => openRecord(short, place, sealRecord(key, place, plain))).not.toThrow('aaaa');
  });
});
