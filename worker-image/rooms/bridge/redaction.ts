/** Blots a secret out of a stream: what a provider repeats of a key, in an error for instance, stays out of the agent room. */
import { Transform, type TransformCallback } from 'node:stream';

const BLOT = '*';

/** Holds back only what may be the beginning of the secret, so that a stream of events is not delayed. */
export class Redaction extends Transform {
  private readonly secret: Buffer;
  private held: Buffer = Buffer.alloc(0);

  constructor(secret: string) {
    super();
    this.secret = Buffer.from(secret);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const bytes = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
    const { length } = this.secret;
    for (let at = bytes.indexOf(this.secret); at >= 0; at = bytes.indexOf(this.secret, at + length)) {
      bytes.fill(BLOT, at, at + length);
    }
    const whole = bytes.length - this.begun(bytes);
    this.held = bytes.subarray(whole);
    done(null, whole > 0 ? bytes.subarray(0, whole) : undefined);
  }

  override _flush(done: TransformCallback): void {
    done(null, this.held.length > 0 ? this.held : undefined);
  }

  /** How many bytes at the end may be the secret's first. */
  private begun(bytes: Buffer): number {
    for (let count = Math.min(this.secret.length - 1, bytes.length); count > 0; count--) {
      if (bytes.subarray(bytes.length - count).equals(this.secret.subarray(0, count))) return count;
    }
    return 0;
  }
}
