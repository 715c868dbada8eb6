/** A PNG without texts, times and Exif. The picture is not touched. Pure. */

const BEGINNING = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** What a picture is made of, how its colours are meant, and its frames where it moves. */
const KEPT = new Set(
  'IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs cICP mDCV cLLI acTL fcTL fdAT'.split(' '),
);

/** Null for what is no whole structure. What follows the end is left out. */
export function pngWithoutMetadata(file: Buffer): Buffer | null {
  if (!file.subarray(0, 8).equals(BEGINNING)) return null;
  const kept: Buffer[] = [BEGINNING];
  for (let at = 8; at + 12 <= file.length;) {
    const name = file.toString('latin1', at + 4, at + 8);
    const end = at + 12 + file.readUInt32BE(at);
    if (end > file.length) return null;
    if (KEPT.has(name)) kept.push(file.subarray(at, end));
    if (name === 'IEND') return Buffer.concat(kept);
    at = end;
  }
  return null;
}
