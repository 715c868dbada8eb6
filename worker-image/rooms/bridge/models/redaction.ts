/** Blots a secret out of a stream: what a provider repeats of a key, in an error for instance, stays out of the agent room. */
import { Transform, type TransformCallback } from 'node:stream';

const BLOT = '*';

/** Holds back only what may be the beginning of the secret, so that a stream of events is not delayed. */
export class Redaction extends Transform {
  /** The secret as it is, and as JSON and an address write it; mostly these are the same. */
  private readonly forms: readonly Buffer[];
  private held: Buffer = Buffer.alloc(0);

  constructor(secret: string) {
    super();
    const forms = new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
    this.forms = [...forms].map((form) => Buffer.from(form));
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const bytes = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
    for (const form of this.forms) {
      for (let at = bytes.indexOf(form); at >= 0; at = bytes.indexOf(form, at + form.length)) {
        bytes.fill(BLOT, at, at + form.length);
      }
    }
    const whole = bytes.length - this.begun(bytes);
    this.held = bytes.subarray(whole);
    done(null, whole > 0 ? bytes.subarray(0, whole) : undefined);
  }

  override _flush(done: TransformCallback): void {
    done(null, this.held.length > 0 ? this.held : undefined);
  }

  /** How many bytes at the end may be the first of the secret. */
  private begun(bytes: Buffer): number {
    return Math.max(...this.forms.map((form) => begunOf(form, bytes)));
  }
}

function begunOf(form: Buffer, bytes: Buffer): number {
  const first = form.subarray(0, 1);
  const from = Math.max(0, bytes.length - form.length + 1);
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (bytes.subarray(at).equals(form.subarray(0, bytes.length - at))) return bytes.length - at;
  }
  return 0;
}
