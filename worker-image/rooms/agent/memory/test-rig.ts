/** A memory in a folder of its own, with a clock and a time zone that a test sets. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Memory, type MemoryOptions } from './memory.js';
import { SearchIndex } from './search-index.js';

export class MemoryRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'ara-memory-'));
  now = Date.parse('2026-03-01T12:00:00Z');
  timeZone = 'UTC';
  index!: SearchIndex;
  memory!: Memory;
  private edits = 0;

  constructor(private readonly options: Partial<MemoryOptions> = {}) {
    this.start();
  }

  start(): void {
    this.index = new SearchIndex(this.pathOf('index.sqlite'));
    this.memory = new Memory(this.folder, this.index, {
      clock: () => this.now,
      timeZone: () => this.timeZone,
      ...this.options,
    });
  }

  async stop(): Promise<void> {
    await this.memory.close();
    this.index.close();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }

  pathOf(name: string): string {
    return join(this.folder, name);
  }

  /** As the user's editor does it, some time ago. */
  writeByHand(name: string, text: string): void {
    mkdirSync(dirname(this.pathOf(name)), { recursive: true });
    writeFileSync(this.pathOf(name), text);
    const time = this.now / 1_000 - 100 + this.edits++;
    utimesSync(this.pathOf(name), time, time);
  }

  read(name: string): string {
    return readFileSync(this.pathOf(name), 'utf8');
  }

  /** The names of all files below the folder whose bytes hold one of these texts. */
  filesHolding(...texts: string[]): string[] {
    return (readdirSync(this.folder, { recursive: true }) as string[])
      .filter((name) => statSync(this.pathOf(name)).isFile())
      .filter((name) => {
        const bytes = readFileSync(this.pathOf(name));
        return texts.some((text) => bytes.includes(text));
      });
  }

  async found(query: string): Promise<string[]> {
    return (await this.memory.recall(query)).found.map(({ text }) => text);
  }
}
