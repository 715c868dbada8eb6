/** Pictures and archives for tests, with all that cameras and programs write into them. */
import { crc32, deflateRawSync } from 'node:zlib';
import { PNG } from '../../../../test/kit/pictures.js';
import { box } from '../../media/test-rig.js';

export const CANARY = 'N52.5163-E13.3777-CANARY';

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const uint16 = (value: number): Buffer => latin(String.fromCharCode(value >> 8, value & 255));
const uint32 = (value: number): Buffer => Buffer.concat([uint16(value >>> 16), uint16(value & 0xffff)]);

/** Exif as cameras write it: which way is up, and a place. */
export function exif(orientation: number, order: 'II' | 'MM' = 'MM'): Buffer {
  const entry = (tag: number, type: number, count: number, value: number): Buffer => {
    const wide = type === 3 ? [uint16(value), uint16(0)] : [uint32(value)];
    return Buffer.concat([uint16(tag), uint16(type), uint32(count), ...wide]);
  };
  const tiff = Buffer.concat([
    latin('MM\0*\0\0\0\x08'),
    uint16(2),
    entry(0x0112, 3, 1, orientation),
    entry(0x8825, 4, 1, 38),
    uint32(0),
    latin(CANARY),
  ]);
  if (order === 'MM') return tiff;
  const swapped = Buffer.from(tiff);
  swapped.write('II');
  for (const at of [2, 8, 10, 12, 18, 22, 24, 30]) swapped.subarray(at, at + 2).swap16();
  for (const at of [4, 14, 26, 34]) swapped.subarray(at, at + 4).swap32();
  return swapped;
}

const segment = (kind: number, content: Buffer): Buffer =>
  Buffer.concat([latin('\xff'), latin(String.fromCharCode(kind)), uint16(content.length + 2), content]);

/** One pixel, baseline. */
const JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
  'base64',
);

export const jpeg = {
  plain: JPEG,
  /** A picture as a phone gives it, with a second one behind it. */
  full: (orientation = 1, order: 'II' | 'MM' = 'MM'): Buffer =>
    Buffer.concat([
      JPEG.subarray(0, 20),
      segment(0xe1, Buffer.concat([latin('Exif\0\0'), exif(orientation, order)])),
      segment(0xe1, latin(`http://ns.adobe.com/xap/1.0/\0<x>${CANARY}</x>`)),
      segment(0xe2, latin(`ICC_PROFILE\0\x01\x01the profile`)),
      segment(0xe2, latin(`MPF\0${CANARY}`)),
      segment(0xed, latin(`Photoshop 3.0\0${CANARY}`)),
      segment(0xfe, latin(CANARY)),
      JPEG.subarray(20),
      latin('\xff\xd9'),
      latin(`\xff\xd8${CANARY}\xff\xd9`),
    ]),
};

const chunk = (name: string, content: Buffer): Buffer => {
  const named = Buffer.concat([latin(name), content]);
  return Buffer.concat([uint32(content.length), named, uint32(crc32(named))]);
};

export const png = {
  plain: Buffer.from(PNG, 'base64'),
  full: (): Buffer => {
    const plain = Buffer.from(PNG, 'base64');
    return Buffer.concat([
      plain.subarray(0, 33),
      chunk('eXIf', exif(1)),
      chunk('tEXt', latin(`Location\0${CANARY}`)),
      chunk('iTXt', latin(`XML:com.adobe.xmp\0\0\0\0\0${CANARY}`)),
      chunk('tIME', Buffer.alloc(7)),
      plain.subarray(33),
      latin(CANARY),
    ]);
  },
};

/** One pixel, lossy. */
const WEBP = Buffer.from('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA', 'base64');

const riff = (name: string, content: Buffer): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(content.length);
  return Buffer.concat([latin(name), size, content, Buffer.alloc(content.length % 2)]);
};

const webpOf = (...chunks: Buffer[]): Buffer => riff('RIFF', Buffer.concat([latin('WEBP'), ...chunks]));
const extended = (flags: number): Buffer => riff('VP8X', Buffer.from([flags, 0, 0, 0, 0, 0, 0, 0, 0, 0]));

export const webp = {
  plain: WEBP,
  /** What `full` is to become. */
  clean: webpOf(extended(0x20), riff('ICCP', latin('profile')), WEBP.subarray(12)),
  full: webpOf(
    extended(0x20 | 0x0c),
    riff('ICCP', latin('profile')),
    WEBP.subarray(12),
    riff('EXIF', exif(1)),
    riff('XMP ', latin(`<x>${CANARY}</x>`)),
    riff('NOTE', latin(CANARY)),
  ),
};

/** A photo of an iPhone, in its structure: the picture and its Exif side by side in `mdat`, XMP in `idat`. */
export function heic(change: { lengthOfExif?: number; brand?: string } = {}): {
  file: Buffer;
  picture: Buffer;
} {
  const picture = latin('the coded picture');
  const place = Buffer.concat([latin('\0\0\0\x06Exif\0\0'), exif(6)]);
  const note = latin(`<x>${CANARY}</x>`);
  const item = (id: number, type: string): Buffer =>
    box('infe', latin('\x02\0\0\0'), uint16(id), uint16(0), latin(type), latin('\0'));
  const at = (id: number, method: number, offset: number, length: number): Buffer =>
    Buffer.concat([uint16(id), uint16(method), uint16(0), uint16(1), uint32(offset), uint32(length)]);
  const build = (start: number): Buffer => {
    const meta = box(
      'meta',
      uint32(0),
      box('hdlr', Buffer.alloc(24)),
      box('iinf', uint32(0), uint16(3), item(1, 'hvc1'), item(2, 'Exif'), item(3, 'mime')),
      box(
        'iloc',
        latin('\x01\0\0\0\x44\0'),
        uint16(3),
        at(1, 0, start, picture.length),
        at(2, 0, start + picture.length, change.lengthOfExif ?? place.length),
        at(3, 1, 0, note.length),
      ),
      box('idat', note),
    );
    return Buffer.concat([box('ftyp', latin(`${change.brand ?? 'heic'}\0\0\0\0mif1heic`)), meta]);
  };
  const start = build(0).length + 8;
  return { file: Buffer.concat([build(start), box('mdat', picture, place)]), picture };
}

export const movie = (brand = 'isom'): Buffer =>
  Buffer.concat([
    box('ftyp', latin(`${brand}\0\0\0\0`)),
    box(
      'moov',
      box('mvhd', Buffer.alloc(100)),
      box('trak', box('tkhd', Buffer.alloc(84)), box('udta', latin(CANARY))),
      box('udta', box('\xa9xyz', latin(CANARY))),
      box('meta', uint32(0), latin(CANARY)),
    ),
    box('mdat', latin('the film')),
  ]);

export interface ZipEntry {
  name: string;
  content: Buffer;
  /** What the list says, whatever is true. */
  claims?: { size?: number; at?: number };
}

export function zip(entries: readonly ZipEntry[], change: { count?: number } = {}): Buffer {
  const short = (value: number): Buffer => uint16(value).swap16();
  const long = (value: number): Buffer => uint32(value).swap32();
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const { name, content, claims } of entries) {
    const packed = deflateRawSync(content);
    const sizes = [long(crc32(content)), long(packed.length), long(claims?.size ?? content.length)];
    const about = [short(20), short(0), short(8), long(0), ...sizes, short(name.length)];
    const local = Buffer.concat([latin('PK\x03\x04'), ...about, short(0), latin(name), packed]);
    const rest = [short(0), short(0), short(0), short(0), long(0), long(claims?.at ?? at), latin(name)];
    list.push(Buffer.concat([latin('PK\x01\x02'), short(20), ...about, ...rest]));
    parts.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(list);
  const count = short(change.count ?? entries.length);
  const end = [latin('PK\x05\x06'), long(0), count, count, long(directory.length), long(at), short(0)];
  return Buffer.concat([...parts, directory, ...end]);
}
