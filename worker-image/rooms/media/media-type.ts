/** Tells by its first bytes what a file is. What its name or its sender says does not count. Pure. */

/** How many bytes from the beginning are enough to tell. */
export const TELLING_BYTES = 4_096;

export const UNKNOWN_TYPE = 'application/octet-stream';
export const TEXT_TYPE = 'text/plain';

/** Of a beginning as latin1, the first that fits. */
const forms: readonly (readonly [type: string, form: RegExp])[] = [
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[^]{4}WEBP/],
  ['application/pdf', /^%PDF-/],
  ['application/zip', /^PK(?:\x03\x04|\x05\x06)/],
  ['audio/wav', /^RIFF[^]{4}WAVE/],
  ['audio/flac', /^fLaC/],
  ['audio/ogg', /^OggS[^]{24,80}(?:OpusHead|\x01vorbis|Speex {3})/],
  ['application/ogg', /^OggS/],
  ['image/avif', /^[^]{4}ftypavi[fs]/],
  ['image/heic', /^[^]{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1)/],
  ['audio/mp4', /^[^]{4}ftypM4[ABP] /],
  ['video/quicktime', /^[^]{4}ftypqt {2}/],
  ['video/mp4', /^[^]{4}ftyp/],
  ['video/webm', /^\x1a\x45\xdf\xa3/],
  ['audio/mpeg', /^ID3[\x02-\x04]/],
  // Sync, a version and a layer that there are, a bit rate and a sampling rate that there are.
  [
    'audio/mpeg',
    /^\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff][\x10-\x1b\x20-\x2b\x30-\x3b\x40-\x4b\x50-\x5b\x60-\x6b\x70-\x7b\x80-\x8b\x90-\x9b\xa0-\xab\xb0-\xbb\xc0-\xcb\xd0-\xdb\xe0-\xeb]/,
  ],
];

/** The media type of a file that begins so; `application/octet-stream` for what is not known. */
export function mediaTypeOf(bytes: Uint8Array): string {
  const beginning = bytes.subarray(0, TELLING_BYTES);
  const shown = Buffer.from(beginning.buffer, beginning.byteOffset, beginning.length).toString('latin1');
  const known = forms.find(([, form]) => form.test(shown))?.[0];
  return known ?? (isText(beginning) ? TEXT_TYPE : UNKNOWN_TYPE);
}

/** The sound of Ogg that chats show as a voice note. */
export const isOpus = (bytes: Uint8Array): boolean =>
  /^OggS[^]{24,80}OpusHead/.test(Buffer.from(bytes.subarray(0, 128)).toString('latin1'));

/** UTF-8, whose last letter may be cut, without what no text has. */
function isText(beginning: Uint8Array): boolean {
  if (beginning.length === 0) return false;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(beginning, { stream: true });
    return !/[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text);
  } catch {
    return false;
  }
}

/** The usual ending of a file of that type, with its dot; empty for a type that is not known. */
export const endingOf = (type: string): string => endings[type] ?? '';

const endings: Partial<Record<string, string>> = {
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'image/gif': '.gif',
  'image/webp': '.webp',
  'image/heic': '.heic',
  'image/avif': '.avif',
  'application/pdf': '.pdf',
  'application/zip': '.zip',
  'application/ogg': '.ogg',
  'audio/ogg': '.ogg',
  'audio/mpeg': '.mp3',
  'audio/mp4': '.m4a',
  'audio/wav': '.wav',
  'audio/flac': '.flac',
  'video/mp4': '.mp4',
  'video/quicktime': '.mov',
  'video/webm': '.webm',
  [TEXT_TYPE]: '.txt',
};
