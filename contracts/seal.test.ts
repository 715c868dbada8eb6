/** Sealing: what comes out is what went in, from whom it says and for whom it was, or nothing does. */
import fc from 'fast-check';
import sodium from 'libsodium-wrappers';
import { beforeAll, describe, expect, it } from 'vitest';
import { accountId } from './ids.js';
import { keyPairOf, newKeyPair, openAnonymous, sealAnonymously, Sealer } from './seal.js';
import { MAX_SEALED_BYTES, sealedMessage, type SealedHeader, type SealedMessage } from './sealed.js';

const header: SealedHeader = {
  v: 1,
  kind: 'message',
  account: accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001'),
  channel: 'telegram',
  id: '0123456789abcdef0123456789abcdef',
};
const words = Buffer.from('Grüße, and the rest of it 🌱');
const sender = newKeyPair();
const recipient = newKeyPair();
const toRecipient = new Sealer(sender, recipient.publicKey);
const fromSender = new Sealer(recipient, sender.publicKey);
const forged = expect.objectContaining({ code: 'forged' }) as Error;

/** The same base64 with one bit of its bytes changed. */
function flipped(text: string, bit: number): string {
  const bytes = Buffer.from(text, 'base64');
  const at = bit % (bytes.length * 8);
  bytes[at >> 3]! ^= 1 << (at & 7);
  return bytes.toString('base64');
}

describe('a sealed message', () => {
  it('opens to the bytes that were sealed, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        const sealed = toRecipient.seal(header, bytes);
        expect(sealedMessage.parse(sealed)).toEqual(sealed);
        expect(fromSender.open(sealed).equals(bytes)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('may be as large as the door lets through', () => {
    const sealed = toRecipient.seal(header, Buffer.alloc(MAX_SEALED_BYTES, 7));
    expect(fromSender.open(sealed)).toHaveLength(MAX_SEALED_BYTES);
  });

  it('shows none of its words, and never the same box twice', () => {
    const [one, other] = [toRecipient.seal(header, words), toRecipient.seal(header, words)];
    expect(Buffer.from(one.box, 'base64').includes(words)).toBe(false);
    expect(one.nonce).not.toBe(other.nonce);
    expect(one.box).not.toBe(other.box);
  });

  it('can be sealed to oneself', () => {
    const own = new Sealer(recipient, recipient.publicKey);
    expect(own.open(own.seal(header, words))).toEqual(words);
    expect(() => fromSender.open(own.seal(header, words))).toThrow(forged);
  });

  it('does not open with another key, on either side', () => {
    const sealed = toRecipient.seal(header, words);
    const stranger = newKeyPair();
    expect(() => new Sealer(stranger, sender.publicKey).open(sealed)).toThrow(forged);
    expect(() => new Sealer(recipient, stranger.publicKey).open(sealed)).toThrow(forged);
  });

  const changes: Record<string, Partial<SealedMessage>> = {
    kind: { kind: 'webhook' },
    account: { account: accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0002') },
    id: { id: 'f123456789abcdef0123456789abcdef' },
  };
  it.each(Object.keys(changes))('does not open once its %s is changed', (field) => {
    const sealed = toRecipient.seal(header, words);
    expect(() => fromSender.open({ ...sealed, ...changes[field] })).toThrow(forged);
  });

  it.each(['v', 'channel'])('with another %s than there is yet is not read at all', (field) => {
    const sealed = { ...toRecipient.seal(header, words), [field]: field === 'v' ? 2 : 'carrier-pigeon' };
    expect(() => fromSender.open(sealed)).toThrow();
  });

  it('has every field of its header under the seal', () => {
    expect([...Object.keys(changes), 'v', 'channel'].sort()).toEqual(Object.keys(header).sort());
  });

  it('does not open once any bit of nonce or box is changed', () => {
    const sealed = toRecipient.seal(header, words);
    fc.assert(
      fc.property(fc.constantFrom('nonce', 'box'), fc.nat(), (field, bit) => {
        const changed = { ...sealed, [field]: flipped(sealed[field], bit) };
        expect(() => fromSender.open(changed)).toThrow(forged);
      }),
      { numRuns: 100 },
    );
  });

  it('does not open when it was cut short', () => {
    const sealed = toRecipient.seal(header, words);
    for (const length of [0, 4, 20, 40, sealed.box.length - 4]) {
      expect(() => fromSender.open({ ...sealed, box: sealed.box.slice(0, length) })).toThrow(forged);
    }
  });

  it('takes no field that is not in the contract', () => {
    const sealed = { ...toRecipient.seal(header, words), chat: '4711' };
    expect(() => fromSender.open(sealed)).toThrow();
  });
});

describe('an anonymous seal', () => {
  it('opens for its recipient only', () => {
    const sealed = sealAnonymously(recipient.publicKey, words);
    expect(openAnonymous(recipient, sealed)).toEqual(words);
    expect(() => openAnonymous(sender, sealed)).toThrow(forged);
  });

  it('does not open once any bit is changed, or when it is no seal at all', () => {
    const sealed = sealAnonymously(recipient.publicKey, words);
    fc.assert(
      fc.property(fc.nat(), (bit) => {
        // The highest bit of an X25519 public key carries nothing.
        fc.pre(bit % (Buffer.from(sealed, 'base64').length * 8) !== 255);
        expect(() => openAnonymous(recipient, flipped(sealed, bit))).toThrow(forged);
      }),
      { numRuns: 60 },
    );
    for (const nothing of ['', 'AAAA', 'not base64!', 'A'.repeat(76)]) {
      expect(() => openAnonymous(recipient, nothing)).toThrow(forged);
    }
  });
});

it('a key pair follows from its secret key', () => {
  expect(keyPairOf(sender.secretKey).publicKey).toEqual(sender.publicKey);
});

describe('libsodium', () => {
  beforeAll(() => sodium.ready);
  const head = Buffer.from(`1|message|${header.account}|telegram|${header.id}\n`);

  it('opens what was sealed here', () => {
    const { nonce, box } = toRecipient.seal(header, words);
    const opened = sodium.crypto_box_open_easy(
      Buffer.from(box, 'base64'),
      Buffer.from(nonce, 'base64'),
      sender.publicKey,
      recipient.secretKey,
    );
    expect(Buffer.from(opened)).toEqual(Buffer.concat([head, words]));
  });

  it('seals what opens here, to the same bytes', () => {
    const keys = sodium.crypto_box_keypair();
    const nonce = sodium.randombytes_buf(sodium.crypto_box_NONCEBYTES);
    const plain = Buffer.concat([head, words]);
    const box = sodium.crypto_box_easy(plain, nonce, recipient.publicKey, keys.privateKey);
    const sealed = {
      ...header,
      nonce: Buffer.from(nonce).toString('base64'),
      box: Buffer.from(box).toString('base64'),
    };
    expect(new Sealer(recipient, keys.publicKey).open(sealed)).toEqual(words);
    expect(keyPairOf(keys.privateKey).publicKey).toEqual(keys.publicKey);
  });

  it('opens an anonymous seal, whose parts are key, nonce and box', () => {
    const bytes = Buffer.from(sealAnonymously(recipient.publicKey, words), 'base64');
    const [key, nonce, box] = [bytes.subarray(0, 32), bytes.subarray(32, 56), bytes.subarray(56)];
    const opened = sodium.crypto_box_open_easy(box, nonce, key, recipient.secretKey);
    expect(Buffer.from(opened)).toEqual(words);
  });
});
