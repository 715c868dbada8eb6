import { describe, expect, it } from 'vitest';
import { newKeyPair, openAnonymous, sealAnonymously } from '../../../../contracts/seal.js';
import { newAnswerKey, sealFor } from './seal';

const container = newKeyPair();
const publicKey = Buffer.from(container.publicKey).toString('base64');

describe('a credential that the browser seals', () => {
  it('is opened by the container, byte for byte', () => {
    const credential = { token: '12345:AAE-ünï·🦜'.padEnd(60, 'x') };
    expect(JSON.parse(openAnonymous(container, sealFor(publicKey, credential)).toString('utf8'))).toEqual(
      credential,
    );
  });

  it('is another text each time', () => {
    expect(sealFor(publicKey, { token: 'a' })).not.toBe(sealFor(publicKey, { token: 'a' }));
  });

  it('is opened by no other container', () => {
    expect(() => openAnonymous(newKeyPair(), sealFor(publicKey, { token: 'a' }))).toThrow();
  });
});

describe('an answer that the container seals', () => {
  const seal = (publicKey: string, value: unknown): string =>
    sealAnonymously(Buffer.from(publicKey, 'base64'), Buffer.from(JSON.stringify(value)));

  it('is opened by the page that asked, and by no other', () => {
    const [mine, other] = [newAnswerKey(), newAnswerKey()];
    const sealed = seal(mine.publicKey, { kind: 'qr', text: '2@ünï' });
    expect(mine.open(sealed)).toEqual({ kind: 'qr', text: '2@ünï' });
    expect(() => other.open(sealed)).toThrow();
  });

  it.each(['', 'AAAA', 'A'.repeat(80)])('is not %j', (sealed) => {
    expect(() => newAnswerKey().open(sealed)).toThrow();
  });

  it('has a key that the contract takes', () => {
    expect(newAnswerKey().publicKey).toHaveLength(44);
  });
});
