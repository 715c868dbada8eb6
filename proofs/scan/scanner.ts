/** Looks for very many needles at once: one pass over the bytes, a hash of each four of them, and a look at the few that match. */
import { constants, inflateRawSync } from 'node:zlib';
import { formsOf } from './forms.js';

export interface Found {
  /** Whose needle it is. */
  name: string;
  form: string;
}

interface Entry extends Found {
  bytes: Buffer;
}

const LARGEST_INFLATED = 64 * 1_048_576;
const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);
const ZLIB = [0x01, 0x5e, 0x9c, 0xda].map((second) => Buffer.from([0x78, second]));

export class Scanner {
  /** The names of all forms that are looked for. */
  readonly forms = new Set<string>();
  /** How many bytes were looked at, those that were packed counted unpacked too. */
  bytes = 0;
  private readonly filter = new Uint8Array(65_536);
  private readonly entries = new Map<number, Entry[]>();

  /** @param values by name; numbers as decimal digits */
  constructor(values: ReadonlyMap<string, string>) {
    this.forms.add('deflated');
    for (const [name, value] of values) {
      for (const { form, bytes } of formsOf(value)) {
        this.forms.add(form);
        const hash = hashOf(bytes.readInt32LE(0));
        this.filter[hash] = 1;
        this.entries.set(hash, [...(this.entries.get(hash) ?? []), { name, form, bytes }]);
      }
    }
  }

  /** What is in there: each needle at most once. */
  scan(haystack: Buffer): Found[] {
    const found = new Map<Entry, Found>();
    this.pass(haystack, (entry) => found.set(entry, { name: entry.name, form: entry.form }));
    for (const unpacked of inflated(haystack)) {
      this.pass(unpacked, (entry) => {
        if (!found.has(entry)) found.set(entry, { name: entry.name, form: `deflated ${entry.form}` });
      });
    }
    return [...found.values()];
  }

  private pass(haystack: Buffer, onFound: (entry: Entry) => void): void {
    const { filter, entries } = this;
    const { length } = haystack;
    this.bytes += length;
    if (length < 4) return;
    let four = haystack.readInt32LE(0);
    for (let at = 0; ;) {
      const hash = hashOf(four);
      if (filter[hash]) {
        for (const entry of entries.get(hash) ?? []) {
          if (
            haystack.compare(
              entry.bytes,
              0,
              entry.bytes.length,
              at,
              Math.min(at + entry.bytes.length, length),
            ) === 0
          )
            onFound(entry);
        }
      }
      if (++at + 3 >= length) return;
      four = (four >>> 8) | ((haystack[at + 3] ?? 0) << 24);
    }
  }
}

const hashOf = (four: number): number => Math.imul(four, 0x9e3779b1) >>> 16;

/** Whatever in there looks like gzip or zlib and is, whatever comes behind it. */
function* inflated(haystack: Buffer): Generator<Buffer> {
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: LARGEST_INFLATED };
  for (const head of [GZIP, ...ZLIB]) {
    for (let at = haystack.indexOf(head); at >= 0; at = haystack.indexOf(head, at + 1)) {
      const packed = haystack.subarray(at);
      try {
        const unpacked = inflateRawSync(packed.subarray(head === GZIP ? gzipHead(packed) : 2), options);
        if (unpacked.length > 0) yield unpacked;
      } catch {
        // It only looked like it.
      }
    }
  }
}

/** Where the packed bytes of a gzip begin: after its optional fields. */
function gzipHead(packed: Buffer): number {
  const flags = packed[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + packed.readUInt16LE(at);
  for (const named of [8, 16]) if (flags & named) at = packed.indexOf(0, at) + 1;
  return flags & 2 ? at + 2 : at;
}
