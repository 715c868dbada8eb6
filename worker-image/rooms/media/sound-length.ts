/** How long a sound lasts, as its own headers say; nothing is decoded. Pure; whatever the bytes hold, it ends. */

/** Bytes a second of the thinnest speech there is; a length that a header does not tell is at most what this gives. */
const THINNEST = 750;
/** Of the fattest that is worth sending: a header that says less than this gives is not believed. */
const FATTEST = 200_000;

/** Whether a file of that type may hold speech alone. */
export const isSound = (type: string): boolean => type.startsWith('audio/') || type === 'video/mp4';

/** Seconds. Where the headers do not say, or say what cannot be, the longest that so many bytes may last. */
export function secondsOf(bytes: Uint8Array, type: string): number {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const told = readers[type]?.(file) ?? null;
  const least = file.length / FATTEST;
  return told !== null && Number.isFinite(told) && told >= least ? told : file.length / THINNEST;
}

const readers: Partial<Record<string, (file: Buffer) => number | null>> = {
  'audio/ogg': oggSeconds,
  'audio/wav': wavSeconds,
  'audio/mp4': mp4Seconds,
  'video/mp4': mp4Seconds,
  'audio/mpeg': mpegSeconds,
};

/** The last page says how many samples there were; Opus counts 48,000 a second. */
function oggSeconds(file: Buffer): number | null {
  const last = file.lastIndexOf('OggS');
  if (last < 0 || last + 14 > file.length) return null;
  const samples = file.readBigInt64LE(last + 6);
  const vorbis = file.subarray(0, 128).indexOf('\x01vorbis', 0, 'latin1');
  const rate = vorbis >= 0 && file.length >= vorbis + 16 ? file.readUInt32LE(vorbis + 12) : 48_000;
  return samples > 0n && rate > 0 ? Number(samples) / rate : null;
}

function wavSeconds(file: Buffer): number | null {
  let rate = 0;
  for (let at = 12; at + 8 <= file.length;) {
    const name = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    if (name === 'fmt ' && at + 20 <= file.length) rate = file.readUInt32LE(at + 16);
    // A recorder that was cut off has not come to write how much there is.
    if (name === 'data') return rate > 0 ? Math.min(size, file.length - at - 8) / rate : null;
    at += 8 + size + (size % 2);
  }
  return null;
}

/** `moov/mvhd` has the length in units of its own. */
function mp4Seconds(file: Buffer): number | null {
  const at = file.indexOf('mvhd');
  if (at < 0 || at + 40 > file.length) return null;
  const wide = file[at + 4] === 1;
  const scale = file.readUInt32BE(at + (wide ? 24 : 16));
  const length = wide ? Number(file.readBigUInt64BE(at + 28)) : file.readUInt32BE(at + 20);
  return scale > 0 && length > 0 ? length / scale : null;
}

const KILOBITS = {
  /** MPEG 1, layer III. */
  first: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  /** MPEG 2 and 2.5. */
  later: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};

/** By the bit rate of the first frame, which holds for the whole where it is constant. */
function mpegSeconds(file: Buffer): number | null {
  const start = file.toString('latin1', 0, 3) === 'ID3' ? 10 + tagLength(file) : 0;
  for (let at = start; at + 4 <= Math.min(file.length, start + 65_536); at++) {
    if (file[at] !== 0xff || ((file[at + 1] ?? 0) & 0xe6) !== 0xe2) continue;
    const table = ((file[at + 1] ?? 0) & 0x18) === 0x18 ? KILOBITS.first : KILOBITS.later;
    const kilobits = table[(file[at + 2] ?? 0) >> 4] ?? 0;
    if (kilobits > 0) return ((file.length - at) * 8) / (kilobits * 1_000);
  }
  return null;
}

/** Seven bits a byte. */
function tagLength(file: Buffer): number {
  let length = 0;
  for (const byte of file.subarray(6, 10)) length = length * 128 + (byte & 0x7f);
  return length;
}
