import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { openSecret } from './open-backup.js';
import { base64, formatRecoveryKey, parseRecoveryKey, publicKeyOf } from './recovery-key.js';

/** As matrix-sdk-crypto wrote them: the key of a secret storage, and what it sealed, a backup's key. */
const THEIRS = {
  storageKey: 'EsU9 RmkW hdzi CVzs o9nG Bn6y GDkF KstR 2wex MiD7 beJJ ZLbG',
  name: 'm.megolm_backup.v1',
  secret: 'k0t40p+bnmpcEEm6iy1ldtfT6THrwZs6hwj2mmgj0Gw',
  publicKey: 'cmkr+kBPuhKhsyu2ulLk0PYOMqr/E954PZVCN/UqNwg',
  sealed: {
    iv: 'uc/Gl8rS86svIXq+0V06Eg',
    ciphertext: 'aid9sewybe/hkO6U94aFpNTcZMegUYJXN8jxciOfkb/mVbLYsB0FmCm/oQ',
    mac: 'FKzgn34c5Jsrx21koD/EgzsNfvGoRDhg8xK+Ua8lu6I',
  },
};
const COUNTING = Uint8Array.from({ length: 32 }, (_, index) => index);

it('is read as it was written, whatever the spaces', () => {
  for (const key of [COUNTING, new Uint8Array(32), new Uint8Array(randomBytes(32))]) {
    const text = formatRecoveryKey(key);
    expect(text).toMatch(/^Es[A-Za-z0-9]{2}( [A-Za-z0-9]{1,4}){11}$/);
    expect(parseRecoveryKey(text)).toEqual(key);
    expect(parseRecoveryKey(`  ${text.replaceAll(' ', '\n')} `)).toEqual(key);
    expect(parseRecoveryKey(text.replaceAll(' ', ''))).toEqual(key);
  }
});

it('is none when a sign is missing, is another, or is none of base58', () => {
  const text = formatRecoveryKey(COUNTING).replaceAll(' ', '');
  for (let index = 0; index < text.length; index++) {
    expect(parseRecoveryKey(text.slice(0, index) + text.slice(index + 1))).toBeNull();
    const other = text[index] === 'A' ? 'B' : 'A';
    expect(parseRecoveryKey(text.slice(0, index) + other + text.slice(index + 1))).toBeNull();
  }
  for (const wrong of ['', '0', 'l', `${text}1`, `1${text}`, 'É'.repeat(48), 'z'.repeat(200)])
    expect(parseRecoveryKey(wrong)).toBeNull();
});

it('is that of other libraries, with its public half', () => {
  expect(formatRecoveryKey(parseRecoveryKey(THEIRS.storageKey)!)).toBe(THEIRS.storageKey);
  expect(publicKeyOf(Buffer.from(THEIRS.secret, 'base64'))).toBe(THEIRS.publicKey);
});

it('opens what lies in the secret storage, and nothing that was changed', () => {
  const { name, sealed, secret } = THEIRS;
  const key = parseRecoveryKey(THEIRS.storageKey)!;
  expect(openSecret(key, name, sealed)).toBe(secret);
  expect(openSecret(key, 'm.other', sealed)).toBeNull();
  expect(openSecret(randomBytes(32), name, sealed)).toBeNull();
  expect(openSecret(key, name, { ...sealed, ciphertext: base64(randomBytes(43)) })).toBeNull();
  for (const broken of [{ mac: '' }, { iv: '' }, { iv: 'AAAA' }, { mac: 'AAAA' }])
    expect(openSecret(key, name, { ...sealed, ...broken })).toBeNull();
});
