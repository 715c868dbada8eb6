/**
 * Tells by a zip archive's own list what unpacking it would come to; nothing is unpacked, here or anywhere in this room.
 * Refused are bombs: what unpacks to far more than it is, overlapping parts, and archives upon archives. Pure.
 */

const MOST_ENTRIES = 10_000;
const MOST_BYTES = 2_000_000_000;
/** Unpacked to packed. Texts of one letter reach a thousand; a hundred is more than files of people do. */
const MOST_RATIO = 100;
/** Below it a ratio says nothing: an empty table of a spreadsheet packs well. */
const RATIO_FROM = 10_000_000;
const MOST_INNER_ARCHIVES = 50;
const ARCHIVE = /\.(?:zip|jar|7z|rar|gz|tgz|bz2|xz|zst|tar)$/i;

const END = 0x06054b50;
const END_64 = 0x06064b50;
const ENTRY = 0x02014b50;
const END_LENGTH = 22;
const ENTRY_LENGTH = 46;
const LOCAL_LENGTH = 30;
const FULL = 0xffffffff;

/** What is wrong with it, as part of a sentence; null for an archive that may stay. */
export function faultOfZip(file: Buffer): string | null {
  const listed = listOf(file);
  if (!listed) return 'its list of contents is damaged';
  const { entries } = listed;
  if (entries.length > MOST_ENTRIES) return `it holds more than ${MOST_ENTRIES} files`;
  const unpacked = entries.reduce((sum, { size }) => sum + size, 0);
  if (unpacked > MOST_BYTES) return 'it would unpack to more than 2 GB';
  if (unpacked > RATIO_FROM && unpacked > MOST_RATIO * file.length)
    return 'it would unpack to more than a hundred times its size';
  if (overlaps(entries, listed.from)) return 'its parts lie upon each other';
  const inner = entries.filter(({ name }) => ARCHIVE.test(name)).length;
  return inner > MOST_INNER_ARCHIVES ? 'it holds archives upon archives' : null;
}

interface Entry {
  name: string;
  size: number;
  packed: number;
  /** Where its own head stands. */
  at: number;
}

/** `from` is where the list begins. */
function listOf(file: Buffer): { entries: Entry[]; from: number } | null {
  const end = endOf(file);
  if (!end) return null;
  const entries: Entry[] = [];
  let { from: at } = end;
  // One more than may be, so that whoever looks sees that there are more.
  for (let count = 0; count < Math.min(end.count, MOST_ENTRIES + 1); count++) {
    if (at + ENTRY_LENGTH > end.to || file.readUInt32LE(at) !== ENTRY) return null;
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) =>
      file.readUInt16LE(at + field),
    );
    const nameEnd = at + ENTRY_LENGTH + (nameLength ?? 0);
    const next = nameEnd + (extraLength ?? 0) + (commentLength ?? 0);
    if (next > end.to) return null;
    const extra = file.subarray(nameEnd, nameEnd + (extraLength ?? 0));
    const sizes = sizesOf(file, at, extra);
    if (!sizes) return null;
    entries.push({ name: file.toString('latin1', at + ENTRY_LENGTH, nameEnd), ...sizes });
    at = next;
  }
  return { entries, from: end.from };
}

/** What stands at the end of the file: how many entries there are, and where their list lies. */
function endOf(file: Buffer): { count: number; from: number; to: number } | null {
  const least = Math.max(0, file.length - END_LENGTH - 0xffff);
  for (let at = file.length - END_LENGTH; at >= least; at--) {
    if (file.readUInt32LE(at) !== END) continue;
    const count = file.readUInt16LE(at + 10);
    const from = file.readUInt32LE(at + 16);
    if (count !== 0xffff && from !== FULL) return from <= at ? { count, from, to: at } : null;
    return end64Of(file, at);
  }
  return null;
}

function end64Of(file: Buffer, end: number): { count: number; from: number; to: number } | null {
  const locator = end - 20;
  if (locator < 0) return null;
  const at = Number(file.readBigUInt64LE(locator + 8));
  if (at + 56 > locator || file.readUInt32LE(at) !== END_64) return null;
  const count = Number(file.readBigUInt64LE(at + 32));
  const from = Number(file.readBigUInt64LE(at + 48));
  return from <= at ? { count, from, to: at } : null;
}

/** A size that does not fit into its field stands in the entry's extra part, in this order. */
function sizesOf(file: Buffer, at: number, extra: Buffer): Omit<Entry, 'name'> | null {
  const short = {
    size: file.readUInt32LE(at + 24),
    packed: file.readUInt32LE(at + 20),
    at: file.readUInt32LE(at + 42),
  };
  const missing = (['size', 'packed', 'at'] as const).filter((field) => short[field] === FULL);
  if (missing.length === 0) return short;
  for (let field = 0; field + 4 <= extra.length;) {
    const length = extra.readUInt16LE(field + 2);
    const from = field + 4;
    if (extra.readUInt16LE(field) === 1 && length >= missing.length * 8 && from + length <= extra.length) {
      for (const [index, name] of missing.entries())
        short[name] = Number(extra.readBigUInt64LE(from + index * 8));
      return short;
    }
    field = from + length;
  }
  return null;
}

/** The trick by which a small archive unpacks to a large one: many entries share the same packed bytes. */
function overlaps(entries: readonly Entry[], list: number): boolean {
  const sorted = entries.toSorted((one, other) => one.at - other.at);
  return sorted.some(({ at, packed }, index) => at + LOCAL_LENGTH + packed > (sorted[index + 1]?.at ?? list));
}
