/** Tests of telling what a file is, and how long a sound lasts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GIF, PNG } from '../../../test/kit/pictures.js';
import { isOpus, mediaTypeOf } from './media-type.js';
import { secondsOf } from './sound-length.js';
import { mp3, mp4Sound, ogg, wav } from './test-rig.js';

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('what a file is', () => {
  it.each([
    ['image/png', Buffer.from(PNG, 'base64')],
    ['image/gif', Buffer.from(GIF, 'base64')],
    ['image/jpeg', latin('\xff\xd8\xff\xe0')],
    ['image/webp', latin('RIFF\n\0\n\0WEBPVP8 ')],
    ['image/heic', latin('\0\0\0\x18ftypheic')],
    ['image/avif', latin('\0\0\0\x18ftypavif')],
    ['application/pdf', latin('%PDF-1.7\n%\xe2\xe3')],
    ['application/zip', latin('PK\x03\x04\x14\0')],
    ['application/zip', latin('PK\x05\x06\0\0')],
    ['audio/ogg', ogg(1)],
    ['audio/wav', wav(1)],
    ['audio/mp4', mp4Sound(1)],
    ['video/mp4', latin('\0\0\0\x18ftypisom')],
    ['video/quicktime', latin('\0\0\0\x18ftypqt  ')],
    ['audio/mpeg', mp3(1)],
    ['audio/mpeg', latin('ID3\x04\0\0')],
    ['audio/flac', latin('fLaC\0\0')],
    ['text/plain', Buffer.from('Grüße an 日本\r\n\tok')],
    ['text/plain', Buffer.from('é'.repeat(3_000)).subarray(0, 4_097)],
    ['application/octet-stream', Buffer.from([])],
    ['application/octet-stream', latin('text\0')],
    ['application/octet-stream', latin('caf\xe9 au lait')],
    ['application/octet-stream', latin('\x7fELF\x02')],
  ])('is told by its content: %s', (type, bytes) => {
    expect(mediaTypeOf(bytes)).toBe(type);
  });

  it('knows a voice note of a chat', () => {
    expect([isOpus(ogg(1)), isOpus(wav(1)), isOpus(Buffer.alloc(0))]).toEqual([true, false, false]);
  });
});

describe('how long a sound lasts', () => {
  it.each([
    ['audio/ogg', ogg(90)],
    ['audio/wav', wav(90)],
    ['audio/mp4', mp4Sound(90)],
    ['audio/mpeg', mp3(90)],
  ])('is read from its headers: %s', (type, bytes) => {
    expect(Math.round(secondsOf(bytes, type))).toBe(90);
  });

  it('is the longest it may be where they do not say, or say what cannot be', () => {
    expect(secondsOf(Buffer.alloc(7_500), 'audio/flac')).toBe(10);
    const lying = ogg(0.001, 7_500_000);
    expect(secondsOf(lying, 'audio/ogg')).toBeGreaterThan(600);
  });

  it('ends with a number, whatever the bytes hold', () => {
    const types = ['audio/ogg', 'audio/wav', 'audio/mp4', 'audio/mpeg', 'video/mp4'];
    const begun = fc.constantFrom(...[ogg(1), wav(1), mp4Sound(1), mp3(1)]);
    fc.assert(
      fc.property(begun, fc.uint8Array({ maxLength: 200 }), fc.nat(200), (whole, noise, at) => {
        const broken = Buffer.concat([whole.subarray(0, at), noise]);
        for (const type of types) expect(secondsOf(broken, type)).toBeGreaterThanOrEqual(0);
        expect(typeof mediaTypeOf(broken)).toBe('string');
      }),
    );
  });
});
