/** The ballast: there while there is room, and left alone after that. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { trimBallast } from './ballast.js';

it('is taken once where there is room, and a folder that is not there stops nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ara-ballast-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  trimBallast(folder);
  const { size, blocks, mtimeMs } = statSync(join(folder, 'ballast'));
  // Not a hole.
  expect([size, blocks * 512 >= size]).toEqual([2_097_152, true]);
  trimBallast(folder);
  expect(statSync(join(folder, 'ballast')).mtimeMs).toBe(mtimeMs);
  trimBallast(join(folder, 'none'));
});
