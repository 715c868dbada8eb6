/** Runs Ara from a fresh clone: prepares what is due, then hands over to Node 24. `node gateway/launch.mjs gateway|cli …` */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, installPackages, makeImage, node, root } from './prepare.mjs';

const entries = { gateway: 'dist/gateway/src/main.js', cli: 'dist/gateway/cli/main.js' };

const [name, ...words] = process.argv.slice(2);
const entry = entries[name];
if (!entry) {
  process.stderr.write('usage: launch.mjs gateway|cli …\n');
  process.exit(2);
}
installPackages();
build();
// Only root can give users' doors to their owners, which the Docker runtime needs.
if (name === 'gateway' && process.getuid?.() === 0) await makeImage();

// A core dump would hold what was in memory: none of Ara or of what it starts.
const withoutCoreDumps = 'ulimit -c 0; exec "$@"';
const child = spawn('/bin/sh', ['-c', withoutCoreDumps, 'ara', node(), join(root, entry), ...words], {
  stdio: 'inherit',
  env: { ...process.env, NODE_COMPILE_CACHE: join(root, 'dist/.compile-cache') },
});
// Ctrl-C reaches both; the child decides when it is done. A SIGTERM is for us alone and is passed on.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.once('exit', (code) => process.exit(code ?? 1));
