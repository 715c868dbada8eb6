/**
 * Sets up what tests, proofs and measurements need: servers, a Docker engine, the build, the images. As root on Debian it
 * installs and starts them; elsewhere it says exactly what is missing. Runs alone too: `node test/kit/setup.mjs`.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build, makeImage } from '../../gateway/prepare.mjs';

/** What is needed, by the command that must be there, and Debian's package of it. */
const NEEDED = {
  'redis-server': 'redis-server',
  docker: 'docker.io',
  dockerd: 'docker.io',
  'docker-compose': 'docker-compose',
  debootstrap: 'debootstrap',
  openssl: 'openssl',
  chromium: 'chromium',
  xfs_io: 'xfsprogs',
  nft: 'nftables',
};
const FOLDERS = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/bin', '/sbin'];
const DOCKER_SOCKET = '/var/run/docker.sock';
const START_WITHIN = 60_000;

export async function setUp() {
  installMissing(await engineAnswers());
  await startEngine();
  build();
  await makeImage();
}

function installMissing(hasEngine) {
  const isThere = (command) => FOLDERS.some((folder) => existsSync(join(folder, command)));
  const missing = Object.keys(NEEDED).filter(
    (command) => !isThere(command) && !(command === 'dockerd' && hasEngine),
  );
  if (missing.length === 0) return;
  installDebianPackages(missing, [...new Set(missing.map((command) => NEEDED[command]))]);
}

/** Installs Debian's packages of what is missing. */
export function installDebianPackages(missing, packages) {
  if (!canInstall()) {
    throw new Error(
      `Missing: ${missing.join(', ')}. Install them (Debian: apt-get install ${packages.join(' ')}) and try again.`,
    );
  }
  console.error(`  … installing ${packages.join(', ')}`);
  const options = { stdio: 'pipe', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  execFileSync('apt-get', ['update', '-qq'], options);
  // Debian starts what it installs; here each test starts what it needs.
  const policy = '/usr/sbin/policy-rc.d';
  const hadPolicy = existsSync(policy);
  if (!hadPolicy) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    execFileSync('apt-get', ['install', '-y', '-qq', ...packages], options);
  } finally {
    if (!hadPolicy) rmSync(policy);
  }
}

const canInstall = () => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

async function startEngine() {
  if (await engineAnswers()) return;
  if (process.getuid?.() !== 0) throw new Error('No Docker engine answers. Start one, or run this as root.');
  console.error('  … starting dockerd');
  // Left by an engine that was killed, and taken for a running one.
  rmSync('/var/run/docker.pid', { force: true });
  const log = openSync(join(tmpdir(), 'ara-dockerd.log'), 'a');
  spawn('dockerd', [], { detached: true, stdio: ['ignore', log, log] }).unref();
  for (const until = Date.now() + START_WITHIN; Date.now() < until; await sleep(200))
    if (await engineAnswers()) return;
  throw new Error(`dockerd does not answer; its log is ${join(tmpdir(), 'ara-dockerd.log')}`);
}

function engineAnswers() {
  return new Promise((resolve) => {
    const probe = connect(DOCKER_SOCKET);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await setUp();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
