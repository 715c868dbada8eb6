import { describe, expect, it } from 'vitest';
import { newKeyPair, openAnonymous } from '../../../../contracts/seal.js';
import { sealFor } from './seal';

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
