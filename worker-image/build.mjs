/** `npm run image`: builds the image of a user's container, and on request the images that docker-compose.yml names. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleRooms } from './bundle.mjs';
import { debianImage, RELEASE } from './debian.mjs';
import { BuildError, docker, image, isPullable, megabytes, needEngine, run, say } from './engine.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));
const here = join(repository, 'worker-image');
const cache = join(repository, '.cache');

const PUBLIC_BASE = 'node:24-bookworm-slim';
const PULL_TIMEOUT = 10_000;
/** Holds the hash of all that went into an image, so that an unchanged one is not built again. */
const LABEL = 'ara.inputs';

const USAGE = `npm run image [-- options]
  (none)      the user's container: ara-worker:local
  --gateway   also ara-gateway:local, from dist/ (npm run build first)
  --bases     also the Postgres and Redis images of docker-compose.yml, from Debian packages where they cannot be pulled
  --base TAG  build on this image instead of ${PUBLIC_BASE}
  --version V tag the images with V instead of "local"
  --force     build even when nothing changed
  --pull      try to pull public images again although local ones exist`;

async function main() {
  const { values: options } = parseArgs({
    options: {
      gateway: { type: 'boolean', default: false },
      bases: { type: 'boolean', default: false },
      force: { type: 'boolean', default: false },
      pull: { type: 'boolean', default: false },
      base: { type: 'string' },
      version: { type: 'string', default: 'local' },
      help: { type: 'boolean', default: false },
    },
  });
  if (options.help) return console.log(USAGE);
  // The bundler and the engine take their time side by side.
  const [rooms, base] = await Promise.all([bundleRooms(), needEngine().then(() => nodeBase(options))]);
  await worker(base, rooms, options);
  if (options.gateway) await gateway(base, options);
  if (options.bases) {
    const { databaseImages } = await import('./databases.mjs');
    await databaseImages({ cache: join(cache, 'bases'), pull: options.pull, pullTimeout: PULL_TIMEOUT });
  }
}

/** An image with Node 24 on Debian: the public one where it is here or can be had, else one made on this machine. */
async function nodeBase({ base, pull }) {
  const local = `ara-base:${RELEASE}-node${nodeVersion()}`;
  const candidates = base ? [base] : [PUBLIC_BASE, local];
  const present = pull ? [] : await Promise.all(candidates.map(image));
  const first = present.findIndex((found) => found);
  if (first >= 0) return { tag: candidates[first], id: present[first].id };
  const wanted = base ?? PUBLIC_BASE;
  say(`trying to pull ${wanted}`);
  if (await isPullable(wanted, PULL_TIMEOUT)) return { tag: wanted, id: (await image(wanted)).id };
  if (base) throw new BuildError(`The base image ${base} is not here and cannot be pulled.`);
  say(`${PUBLIC_BASE} cannot be pulled; making ${local} here`);
  await debianImage({
    tag: local,
    packages: ['s6', 'libstdc++6'],
    prepare: (root) => copyNode(join(root, 'usr/local/bin')),
    cache: join(cache, 'bases'),
  });
  return { tag: local, id: (await image(local)).id };
}

/** The Node 24 that npm installed for this machine's processor. */
const nodePackage = join(repository, `node_modules/node-linux-${process.arch}`);

/** In the name of the base, so that a newer Node means a new base. */
function nodeVersion() {
  const file = join(nodePackage, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : 'none';
}

function copyNode(folder) {
  const source = join(nodePackage, 'bin/node');
  if (!existsSync(source)) throw new BuildError(`${source} is missing: run npm install.`);
  mkdirSync(folder, { recursive: true });
  copyFileSync(source, join(folder, 'node'));
  chmodSync(join(folder, 'node'), 0o755);
}

async function worker(base, rooms, { version, force }) {
  await build({
    tag: `ara-worker:${version}`,
    base,
    force,
    parts: {
      Dockerfile: join(here, 'Dockerfile'),
      'collect.sh': join(here, 'collect.sh'),
      'warm.mjs': join(here, 'warm.mjs'),
      init: join(here, 'init'),
      rooms,
    },
  });
}

async function gateway(base, { version, force }) {
  if (!existsSync(join(repository, 'dist/gateway/src/main.js'))) {
    throw new BuildError('dist/gateway/src/main.js is missing: run npm run build first.');
  }
  await build({
    tag: `ara-gateway:${version}`,
    base,
    force,
    parts: {
      Dockerfile: join(repository, 'gateway/Dockerfile'),
      'package.json': join(repository, 'package.json'),
      node_modules: productionModules,
      'dist/contracts': join(repository, 'dist/contracts'),
      'dist/config': join(repository, 'dist/config'),
      'dist/gateway': join(repository, 'dist/gateway'),
      'dist/dashboard': join(repository, 'dist/dashboard'),
      config: join(repository, 'config'),
    },
    // Far too many files to read each time; the lock file in its place says the same.
    hashAs: { node_modules: join(repository, 'package-lock.json') },
  });
}

/** Puts the packages that the gateway needs at run time into `folder`: those that are installed and tested here, less the developers'. */
async function productionModules(folder) {
  const flags = ['ls', '--all', '--parseable', '--omit=dev', '--omit=optional'];
  // Exits with 1 for the least disagreement, such as an optional package of another system; the list is whole all the same.
  const listed = await run('npm', flags, { cwd: repository, anyCode: true });
  const modules = join(repository, 'node_modules/');
  // A package brings along what lies inside its own node_modules.
  const names = listed
    .split('\n')
    .filter((path) => path.startsWith(modules))
    .map((path) => /^(@[^/]+\/)?[^/]+/.exec(path.slice(modules.length))[0]);
  if (names.length === 0) throw new BuildError('No production packages are installed: run npm install.');
  for (const name of new Set(names)) cpSync(join(modules, name), join(folder, name), { recursive: true });
}

/**
 * Builds `tag` from `parts` (place in the build context: file or folder here, or a function that
 * fills the place; `hashAs` then stands for it), unless the same parts made it already.
 */
async function build({ tag, base, parts, hashAs = {}, force }) {
  const hash = createHash('sha256').update(base.id);
  for (const [place, source] of Object.entries(parts)) hashTree(hash, place, hashAs[place] ?? source);
  const inputs = hash.digest('hex');
  const existing = await image(tag);
  if (existing?.labels[LABEL] === inputs && !force) return say(`${tag}: nothing changed`);

  say(`${tag}: building on ${base.tag}`);
  const context = join(cache, 'context', tag.replace(':', '-'));
  rmSync(context, { recursive: true, force: true });
  for (const [place, source] of Object.entries(parts)) {
    mkdirSync(join(context, place, '..'), { recursive: true });
    if (typeof source === 'function') await source(join(context, place));
    else cpSync(source, join(context, place), { recursive: true, verbatimSymlinks: true });
  }
  const labels = ['--label', `${LABEL}=${inputs}`];
  await docker(['build', '--tag', tag, '--build-arg', `BASE_IMAGE=${base.tag}`, ...labels, context], {
    timeout: 900_000,
  });
  rmSync(context, { recursive: true, force: true });
  say(`${tag}: built, ${megabytes((await image(tag)).size)}`);
}

/** Adds names, modes and contents, in an order that does not depend on the machine. */
function hashTree(hash, place, path) {
  const status = lstatSync(path);
  hash.update(`${place}\0${status.mode & 0o111}\0`);
  if (!status.isDirectory()) return hash.update(readFileSync(path));
  for (const name of readdirSync(path).sort()) hashTree(hash, `${place}/${name}`, join(path, name));
}

try {
  await main();
} catch (error) {
  // An option that does not exist, and the errors of the bundler, say what is wrong without a stack.
  console.error(error instanceof BuildError || error.code || error.errors ? error.message : error);
  process.exitCode = 1;
}
