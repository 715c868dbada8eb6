/** Tests of what is noticed in a message, and of what is left in peace. */
import { describe, expect, it } from 'vitest';
import { findSensitive, masked, namesOf } from './sensitive.js';

const kinds = (text: string): string[] => findSensitive(text).map(({ kind }) => kind);

describe('findSensitive', () => {
  it.each([
    ['my card is 4111 1111 1111 1111, exp 12/28', 'card number'],
    ['378282246310005', 'card number'],
    ['5555-5555-5555-4444', 'card number'],
    ['2223003122003222', 'card number'],
    ['6011 1111 1111 1117', 'card number'],
    ['30569309025904', 'card number'],
    ['3530 1113 3330 0000', 'card number'],
    ['my SSN: 219-09-9999', 'social security number'],
    ['social security number is 219 09 9999', 'social security number'],
    ['NINO QQ123456C? no, AB 12 34 56 C', 'social security number'],
    ['2 55 08 14 168 025 38', 'social security number'],
    ['65170839J003', 'social security number'],
    ['AHV 756.9217.0769.85', 'social security number'],
    ['password: hunter2', 'password'],
    ['the wifi password is Sommer2024!', 'password'],
    ['my password is sunshine', 'password'],
    ['Das Passwort lautet Kartoffel7', 'password'],
    ['pwd=abc!def', 'password'],
    ['postgres://anna:s3cret@db.example.org/app', 'password'],
    ['login: anna, password: blue-horse', 'password'],
    ['sk-ant-api03-AbCdEfGhIjKlMnOpQrStUv', 'API key or token'],
    ['AKIAIOSFODNN7EXAMPLE', 'API key or token'],
    ['api key is 9f8a7b6c5d4e3f2a1b0c9d8e', 'API key or token'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----', 'private key'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIEow', 'private key'],
  ])('notices %j', (text, kind) => {
    expect(kinds(text)).toContain(kind);
  });

  it.each([
    'I forgot my password, how do I reset it?',
    'my password is too long for this form',
    'is the password required?',
    'the password was wrong again',
    'call me on +49 30 1234567 tomorrow',
    'order number 4111 1111 1111 1112',
    'the parcel 1234567890123456 is late',
    'it costs 1.234.567,89 EUR',
    'ISBN 978-3-16-148410-0',
    'my token of love',
    'the key is under the mat',
    'see commit 4f2d9c1 in main',
    '2026-11-24 08:31',
    'sort keys by user-id-and-some-more-words',
  ])('leaves %j in peace', (text) => {
    expect(kinds(text)).toEqual([]);
  });

  it('takes no longer than a moment over a long text', () => {
    const texts = [
      '1 '.repeat(50_000),
      'password '.repeat(12_000),
      'a'.repeat(100_000),
      '-----BEGIN '.repeat(9_000),
    ];
    for (const text of texts) {
      const began = performance.now();
      findSensitive(text);
      expect(performance.now() - began).toBeLessThan(500);
    }
  });
});

describe('masked', () => {
  it('blots out every finding and nothing else', () => {
    expect(masked('Pay with 4111 1111 1111 1111, password: hunter2, thanks')).toBe(
      'Pay with [card number], password: [password], thanks',
    );
  });
});

describe('namesOf', () => {
  it('names each kind once', () => {
    const text = 'password: hunter2 and 4111111111111111 and 5555555555554444 and AKIAIOSFODNN7EXAMPLE';
    expect(namesOf(findSensitive(text))).toBe('a password, a card number and an API key or token');
  });
});
