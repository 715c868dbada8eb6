/** A file that cannot be an export is refused before it is sent, and one that may be is not. */
import { expect, it } from 'vitest';
import { MAX_ARCHIVE } from '../../../../../contracts/archive.js';
import { MOST, troubleWith } from './archive-file';

const HEAD = 'age-encryption.org/v1\n';

it('has the limit of the other side', () => expect(MOST).toBe(MAX_ARCHIVE));

it.each(['', 'a', HEAD.slice(0, -1), `x${HEAD}`, '-----BEGIN AGE ENCRYPTED FILE-----'])(
  'takes no %j for an export',
  async (text) => expect(await troubleWith(new Blob([text]))).toBe('other'),
);

it('lets through what begins as one', async () =>
  expect(await troubleWith(new Blob([`${HEAD}-> scrypt`]))).toBe(null));

it('says of one that is too large that it is', async () => {
  const large = { size: MOST + 1, slice: () => new Blob([HEAD]) } as unknown as Blob;
  expect(await troubleWith(large)).toBe('large');
});
