/**
 * Brings the search index up to date with the files, in small steps between which other work goes on. Each step holds only
 * if nothing was forgotten since its file was read, so what was forgotten does not come back.
 */
import { setImmediate as immediate } from 'node:timers/promises';
import { linesOf } from './lines.js';
import { MEMORY_FILE, type MemoryFiles, type Place, type Version } from './memory-files.js';
import type { SearchIndex, Source } from './search-index.js';

/** Rows written in one step: a few milliseconds. */
const STEP = 100;
/** A file written to so lately, in milliseconds, may change again without showing it. */
const SETTLED = 1_000;

export interface IndexerOptions {
  clock: () => number;
  /** Lets other work go on. */
  pause?: (() => Promise<void>) | undefined;
}

export class FileIndexer {
  private readonly clock: () => number;
  private readonly pause: () => Promise<void>;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly files: MemoryFiles,
    private readonly index: SearchIndex,
    { clock, pause = immediate }: IndexerOptions,
  ) {
    this.clock = clock;
    this.pause = pause;
  }

  /** Resolves when all that lay in the files at this call is in the index. One pass at a time. */
  catchUp(): Promise<void> {
    this.running = this.running.catch(() => undefined).then(() => this.pass());
    return this.running;
  }

  /** Resolves when the index is left alone for good. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running.catch(() => undefined);
  }

  private async pass(): Promise<void> {
    if (this.stopped) return;
    const known = this.index.stamps();
    // Oldest first: rows that come in the order of their days fill the pages of the index.
    for (const { place, stamp } of this.files.list().toReversed()) {
      if (known.get(place) !== stamp) await this.bring(place);
      known.delete(place);
    }
    for (const place of known.keys()) await this.bring(place);
  }

  private async bring(place: Place): Promise<void> {
    while (!this.stopped) {
      const { generation } = this.index;
      const version = this.files.readIfUsable(place);
      const steps = this.stepsTo(place, version);
      let holds = true;
      for (const step of steps) {
        await this.pause();
        if (this.stopped) return;
        holds = this.index.commitIf(generation, step);
        if (!holds) break;
      }
      if (holds) return;
    }
  }

  /** What must be done to make the rows of a file those of this version, in steps. */
  private stepsTo(place: Place, version: Version | null): (() => void)[] {
    const source: Source = place === MEMORY_FILE ? 'memory' : 'note';
    const missing = new Set(linesOf(version?.text ?? ''));
    const changes: (() => void)[] = [];
    for (const { id, text } of this.index.rowsOf(source, place))
      if (!missing.delete(text)) changes.push(() => this.index.removeRow(id));
    // A note belongs to its day whenever it was written.
    const when = source === 'note' ? Date.parse(place) : (version?.modified ?? 0);
    for (const text of missing) changes.push(() => this.index.add(source, place, when, text));
    changes.push(() => this.mark(place, version));
    const steps: (() => void)[] = [];
    for (let at = 0; at < changes.length; at += STEP) {
      const part = changes.slice(at, at + STEP);
      steps.push(() => part.forEach((change) => change()));
    }
    return steps;
  }

  private mark(place: Place, version: Version | null): void {
    if (!version) return this.index.removeStamp(place);
    // One that is not settled is looked at again, and known to have rows should it be gone by then.
    const settled = this.clock() - version.modified >= SETTLED;
    this.index.setStamp(place, settled ? version.stamp : '');
  }
}
