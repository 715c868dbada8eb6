/**
 * Takes out of a picture or film what it says of its making, above all the place, before it is kept or shown to a model.
 * By the structure of the file: nothing is decoded or encoded anew, and the picture stays as it is, bit for bit.
 */
import { heifWithoutMetadata } from './heif.js';
import { jpegWithoutMetadata } from './jpeg.js';
import { movieWithoutMetadata } from './movie.js';
import { pngWithoutMetadata } from './png.js';
import { webpWithoutMetadata } from './webp.js';

const strippers: Partial<Record<string, (file: Buffer) => Buffer | null>> = {
  'image/jpeg': jpegWithoutMetadata,
  'image/png': pngWithoutMetadata,
  'image/webp': webpWithoutMetadata,
  'image/heic': heifWithoutMetadata,
  'image/avif': heifWithoutMetadata,
  'video/mp4': movieWithoutMetadata,
  'video/quicktime': movieWithoutMetadata,
};

/** `type` is what the content is. Null when it is damaged, so that nobody can say what it would give away. */
export const withoutMetadata = (file: Buffer, type: string): Buffer | null =>
  (strippers[type] ?? ((whole) => whole))(file);
