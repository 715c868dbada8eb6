/**
 * Brings a clone up to date with its sources: packages, build, worker image, each only when it is due. Needs no package
 * itself, so that it runs on a machine with nothing but Node 20 and npm.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const NODE_MAJOR = 24;

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

/** The Node that Ara runs on: npm's, or the machine's own where npm has none for it and it is new enough. */
export function node() {
  const installed = join(root, 'node_modules/.bin/node');
  if (existsSync(installed)) return installed;
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return process.execPath;
  process.stderr.write(
    `  ✗ Ara runs on Node ${NODE_MAJOR}, which npm does not have for this machine: install it and try again.\n`,
  );
  return process.exit(1);
}

export function installPackages() {
  step('installing packages', 'node_modules/.ara-installed', hashOf(['package-lock.json']), [
    'ci',
    '--no-audit',
    '--no-fund',
  ]);
}

export function build() {
  step('building', 'dist/.ara-built', hashOf(SOURCES), ['run', 'build', '--silent']);
}

/** Makes the worker image when a Docker engine answers that has none of these sources. */
export async function makeImage() {
  const status = await imageStatus();
  if (status === null) return;
  if (status === 404) forget('.cache/worker-image');
  step('making the worker image', '.cache/worker-image', hashOf(SOURCES), ['run', 'image', '--silent']);
}

/** Does what is due, with a line before and after, and remembers what it was done for. */
function step(title, stampName, value, npmArguments) {
  const stamp = join(root, stampName);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === value) return;
  const began = Date.now();
  process.stderr.write(`  … ${title}\n`);
  npm(npmArguments);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, value);
  process.stderr.write(`  ✓ ${title} (${Math.round((Date.now() - began) / 1000)} s)\n`);
}

function forget(stampName) {
  const stamp = join(root, stampName);
  if (existsSync(stamp)) writeFileSync(stamp, '');
}

/** Its output is shown only when it fails. */
function npm(words) {
  try {
    execFileSync('npm', words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    process.stderr.write(
      `${error.stdout ?? ''}${error.stderr ?? ''}\n  ✗ npm ${words.join(' ')} failed: see above.\n`,
    );
    process.exit(1);
  }
}

/** Follows from the names, sizes and times of the sources: a change is seen without reading them. */
function hashOf(paths) {
  const hash = createHash('sha256');
  const visit = (path) => {
    const info = statSync(join(root, path));
    if (!info.isDirectory()) hash.update(`${path}|${info.size}|${info.mtimeMs}\n`);
    else
      for (const name of readdirSync(join(root, path)).sort())
        if (!/\.test\.tsx?$/.test(name)) visit(join(path, name));
  };
  paths.forEach(visit);
  return hash.digest('hex');
}

/** 200 or 404, or null when no engine answers. */
function imageStatus() {
  return new Promise((done) => {
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
}
