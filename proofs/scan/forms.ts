/** Every form in which a secret may lie somewhere: as it is, encoded, escaped, wide, or as a binary number. */
export interface Needle {
  form: string;
  bytes: Buffer;
}

/** Shorter ones are found by chance. */
const SHORTEST = 7;

export function formsOf(value: string): Needle[] {
  const plain = Buffer.from(value, 'utf8');
  const bytes = [...plain];
  const hex = plain.toString('hex');
  const units = Array.from(value.split(''), (letter) => letter.charCodeAt(0).toString(16).padStart(4, '0'));
  const escaped = JSON.stringify(value).slice(1, -1);
  const all: [string, Buffer | string][] = [
    ['plain', plain],
    ['hex', hex],
    ['HEX', hex.toUpperCase()],
    ...base64Forms(plain),
    ['URL-encoded', encodeURIComponent(value)],
    [
      'URL-encoded whole',
      bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
    ],
    ['url-encoded whole', bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')],
    ['UTF-16LE', Buffer.from(value, 'utf16le')],
    ['UTF-16BE', Buffer.from(value, 'utf16le').swap16()],
    ['JSON-escaped', escaped],
    ['JSON-escaped whole', units.map((unit) => `\\u${unit}`).join('')],
    ['JSON-ESCAPED whole', units.map((unit) => `\\u${unit.toUpperCase()}`).join('')],
    ...numberForms(value),
  ];
  const seen = new Set<string>();
  return all.flatMap(([form, content]) => {
    const needle = { form, bytes: Buffer.from(content as string) };
    const known = needle.bytes.toString('latin1');
    if (seen.has(known) || needle.bytes.length < SHORTEST) return [];
    seen.add(known);
    return [needle];
  });
}

/** What stays the same of the encoded text wherever in a longer text it begins: three alignments, two alphabets. */
function base64Forms(plain: Buffer): [string, string][] {
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), plain]).toString('base64');
    const from = Math.ceil((offset * 8) / 6);
    const whole = text.slice(from, Math.floor(((offset + plain.length) * 8) / 6));
    const url = whole.replaceAll('+', '-').replaceAll('/', '_');
    return [
      [`base64 at ${offset}`, whole],
      [`base64url at ${offset}`, url],
    ] as [string, string][];
  });
}

/** A number may also lie in a database's or a program's own form. */
function numberForms(value: string): [string, Buffer][] {
  if (!/^\d{12,18}$/.test(value)) return [];
  const [little, big, double] = [Buffer.alloc(8), Buffer.alloc(8), Buffer.alloc(8)];
  little.writeBigInt64LE(BigInt(value));
  big.writeBigInt64BE(BigInt(value));
  double.writeDoubleLE(Number(value));
  return [
    ['int64 little-endian', little],
    ['int64 big-endian', big],
    ['double', double],
  ];
}
