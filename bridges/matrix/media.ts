/** Encrypts and decrypts files as Matrix has it, while they stream: AES in counter mode, and a hash of what lies at the server. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Readable, Transform, type TransformCallback } from 'node:stream';
import { PlatformError } from '../bridge.js';
import type { EncryptedFile } from './reference.js';

export interface Sealing {
  /** What goes to the homeserver; as long as the file. */
  readonly content: Readable;
  /** What the event holds; to be asked for when `content` has been read to its end. */
  fileAt(url: string): EncryptedFile & { key: object };
}

export function sealStream(content: Readable): Sealing {
  const [key, iv] = [randomBytes(32), Buffer.concat([randomBytes(8), Buffer.alloc(8)])];
  const cipher = createCipheriv('aes-256-ctr', key, iv);
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const sealed = content
    .on('error', (error) => hashing.destroy(error))
    .pipe(cipher)
    .pipe(hashing);
  return {
    content: sealed,
    fileAt: (url) => ({
      v: 'v2',
      url,
      key: {
        kty: 'oct',
        key_ops: ['encrypt', 'decrypt'],
        alg: 'A256CTR',
        k: key.toString('base64url'),
        ext: true,
      },
      iv: unpadded(iv),
      hashes: { sha256: unpadded(hash.digest()) },
    }),
  };
}

/** Its end is an error when a single bit is not what the sender encrypted. */
export function openStream(sealed: Readable, file: EncryptedFile): Readable {
  const [key, iv] = [Buffer.from(file.key.k, 'base64url'), Buffer.from(file.iv, 'base64')];
  if (key.length !== 32 || iv.length !== 16) throw new PlatformError('refused');
  const cipher = createDecipheriv('aes-256-ctr', key, iv);
  const hash = createHash('sha256');
  const opening = new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      hash.update(chunk);
      done(null, cipher.update(chunk));
    },
    flush(done: TransformCallback) {
      const isWhole = unpadded(hash.digest()) === file.hashes.sha256.replace(/=+$/, '');
      done(isWhole ? null : new PlatformError('refused'));
    },
  });
  sealed.on('error', (error) => opening.destroy(error));
  opening.on('close', () => sealed.destroy());
  return sealed.pipe(opening);
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
