/** Tests of taking out of pictures and films where and when they were made, on files that the tests put together. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CANARY, heic, jpeg, movie, png, webp } from '../test-rig.js';
import { withoutMetadata } from './metadata.js';

const without = (file: Buffer, type: string): Buffer => withoutMetadata(file, type) ?? expect.unreachable();

describe('a JPEG', () => {
  it('keeps its picture and colours bit for bit, and nothing else', () => {
    const clean = without(jpeg.full(), 'image/jpeg');
    expect(clean.includes(CANARY)).toBe(false);
    expect(clean.includes('Exif')).toBe(false);
    expect(clean.includes('ICC_PROFILE\0\x01\x01the profile')).toBe(true);
    expect(clean.subarray(0, 20).equals(jpeg.plain.subarray(0, 20))).toBe(true);
    expect(clean.includes(jpeg.plain.subarray(20))).toBe(true);
    // What followed the end of the picture is gone with the rest.
    expect(clean.subarray(-2).toString('hex')).toBe('ffd9');
    expect(clean.indexOf(Buffer.from('ffd8', 'hex'), 2)).toBe(-1);
  });

  it.each(['MM', 'II'] as const)('still says which way is up, written as %s', (order) => {
    const clean = without(jpeg.full(6, order), 'image/jpeg');
    expect(clean.includes(CANARY)).toBe(false);
    const tiff = clean.subarray(clean.indexOf('Exif\0\0') + 6);
    expect(tiff.subarray(0, 26).toString('hex')).toBe(
      '4d4d002a000000080001011200030000000100060000' + '00000000',
    );
    // Cleaned once more it is the same.
    expect(without(clean, 'image/jpeg').equals(clean)).toBe(true);
  });

  it('of several scans stays whole, and its restart marks and stuffed bytes count as picture', () => {
    const scan = Buffer.from('ffda0003010102ff00ffd003ffc40003aaffda000301ff00', 'hex');
    const file = Buffer.concat([Buffer.from('ffd8', 'hex'), scan, Buffer.from('ffd9', 'hex')]);
    expect(without(file, 'image/jpeg').equals(file)).toBe(true);
  });

  it.each(['ffd8ff', 'ffd8ffe1ffff', 'ffd8ffe10001', 'ffd8ffe100', 'ffd80000', 'ffd8'])(
    'that is damaged (%s) is not let through',
    (hex) => expect(withoutMetadata(Buffer.from(hex, 'hex'), 'image/jpeg')).toBeNull(),
  );
});

it('a PNG keeps its picture, and nothing else', () => {
  expect(without(png.full(), 'image/png').equals(png.plain)).toBe(true);
  expect(withoutMetadata(png.full().subarray(0, 60), 'image/png')).toBeNull();
  expect(withoutMetadata(png.plain.subarray(0, -12), 'image/png')).toBeNull();
});

it('a WebP keeps its picture and profile, and says of the rest that it is not there', () => {
  expect(without(webp.full, 'image/webp').equals(webp.clean)).toBe(true);
  expect(without(webp.plain, 'image/webp').equals(webp.plain)).toBe(true);
  expect(withoutMetadata(webp.full.subarray(0, -4), 'image/webp')).toBeNull();
});

describe('a HEIC', () => {
  it('has zeros where its place and its notes were, and its picture where it was', () => {
    const { file, picture } = heic();
    const clean = without(file, 'image/heic');
    expect(clean).toHaveLength(file.length);
    expect(clean.includes(CANARY)).toBe(false);
    expect(clean.indexOf(picture)).toBe(file.indexOf(picture));
    expect(without(file, 'image/avif').includes(CANARY)).toBe(false);
  });

  it('whose place cannot be found is not let through', () => {
    expect(withoutMetadata(heic({ lengthOfExif: 100_000 }).file, 'image/heic')).toBeNull();
    expect(withoutMetadata(heic({ lengthOfExif: 0 }).file, 'image/heic')).toBeNull();
    expect(withoutMetadata(heic().file.subarray(0, 200), 'image/heic')).toBeNull();
  });
});

it('a film has zeros where its notes were, and stays as long', () => {
  for (const type of ['video/mp4', 'video/quicktime']) {
    const clean = without(movie(), type);
    expect(clean.includes(CANARY)).toBe(false);
    expect(clean).toHaveLength(movie().length);
    expect(clean.includes('the film')).toBe(true);
  }
  expect(withoutMetadata(movie().subarray(0, -1), 'video/mp4')).toBeNull();
});

it('whatever else comes stays as it is', () => {
  const file = Buffer.from(`%PDF-1.7 ${CANARY}`);
  expect(withoutMetadata(file, 'application/pdf')).toBe(file);
});

it('no broken file throws, and none that is let through has the place in it', () => {
  const whole: [string, Buffer][] = [
    ['image/jpeg', jpeg.full(6)],
    ['image/png', png.full()],
    ['image/webp', webp.full],
    ['image/heic', heic().file],
    ['video/mp4', movie()],
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...whole),
      fc.nat(),
      fc.nat(),
      fc.nat(255),
      ([type, file], one, two, byte) => {
        const broken = Buffer.from(file.subarray(0, one % (file.length + 1)));
        if (broken.length > 0) broken[two % broken.length] = byte;
        withoutMetadata(broken, type);
        expect(withoutMetadata(file.subarray(0, one % file.length), type)?.includes(CANARY) ?? false).toBe(
          false,
        );
      },
    ),
    { numRuns: 1_000 },
  );
});
