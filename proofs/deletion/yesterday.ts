/** The backup of the day before, and what its restore brings back beside those who are still here. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../../test/kit/command-line.js';
import type { Installation } from '../../test/kit/installation.js';
import type { Report } from '../proof.js';

export class Yesterday {
  private readonly folder = mkdtempSync(join(tmpdir(), 'ara-yesterday-'));

  constructor(
    private readonly ara: Installation,
    private readonly report: Report,
  ) {
    report.later(async () => rmSync(this.folder, { recursive: true, force: true }));
  }

  async backUp(): Promise<void> {
    const { code, errors } = await command(this.ara.configFile, ['backup', '--to', this.folder]);
    this.report.check(code === 0, `the backup was not made: ${errors}`);
  }

  /** Those whose accounts were deleted are in it, and must not come back. */
  async restore(deleted: number): Promise<void> {
    const { code, output, errors } = await command(this.ara.configFile, ['restore', this.folder, '--beside']);
    this.report.check(code === 0, `the restore failed: ${errors}`);
    this.report.check(
      output.includes('0 users restored') && output.includes(`${deleted} deleted for good`),
      `the restore said: ${output}`,
    );
  }
}
