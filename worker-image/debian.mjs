/** Builds Debian root file systems on this machine, for where no base image can be pulled. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BuildError, docker, run, say } from './engine.mjs';

export const RELEASE = 'bookworm';

/**
 * Makes `tag` from Debian packages: bootstraps, lets `before(root)` set up, installs, lets `prepare(root)` add files, trims, imports.
 * The result is kept as a tar in `cache`, so that an engine that lost its images has it back in seconds.
 */
export async function debianImage({ tag, packages, before, prepare, changes = [], cache }) {
  mkdirSync(cache, { recursive: true });
  const archive = join(cache, `${tag.replace(/[^a-z0-9.-]/g, '_')}.tar`);
  if (existsSync(archive)) say(`${tag}: from ${archive}`);
  else {
    const root = mkdtempSync(join(cache, 'root-'));
    try {
      await bootstrap(root, cache);
      await before?.(root);
      if (packages.length > 0) {
        say(`${tag}: installing ${packages.join(', ')}`);
        await install(root, packages);
      }
      await prepare?.(root);
      await trim(root);
      await pack(root, archive);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }
  await docker(['import', ...changes.flatMap((change) => ['--change', change]), archive, tag]);
}

/** Unpacks the smallest Debian into `root`; the first time it is fetched, which takes a minute. */
async function bootstrap(root, cache) {
  const seed = join(cache, `${RELEASE}.tar`);
  if (!existsSync(seed)) {
    if (process.getuid?.() !== 0)
      throw new BuildError('Building a base image needs root (debootstrap): use sudo.');
    say(`fetching Debian ${RELEASE} (about a minute)`);
    const fresh = mkdtempSync(join(cache, 'seed-'));
    try {
      await run('debootstrap', ['--variant=minbase', '--include=ca-certificates', RELEASE, fresh], {
        timeout: 900_000,
      });
      addSecurityUpdates(fresh);
      await aptGet(fresh, ['update']);
      await aptGet(fresh, ['upgrade', '-y']);
      await pack(fresh, seed);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  }
  await run('tar', ['-x', '--numeric-owner', '-f', seed, '-C', root]);
}

/** Debian's security archive lies beside the main one, on whatever mirror debootstrap chose. */
function addSecurityUpdates(root) {
  const file = join(root, 'etc/apt/sources.list');
  const [, mirror] = /^deb (\S+?)\/? /m.exec(readFileSync(file, 'utf8')) ?? [];
  if (!mirror) return;
  writeFileSync(file, `deb ${mirror} ${RELEASE} main\ndeb ${mirror}-security ${RELEASE}-security main\n`);
}

const install = (root, packages) => aptGet(root, ['install', '-y', '--no-install-recommends', ...packages]);

async function aptGet(root, args) {
  // Answers 101 to every wish to start a service while its package is installed.
  writeFileSync(join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  await run('chroot', [root, 'apt-get', '-q', '-o', 'Acquire::Languages=none', ...args], {
    env: { ...basicEnvironment, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: 900_000,
  });
}

const basicEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
};

/** Takes out what no container reads, and every setuid bit. Licences stay. */
async function trim(root) {
  const script = `
    rm -f usr/sbin/policy-rc.d etc/resolv.conf etc/hostname
    rm -rf var/lib/apt/lists/* var/cache/* var/log/* var/tmp/* tmp/* run/* dev/*
    rm -rf usr/share/man usr/share/info usr/share/lintian usr/share/bash-completion
    find usr/share/locale -mindepth 1 -maxdepth 1 ! -name locale.alias -exec rm -rf {} +
    find usr/share/doc ! -type d ! -name copyright -delete
    find . -xdev -type f -perm /6000 -exec chmod a-s {} +`;
  await run('sh', ['-ec', script], { cwd: root });
}

/** Written under another name first: a cut-off archive must not pass for a whole one. */
async function pack(root, archive) {
  mkdirSync(dirname(archive), { recursive: true });
  await run('tar', ['-c', '--numeric-owner', '-f', `${archive}.part`, '-C', root, '.']);
  renameSync(`${archive}.part`, archive);
}
