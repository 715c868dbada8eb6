/** A JPEG without what it says of its making: places, times, cameras, earlier versions. The picture is not touched. Pure. */

const MARKER = 0xff;
const START = 0xd8;
const END = 0xd9;
const SCAN = 0xda;
const COMMENT = 0xfe;
/** The first and the last of the segments that programs fill as they like. */
const APP = { first: 0xe0, exif: 0xe1, profile: 0xe2, adobe: 0xee, last: 0xef };
const EXIF = 'Exif\0\0';

/**
 * Kept are the segments that the picture is made of, the colour profile and Adobe's note on colours; of Exif only which way
 * is up, without which many photos lie on their side. What follows the picture (a second one, a video) is left out.
 * Null for what is no whole structure: nobody could say what it hides.
 */
export function jpegWithoutMetadata(file: Buffer): Buffer | null {
  if (file[0] !== MARKER || file[1] !== START) return null;
  const kept: Buffer[] = [];
  let turned: number | null = null;
  for (let at = 2; at < file.length;) {
    const found = segmentAt(file, at);
    if (!found) return null;
    const { kind, segment, next } = found;
    if (kind === APP.exif) turned ??= orientationOf(segment.subarray(4));
    if (isKept(kind, segment)) kept.push(segment);
    at = kind === SCAN ? endOfScan(file, next) : next;
    if (kind === SCAN) kept.push(file.subarray(next, at));
    // A picture that breaks off in a scan is shown as far as it goes.
    if (kind === END || (kind === SCAN && at === file.length))
      return Buffer.concat([file.subarray(0, 2), ...pointingUp(turned), ...kept]);
  }
  return null;
}

interface Segment {
  kind: number;
  /** With its marker. */
  segment: Buffer;
  /** What comes behind it. */
  next: number;
}

/** Any number of fill bytes may stand before a marker. Null for what is none, or does not fit into the file. */
function segmentAt(file: Buffer, from: number): Segment | null {
  let at = from;
  while (file[at] === MARKER && file[at + 1] === MARKER) at++;
  const kind = file[at + 1];
  if (file[at] !== MARKER || kind === undefined || kind === 0) return null;
  if (kind === END) return { kind, segment: file.subarray(at, at + 2), next: at + 2 };
  const next = at + 2 + (at + 4 <= file.length ? file.readUInt16BE(at + 2) : 0);
  return next < at + 4 || next > file.length ? null : { kind, segment: file.subarray(at, next), next };
}

const pointingUp = (turned: number | null): Buffer[] =>
  turned === null || turned === 1 ? [] : [exifWith(turned)];

function isKept(kind: number, segment: Buffer): boolean {
  if (kind === COMMENT) return false;
  if (kind < APP.first || kind > APP.last) return true;
  const begins = (name: string): boolean => segment.toString('latin1', 4, 4 + name.length) === name;
  // A thumbnail in the first is the picture once more, perhaps from before it was cut.
  if (kind === APP.first) return begins('JFIF\0') && segment.length === 18;
  return (kind === APP.profile && begins('ICC_PROFILE\0')) || (kind === APP.adobe && begins('Adobe'));
}

/** Where the next marker stands that is no part of the scan, or the end of the file. */
function endOfScan(file: Buffer, from: number): number {
  for (let at = file.indexOf(MARKER, from); at >= 0; at = file.indexOf(MARKER, at + 1)) {
    const next = file[at + 1];
    const isPart = next === undefined || next === 0 || next === MARKER || (next >= 0xd0 && next <= 0xd7);
    if (!isPart) return at;
  }
  return file.length;
}

/** 1 to 8; null when it is not said. */
function orientationOf(exif: Buffer): number | null {
  if (exif.toString('latin1', 0, 6) !== EXIF || exif.length < 16) return null;
  const tiff = exif.subarray(6);
  const order = tiff.toString('latin1', 0, 2);
  if (order !== 'II' && order !== 'MM') return null;
  const short = (at: number): number =>
    at + 2 > tiff.length ? 0 : order === 'II' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at);
  const first = order === 'II' ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  for (let entry = 0; entry < short(first); entry++) {
    const at = first + 2 + entry * 12;
    if (at + 12 > tiff.length) return null;
    if (short(at) !== 0x0112) continue;
    const value = short(at + 8);
    return value >= 1 && value <= 8 ? value : null;
  }
  return null;
}

/** A segment that says which way is up and nothing else. */
function exifWith(orientation: number): Buffer {
  const segment = Buffer.from(`\xff\xe1\0\x22${EXIF}MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01`, 'latin1');
  return Buffer.concat([segment, Buffer.from([0, orientation, 0, 0, 0, 0, 0, 0])]);
}
