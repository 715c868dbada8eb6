/** The part of a line that has come so far. Grows by doubling, so that a line cut into single bytes costs no more than one. */

/** Longer than any line, or whole answer, that a model's longest answer makes. */
const MAX_LINE = 4 * 1_048_576;

export class HeldLine {
  /** Bytes of a line that was too long to be held. */
  dropped = 0;
  private bytes = Buffer.alloc(0);
  private length = 0;

  get empty(): boolean {
    return this.length === 0 && this.dropped === 0;
  }

  add(more: Buffer): void {
    const length = this.length + more.length;
    if (this.dropped > 0 || length > MAX_LINE) {
      this.dropped += length;
      this.release();
      return;
    }
    if (length > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, this.bytes.length * 2, 1_024));
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
    more.copy(this.bytes, this.length);
    this.length = length;
  }

  take(): string {
    const line = this.bytes.toString('latin1', 0, this.length);
    this.dropped = 0;
    this.length = 0;
    return line;
  }

  private release(): void {
    this.bytes = Buffer.alloc(0);
    this.length = 0;
  }
}
