/** Passphrases of archives: opened for one use, in age's own form. */
import { randomBytes } from 'node:crypto';
import { Decrypter, Encrypter, Stanza } from 'age-encryption';
import { beforeEach, expect, it } from 'vitest';
import { newKeyPair, sealAnonymously } from '../../../../contracts/seal.js';
import { ArchiveKeys } from './archive-keys.js';

const own = newKeyPair();
let keys: ArchiveKeys;
beforeEach(() => (keys = new ArchiveKeys(own)));

const seal = (value: unknown, to = own): string =>
  sealAnonymously(to.publicKey, Buffer.from(JSON.stringify(value)));
const ticket = (passphrase = 'seven purple otters'): string => keys.take(seal({ passphrase }));

it('writes a stanza that age opens with the passphrase', async () => {
  const encrypter = new Encrypter();
  encrypter.addRecipient({
    wrapFileKey: async (fileKey: Uint8Array) => {
      const { args, body } = await keys.wrap(ticket(), Buffer.from(fileKey));
      return [new Stanza(args, Buffer.from(body, 'base64'))];
    },
  });
  const archive = await encrypter.encrypt('hello');
  const decrypter = new Decrypter();
  decrypter.addPassphrase('seven purple otters');
  expect(await decrypter.decrypt(archive, 'text')).toBe('hello');
});

it('opens what it wrote, with the same words only', async () => {
  const fileKey = randomBytes(16);
  const wrapped = await keys.wrap(ticket(), fileKey);
  expect(await keys.unwrap(ticket(), wrapped)).toEqual(fileKey);
  await expect(keys.unwrap(ticket('seven purple otter'), wrapped)).rejects.toMatchObject({
    code: 'wrong-passphrase',
  });
});

it('takes a ticket once', async () => {
  const once = ticket();
  await keys.wrap(once, randomBytes(16));
  await expect(keys.wrap(once, randomBytes(16))).rejects.toMatchObject({ code: 'not-found' });
  await expect(keys.wrap('0'.repeat(32), randomBytes(16))).rejects.toMatchObject({ code: 'not-found' });
});

it('takes only what was sealed for this container, and so many at a time', () => {
  expect(() => keys.take(seal({ passphrase: 'x' }, newKeyPair()))).toThrow(
    expect.objectContaining({ code: 'forged' }) as Error,
  );
  expect(() => keys.take(seal({ passphrase: '' }))).toThrow();
  for (let count = 0; count < 8; count++) ticket();
  expect(() => ticket()).toThrow(expect.objectContaining({ code: 'too-many' }) as Error);
});

it.each([
  { args: ['scrypt', 'AAAAAAAAAAAAAAAAAAAAAA', '18'] },
  { args: ['scrypt', 'AAAAAAAAAAAAAAAAAAAAAA', '99'] },
  { args: ['scrypt', 'AAAAAAAAAAAAAAAAAAAAAA', '0'] },
  { args: ['scrypt', 'AAAA', '10'] },
  { args: ['X25519', 'AAAAAAAAAAAAAAAAAAAAAA', '10'] },
  { body: randomBytes(31).toString('base64') },
])('does no work for %j', async (change) => {
  const stanza = {
    args: ['scrypt', 'AAAAAAAAAAAAAAAAAAAAAA', '10'],
    body: randomBytes(32).toString('base64'),
  };
  await expect(keys.unwrap(ticket(), { ...stanza, ...change })).rejects.toMatchObject({
    code: 'bad-archive',
  });
});
