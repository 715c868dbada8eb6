/** Makes the Postgres and Redis images of docker-compose.yml from Debian packages, where the public ones cannot be pulled. */
import { copyFileSync, chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { debianImage } from './debian.mjs';
import { image, isPullable, run, say } from './engine.mjs';

const here = fileURLToPath(new URL('databases/', import.meta.url));

/** The same user id as in the public images, so that a volume works with either. */
const USER_ID = '999';

const DATABASES = [
  {
    tag: 'postgres:15-bookworm',
    packages: ['postgresql-15'],
    entrypoint: 'postgres-entrypoint.sh',
    command: ['postgres'],
    user: 'postgres',
    home: '/var/lib/postgresql',
    volume: '/var/lib/postgresql/data',
    environment: { PGDATA: '/var/lib/postgresql/data', PATH: '/usr/lib/postgresql/15/bin:/usr/bin:/bin' },
  },
  {
    tag: 'redis:7-bookworm',
    packages: ['redis-server', 'redis-tools'],
    entrypoint: 'redis-entrypoint.sh',
    command: ['redis-server'],
    user: 'redis',
    home: '/data',
    volume: '/data',
    environment: { PATH: '/usr/bin:/bin' },
  },
];

export async function databaseImages({ cache, pull, pullTimeout }) {
  for (const each of DATABASES) {
    if (!pull && (await image(each.tag))) {
      say(`${each.tag}: is here`);
      continue;
    }
    say(`trying to pull ${each.tag}`);
    if (await isPullable(each.tag, pullTimeout)) continue;
    say(`${each.tag} cannot be pulled; making it here`);
    await debianImage({
      tag: each.tag,
      packages: each.packages,
      before: (root) => setUp(root, each),
      prepare: (root) => finish(root, each),
      changes: [
        ...Object.entries(each.environment).map(([name, value]) => `ENV ${name}=${value}`),
        `ENTRYPOINT ["/usr/local/bin/entrypoint.sh"]`,
        `CMD ${JSON.stringify(each.command)}`,
        `USER ${USER_ID}:${USER_ID}`,
        `WORKDIR ${each.home}`,
        `VOLUME ${each.volume}`,
        'LABEL ara.made-from=debian',
      ],
      cache,
    });
  }
}

/** Before the packages: their install scripts take the user that they find, and would make a cluster of their own. */
async function setUp(root, { user, home }) {
  await run('chroot', [root, '/usr/sbin/groupadd', '--system', '--gid', USER_ID, user]);
  const flags = [
    '--system',
    '--uid',
    USER_ID,
    '--gid',
    USER_ID,
    '--home-dir',
    home,
    '--shell',
    '/usr/sbin/nologin',
  ];
  await run('chroot', [root, '/usr/sbin/useradd', ...flags, user]);
  mkdirSync(join(root, 'etc/postgresql-common'), { recursive: true });
  writeFileSync(join(root, 'etc/postgresql-common/createcluster.conf'), 'create_main_cluster = false\n');
}

async function finish(root, { entrypoint, volume, home }) {
  copyFileSync(join(here, entrypoint), join(root, 'usr/local/bin/entrypoint.sh'));
  chmodSync(join(root, 'usr/local/bin/entrypoint.sh'), 0o755);
  // A fresh volume takes over this owner and mode.
  for (const folder of [home, volume]) {
    mkdirSync(join(root, folder), { recursive: true });
    await run('chown', [`${USER_ID}:${USER_ID}`, join(root, folder)]);
    chmodSync(join(root, folder), 0o700);
  }
}
