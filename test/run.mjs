/**
 * `npm test`: sets up what the tests need (as root on Debian it installs and starts it, elsewhere it says what is missing),
 * runs everything, and ends with `N passed, N failed`. `npm test -- NAME…` runs the files whose names contain NAME.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPackages, node, root } from '../gateway/prepare.mjs';

installPackages();
const { setUp } = await import('./kit/setup.mjs');
await setUp();
// One test more: that nothing went where it may not. What has to be fetched is fetched before.
const isWhole = process.argv.length === 2;
if (isWhole) await (await import('./kit/python.mjs')).makeEnvironments();
const { ConnectionWatch } = await import('./kit/connection-watch.mjs');
let watch = null;
let unwatched = '';
try {
  const begun = new ConnectionWatch();
  begun.begin();
  watch = begun;
} catch (error) {
  // The tests are worth running all the same.
  unwatched = `they could not be watched: ${error.message.split('\n')[0]}`;
}
const folder = mkdtempSync(join(tmpdir(), 'ara-test-'));
const report = join(folder, 'report.json');
const args = [
  join(root, 'node_modules/vitest/vitest.mjs'),
  'run',
  '--config',
  join(root, 'test/vitest.config.ts'),
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
];
const { status } = spawnSync(...(watch ? watch.within('tests', node(), args) : [node(), args]), {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    ...watch?.environment,
    PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
  },
});
const { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests, numTodoTests } = JSON.parse(
  readFileSync(report, 'utf8'),
);
rmSync(folder, { recursive: true });
const { problems, summary } = watch?.end(isWhole) ?? {
  problems: [unwatched],
  summary: 'Connections: none seen.',
};
for (const problem of problems) console.log(`Connections: ${problem}.`);
console.log(summary);
// A file that does not load, a skipped test and a runner that failed are failures too.
const skipped = numPendingTests + numTodoTests;
const failedTests = Math.max(numFailedTests + skipped, numFailedTestSuites, status === 0 ? 0 : 1);
if (skipped > 0) console.log(`${skipped} skipped tests count as failed.`);
const isClean = problems.length === 0;
const failed = failedTests + (isClean ? 0 : 1);
console.log(`${numPassedTests + (isClean ? 1 : 0)} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
