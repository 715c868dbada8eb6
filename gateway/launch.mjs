/**
 * Runs Ara from a fresh clone with nothing but Node 20 and npm: installs, builds and makes the worker image where that
 * is due, then hands over to Node 24. `node gateway/launch.mjs gateway|cli …`. Needs no package itself.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const at = (path) => join(root, path);
const DOCKER_SOCKET = '/var/run/docker.sock';
const SOURCES = [
  'contracts',
  'config',
  'bridges',
  'worker-image',
  'gateway',
  'package-lock.json',
  'tsconfig.json',
];

const entries = { gateway: 'dist/gateway/src/main.js', cli: 'dist/gateway/cli/main.js' };

async function main([name, ...words]) {
  const entry = entries[name];
  if (!entry) throw new Error('usage: launch.mjs gateway|cli');
  step('installing packages', stale('node_modules/.ara-installed', lockHash()), () =>
    npm('ci', '--no-audit', '--no-fund'),
  );
  const sources = sourceHash();
  step('building', stale('dist/.ara-built', sources), () => npm('run', 'build', '--silent'));
  if (name === 'gateway' && process.getuid?.() === 0 && (await imageIsMissing(sources))) {
    step('making the worker image', { is: true, stamp: '.cache/worker-image', value: sources }, () =>
      npm('run', 'image', '--silent'),
    );
  }
  process.exitCode = await run(at('node_modules/.bin/node'), [at(entry), ...words]);
}

/** Does a step that is due, with a line before and after, and remembers what it was done for. */
function step(title, due, work) {
  if (!due.is) return;
  const began = Date.now();
  process.stderr.write(`  … ${title}\n`);
  work();
  mkdirSync(dirname(at(due.stamp)), { recursive: true });
  writeFileSync(at(due.stamp), due.value);
  process.stderr.write(`  ✓ ${title} (${Math.round((Date.now() - began) / 1000)} s)\n`);
}

function stale(stamp, value) {
  return { is: !existsSync(at(stamp)) || readFileSync(at(stamp), 'utf8') !== value, stamp, value };
}

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .digest('hex');

/** Follows from the names, sizes and times of all sources: a change is seen without reading them. */
function sourceHash() {
  const hash = createHash('sha256');
  const visit = (path) => {
    const info = statSync(at(path));
    if (!info.isDirectory()) hash.update(`${path}|${info.size}|${info.mtimeMs}\n`);
    else
      for (const name of readdirSync(at(path)).sort())
        if (!name.endsWith('.test.ts')) visit(join(path, name));
  };
  SOURCES.forEach(visit);
  return hash.digest('hex');
}

/** Whether a Docker engine answers that does not have the image of these sources. */
async function imageIsMissing(sources) {
  const status = await new Promise((done) => {
    const asking = request(
      { socketPath: DOCKER_SOCKET, path: '/images/ara-worker:local/json', timeout: 2000 },
      (response) => {
        response.resume();
        done(response.statusCode);
      },
    );
    asking.on('error', () => done(null));
    asking.on('timeout', () => asking.destroy());
    asking.end();
  });
  return status === 404 || (status === 200 && stale('.cache/worker-image', sources).is);
}

/** Its output goes to a file, shown only when it fails. */
function npm(...args) {
  try {
    execFileSync('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    process.stderr.write(
      `${error.stdout ?? ''}${error.stderr ?? ''}\n  ✗ npm ${args.join(' ')} failed: see above.\n`,
    );
    process.exit(1);
  }
}

function run(command, args) {
  const child = spawn(command, args, {
    stdio: 'inherit',
    env: { ...process.env, NODE_COMPILE_CACHE: at('dist/.compile-cache') },
  });
  // Ctrl-C reaches both; the child decides when it is done.
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
  return new Promise((done) => child.once('exit', (code) => done(code ?? 1)));
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
