/** The report of one run: prints as it goes, remembers what did not hold, and cleans up. */
import type { Report } from '../proof.js';

const UNDO_WITHIN = 45_000;

export class RunReport implements Report {
  readonly failures: string[] = [];
  checks = 0;
  private readonly undo: (() => Promise<unknown>)[] = [];

  constructor(private readonly print: (line: string) => void) {}

  step(text: string): void {
    this.print(`  … ${text}`);
  }

  note(text: string): void {
    this.print(`  · ${text}`);
  }

  check(holds: boolean, what: string): void {
    this.checks++;
    if (holds) return;
    this.failures.push(what);
    this.print(`  ✗ ${what}`);
  }

  later(undo: () => Promise<unknown>): void {
    this.undo.push(undo);
  }

  /** Undoes everything, even when a part of it fails. */
  async clean(): Promise<void> {
    for (let undo = this.undo.pop(); undo; undo = this.undo.pop()) {
      const late = new Promise<never>((_resolve, reject) => {
        setTimeout(() => reject(new Error('it took too long')), UNDO_WITHIN).unref();
      });
      await Promise.race([undo(), late]).catch((error: unknown) =>
        this.print(`  ! not cleaned up: ${String(error)}`),
      );
    }
  }
}
