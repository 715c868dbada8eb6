/** Sounds for tests: their headers as recorders write them, and silence of the right length in between. */

/** A voice note as chats have them: Opus in Ogg, of so many seconds. */
export function ogg(seconds: number, bytes = Math.ceil(seconds * 2_000)): Buffer {
  const page = (samples: number, content: Buffer): Buffer => {
    const head = Buffer.alloc(28);
    head.write('OggS');
    head.writeBigInt64LE(BigInt(Math.round(samples)), 6);
    head[26] = 1;
    return Buffer.concat([head, content]);
  };
  const first = page(0, Buffer.from('OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0', 'latin1'));
  return Buffer.concat([first, Buffer.alloc(bytes), page(seconds * 48_000, Buffer.alloc(1))]);
}

/** 8,000 samples a second, of one byte. */
export function wav(seconds: number): Buffer {
  const size = seconds * 8_000;
  const head = Buffer.alloc(44);
  head.write('RIFF');
  head.writeUInt32LE(36 + size, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8_000, 24);
  head.writeUInt32LE(8_000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(size, 40);
  return Buffer.concat([head, Buffer.alloc(size, 0x80)]);
}

/** As phones record it, with its `moov` behind the sound. */
export function mp4Sound(seconds: number): Buffer {
  const header = Buffer.alloc(100);
  header.writeUInt32BE(1_000, 12);
  header.writeUInt32BE(seconds * 1_000, 16);
  return Buffer.concat([
    box('ftyp', Buffer.from('M4A \0\0\0\0M4A mp42isom', 'latin1')),
    box('mdat', Buffer.alloc(seconds * 4_000)),
    box('moov', box('mvhd', header)),
  ]);
}

/** 128 kbit a second. */
export function mp3(seconds: number): Buffer {
  const frame = Buffer.alloc(417);
  frame.set([0xff, 0xfb, 0x90, 0x64]);
  return Buffer.concat(Array.from({ length: Math.round((seconds * 16_000) / 417) }, () => frame));
}

/** A box of an MP4 or HEIC file. */
export function box(type: string, ...content: Buffer[]): Buffer {
  const inner = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + inner.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, inner]);
}
