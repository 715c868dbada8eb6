/**
 * Makes the export and keeps it, encrypted, until it is fetched or a day is over: one at a time, in a folder of its own. What
 * a crash left half made is gone with the next start.
 */
import { createReadStream, mkdirSync, rmSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  EXPORT_FORMAT,
  EXPORT_VERSION,
  type ExportFigures,
  type ExportState,
  type Manifest,
} from '../../../../contracts/archive.js';
import { AraError } from '../../../../contracts/errors.js';
import { writeGathered } from '../../../../contracts/gathered-file.js';
import type { Assistant } from '../assistant.js';
import { encrypted } from './age.js';
import { EXCLUDED, entriesOf, type Skipped } from './entries.js';
import { exportPath, KEPT } from './expiry.js';
import { pack, type Packed } from './packing.js';

/** What everything else in it may come to, in bytes, for the progress that is shown. */
const REST = 1_000_000;

export class Exporter {
  private readonly folder: string;
  private making: { doneBytes: number; allBytes: number; done: Promise<void> } | null = null;
  private failed = false;

  constructor(private readonly assistant: Assistant) {
    this.folder = join(assistant.folder, 'export');
    rmSync(this.draft, { force: true });
  }

  /** In the place of an earlier one. @throws AraError `conflict` while one is made */
  async begin(ticket: string, figures: ExportFigures): Promise<void> {
    if (this.making) throw new AraError('conflict', 'an export is being made');
    this.failed = false;
    const making = { doneBytes: 0, allBytes: await this.expected(), done: Promise.resolve() };
    if (this.making) throw new AraError('conflict', 'an export is being made');
    this.making = making;
    making.done = this.make(ticket, figures, (bytes) => (making.doneBytes += bytes))
      .catch(() => void (this.failed = true))
      .finally(() => (this.making = null));
  }

  /** Once nothing is being made. */
  async settled(): Promise<void> {
    await this.making?.done;
  }

  get state(): ExportState {
    if (this.making) {
      const { doneBytes, allBytes } = this.making;
      return { state: 'making', doneBytes, allBytes: Math.max(doneBytes, allBytes) };
    }
    if (this.failed) return { state: 'failed' };
    const stats = statSync(this.finished, { throwIfNoEntry: false });
    const madeAt = Math.round(stats?.mtimeMs ?? 0);
    if (!stats || madeAt + KEPT <= this.assistant.now()) return { state: 'none' };
    return { state: 'ready', bytes: stats.size, madeAt, expiresAt: madeAt + KEPT };
  }

  /** @throws AraError `not-found` */
  read(): { size: number; bytes: Readable } {
    const { state } = this;
    if (state.state !== 'ready') throw new AraError('not-found');
    return { size: state.bytes, bytes: createReadStream(this.finished) };
  }

  async remove(): Promise<void> {
    await this.settled();
    this.failed = false;
    rmSync(this.finished, { force: true });
  }

  private async make(
    ticket: string,
    figures: ExportFigures,
    onBytes: (bytes: number) => void,
  ): Promise<void> {
    const { assistant } = this;
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    rmSync(this.finished, { force: true });
    const skipped: Skipped[] = [];
    const plain = pack(
      entriesOf(assistant, figures, skipped),
      (files) => manifestEntry(files, skipped, assistant.now()),
      onBytes,
    );
    try {
      await writeGathered(this.draft, await encrypted(assistant.door, ticket, plain));
      await rename(this.draft, this.finished);
    } finally {
      await rm(this.draft, { force: true });
    }
    // From now on there is a time at which it must go.
    await (await assistant.agenda()).plan();
  }

  private async expected(): Promise<number> {
    const { assistant } = this;
    const [archive, workspace] = await Promise.all([assistant.archive(), assistant.workspace()]);
    // The conversations go in twice: as lines of JSON and to read.
    return 2 * archive.holdings().bytes + workspace.usage().bytes + REST;
  }

  private get finished(): string {
    return exportPath(this.assistant.folder);
  }

  private get draft(): string {
    return join(this.folder, 'export.age.new');
  }
}

function manifestEntry(files: Packed[], skipped: Skipped[], now: number) {
  const manifest: Manifest = {
    format: EXPORT_FORMAT,
    version: EXPORT_VERSION,
    madeAt: new Date(now).toISOString(),
    files,
    excluded: EXCLUDED,
    skipped,
  };
  const bytes = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  return { path: 'manifest.json', size: bytes.length, modified: now, bytes: [bytes] };
}
