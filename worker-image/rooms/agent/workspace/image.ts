/** Tells by its first bytes whether a file is an image that a model can look at. Pure. */
import type { Image } from '../models/model.js';

const beginnings: readonly (readonly [Image['mediaType'], RegExp])[] = [
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF.{4}WEBP/s],
];

export function imageType(bytes: Uint8Array): Image['mediaType'] | null {
  const beginning = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  return beginnings.find(([, form]) => form.test(beginning))?.[0] ?? null;
}
