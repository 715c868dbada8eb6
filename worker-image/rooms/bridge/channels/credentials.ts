/** The bridge room's secrets on the volume: one file each, encrypted with the container's key, which lives in memory only. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AraError } from '../../../../contracts/errors.js';

/** File form: version byte 1, nonce 12, tag 16, ciphertext (AES-256-GCM, the file's name is bound in). */
const VERSION = 1;
const TAG = { authTagLength: 16 };

export class Credentials {
  constructor(
    private readonly folder: string,
    private readonly key: Buffer,
  ) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  save(name: string, value: unknown): void {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(name));
    const text = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()]);
    const bytes = Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), text]);
    // Written beside and renamed, so that a crash leaves the old one or the new one.
    writeFileSync(`${this.path(name)}.new`, bytes, { mode: 0o600, flush: true });
    renameSync(`${this.path(name)}.new`, this.path(name));
  }

  /** Null when there is none. @throws AraError `forged` when the file was not written with this key under this name. */
  load(name: string): unknown {
    if (!this.has(name)) return null;
    const bytes = readFileSync(this.path(name));
    try {
      if (bytes[0] !== VERSION) throw new Error('version');
      const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(1, 13), TAG)
        .setAAD(Buffer.from(name))
        .setAuthTag(bytes.subarray(13, 29));
      const text = Buffer.concat([decipher.update(bytes.subarray(29)), decipher.final()]);
      return JSON.parse(text.toString('utf8')) as unknown;
    } catch {
      throw new AraError('forged', 'a stored credential cannot be read with this container key');
    }
  }

  remove(name: string): void {
    rmSync(this.path(name), { force: true });
  }

  private path(name: string): string {
    return join(this.folder, `${name}.sealed`);
  }
}
