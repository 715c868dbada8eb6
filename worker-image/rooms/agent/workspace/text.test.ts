/** Tests of how text is cut by lines and how sizes are told. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageType } from './image.js';
import { sizeOf, stretchOf } from './text.js';

describe('stretchOf', () => {
  it('gives whole lines, from the one it is told', () => {
    expect(stretchOf('a\nb\nc\n', 2, 5, 100)).toEqual({
      text: 'b\nc',
      first: 2,
      last: 3,
      total: 3,
      cut: false,
    });
    expect(stretchOf('a\nb\nc', 1, 2, 100)).toEqual({
      text: 'a\nb',
      first: 1,
      last: 2,
      total: 3,
      cut: false,
    });
    expect(stretchOf('a\n\n', 1, 5, 100)).toMatchObject({ text: 'a\n', total: 2 });
    expect(stretchOf('a', 4, 5, 100)).toMatchObject({ text: '', first: 4, last: 3, total: 1 });
  });

  it('stops at the limit on characters behind a line, or inside one that is longer than the limit', () => {
    expect(stretchOf('abc\ndef\nghi', 1, 5, 7)).toEqual({
      text: 'abc\ndef',
      first: 1,
      last: 2,
      total: 3,
      cut: true,
    });
    expect(stretchOf('abcdefghi\nx', 1, 5, 4)).toEqual({
      text: 'abcd',
      first: 1,
      last: 1,
      total: 2,
      cut: true,
    });
    expect(stretchOf('abc😀', 1, 5, 4).text).toBe('abc\ufffd');
  });

  it('leads through the whole text when read on from where it ended', () => {
    const lines = fc.array(
      fc.string({ maxLength: 8 }).map((line) => line.replaceAll('\n', '')),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 4 }), (all, count) => {
        const text = all.join('\n');
        const read: string[] = [];
        for (let from = 1, total = 1; from <= total;) {
          const part = stretchOf(text, from, count, 16);
          read.push(part.text);
          ({ total } = part);
          from = part.last + 1;
        }
        const ended = all.length > 1 && all.at(-1) === '' ? text.slice(0, -1) : text;
        expect(read.join('\n')).toBe(ended);
      }),
    );
  });
});

describe('sizeOf', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1_000, '1 kB'],
    [1_240, '1.2 kB'],
    [9_960, '10 kB'],
    [999_499, '999 kB'],
    [999_500, '1 MB'],
    [512_000_000, '512 MB'],
  ])('tells %i as %s', (bytes, told) => {
    expect(sizeOf(bytes)).toBe(told);
  });
});

describe('imageType', () => {
  it.each([
    ['image/png', '\x89PNG\r\n\x1a\n....'],
    ['image/jpeg', '\xff\xd8\xff\xe0'],
    ['image/gif', 'GIF89a'],
    ['image/webp', 'RIFF\n\0\0\0WEBPVP8 '],
    [null, 'RIFF....WAVE'],
    [null, '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    [null, ''],
  ])('is %s by the first bytes', (type, beginning) => {
    expect(imageType(Buffer.from(beginning, 'latin1'))).toBe(type);
  });
});
