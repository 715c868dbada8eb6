/** The encryption of WhatsApp's files: AES-256-CBC, a code of authentication behind it, keys from one key. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  timingSafeEqual,
} from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { PlatformError } from '../bridge.js';
import type { MediaKind } from './attachment.js';

const purposes: Record<MediaKind, string> = {
  image: 'WhatsApp Image Keys',
  sticker: 'WhatsApp Image Keys',
  video: 'WhatsApp Video Keys',
  audio: 'WhatsApp Audio Keys',
  document: 'WhatsApp Document Keys',
};

/** Bytes of the code of authentication. */
const CODE = 10;

function keysFrom(key: Uint8Array, kind: MediaKind): { iv: Buffer; cipher: Buffer; mac: Buffer } {
  const keys = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(32), purposes[kind], 112));
  return { iv: keys.subarray(0, 16), cipher: keys.subarray(16, 48), mac: keys.subarray(48, 80) };
}

/** Size of a file of `size` bytes once it is encrypted. */
export const sealedSize = (size: number): number => size - (size % 16) + 16 + CODE;

/** Encrypts what passes, always to the same bytes; knows both hashes when it has ended. */
export class Seal extends Transform {
  private readonly cipher;
  private readonly mac;
  private readonly clear = createHash('sha256');
  private readonly sealed = createHash('sha256');

  constructor(key: Uint8Array, kind: MediaKind) {
    super();
    const { iv, cipher, mac } = keysFrom(key, kind);
    this.cipher = createCipheriv('aes-256-cbc', cipher, iv);
    this.mac = createHmac('sha256', mac).update(iv);
  }

  /** Of the file and of its encrypted form. */
  hashes(): { clear: Buffer; sealed: Buffer } {
    return { clear: this.clear.digest(), sealed: this.sealed.digest() };
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.clear.update(chunk);
    const bytes = this.cipher.update(chunk);
    this.mac.update(bytes);
    this.give(bytes);
    done();
  }

  override _flush(done: TransformCallback): void {
    const bytes = this.cipher.final();
    this.give(bytes);
    this.give(this.mac.update(bytes).digest().subarray(0, CODE));
    done();
  }

  private give(bytes: Buffer): void {
    this.sealed.update(bytes);
    this.push(bytes);
  }
}

/** Decrypts what passes; fails at the end when it is not what the message spoke of. */
export class Unseal extends Transform {
  private readonly cipher;
  private readonly mac;
  private readonly hash = createHash('sha256');
  private held = Buffer.alloc(0);

  constructor(
    key: Uint8Array,
    kind: MediaKind,
    private readonly expected: Uint8Array,
  ) {
    super();
    const { iv, cipher, mac } = keysFrom(key, kind);
    this.cipher = createDecipheriv('aes-256-cbc', cipher, iv);
    this.mac = createHmac('sha256', mac).update(iv);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.hash.update(chunk);
    // The code comes last, so the last bytes so far may be part of it.
    const all = Buffer.concat([this.held, chunk]);
    const bytes = all.subarray(0, Math.max(0, all.length - CODE));
    this.held = all.subarray(bytes.length);
    this.mac.update(bytes);
    this.push(this.cipher.update(bytes));
    done();
  }

  override _flush(done: TransformCallback): void {
    try {
      const code = this.mac.digest().subarray(0, CODE);
      const right = this.held.length === CODE && timingSafeEqual(code, this.held);
      if (!right || !timingSafeEqual(this.hash.digest(), this.expected)) throw new PlatformError('refused');
      this.push(this.cipher.final());
      done();
    } catch {
      done(new PlatformError('refused'));
    }
  }
}
