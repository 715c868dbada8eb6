/** The boxes that HEIC, AVIF, MP4 and QuickTime files are made of. Pure; whatever the bytes hold, it ends. */

export interface Box {
  type: string;
  /** Where it begins in the file. */
  at: number;
  /** Where its content begins, and where it ends. */
  from: number;
  to: number;
}

/** Those between two places, in their order; null for what is no whole structure. */
export function boxesIn(file: Buffer, from = 0, to = file.length): Box[] | null {
  const boxes: Box[] = [];
  for (let at = from; at < to;) {
    if (at + 8 > to) return null;
    const short = file.readUInt32BE(at);
    const wide = short === 1;
    if (wide && at + 16 > to) return null;
    // 0: up to the end.
    const size = wide ? Number(file.readBigUInt64BE(at + 8)) : short === 0 ? to - at : short;
    const head = wide ? 16 : 8;
    if (size < head || at + size > to) return null;
    boxes.push({ type: file.toString('latin1', at + 4, at + 8), at, from: at + head, to: at + size });
    at += size;
  }
  return boxes;
}
