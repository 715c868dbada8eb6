/** A picture with words in it that no eye sees. */
import { crc32 } from 'node:zlib';
import { PNG } from '../../test/kit/pictures.js';

const AFTER_HEADER = 33;

/** PNG of one pixel, with a chunk of text. */
export function withText(text: string): Buffer {
  const png = Buffer.from(PNG, 'base64');
  const chunk = Buffer.from(`tEXtComment\0${text}`, 'latin1');
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(chunk.length - 4);
  sum.writeUInt32BE(crc32(chunk));
  return Buffer.concat([png.subarray(0, AFTER_HEADER), length, chunk, sum, png.subarray(AFTER_HEADER)]);
}
