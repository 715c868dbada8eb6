/** A WebP without Exif and XMP. The picture is not touched. Pure. */

const KEPT = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
/** In `VP8X`: that there is Exif, that there is XMP. */
const FLAGS = 0x08 | 0x04;
/** Bytes of a frame before its own chunks begin. */
const FRAME_HEAD = 16;

/** Null for what is no whole structure. What follows the end is left out. */
export function webpWithoutMetadata(file: Buffer): Buffer | null {
  if (file.length < 12 || !/^RIFF[^]{4}WEBP/.test(file.toString('latin1', 0, 12))) return null;
  const end = 8 + file.readUInt32LE(4);
  if (end > file.length) return null;
  const chunks = keptOf(file.subarray(12, end));
  if (!chunks) return null;
  const head = Buffer.from(file.subarray(0, 12));
  head.writeUInt32LE(4 + chunks.length, 4);
  return Buffer.concat([head, chunks]);
}

function keptOf(chunks: Buffer): Buffer | null {
  const kept: Buffer[] = [];
  for (let at = 0; at < chunks.length;) {
    if (at + 8 > chunks.length) return null;
    const name = chunks.toString('latin1', at, at + 4);
    const size = chunks.readUInt32LE(at + 4);
    if (at + 8 + size > chunks.length) return null;
    const content = KEPT.has(name) ? contentOf(name, chunks.subarray(at + 8, at + 8 + size)) : undefined;
    if (content === null) return null;
    if (content) kept.push(chunkOf(name, content));
    at += 8 + size + (size % 2);
  }
  return Buffer.concat(kept);
}

/** A frame of a moving one has chunks of its own. */
function contentOf(name: string, content: Buffer): Buffer | null {
  if (name === 'ANMF') {
    const inner = keptOf(content.subarray(FRAME_HEAD));
    return inner && Buffer.concat([content.subarray(0, FRAME_HEAD), inner]);
  }
  if (name !== 'VP8X') return content;
  const without = Buffer.from(content);
  without[0] = (without[0] ?? 0) & ~FLAGS;
  return without;
}

function chunkOf(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
}
