/** A real Matrix homeserver for tests: Synapse, with TLS in front of it that can be taken away. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { makeEnvironment, pythonOf } from '../python.mjs';
import { TlsFront, type Held, type Watcher } from '../tls-front.js';

/** How long getting it may take the first time; after that it starts within seconds. */
export const SYNAPSE_STARTS_WITHIN = 10 * 60_000;

export interface MatrixUser {
  id: string;
  name: string;
  password: string;
  token: string;
  device: string;
}

export interface Synapse {
  /** Where clients reach it over TLS, and lose it with `goDown`. */
  readonly url: string;
  readonly port: number;
  /** Where it is always reached, without TLS. */
  readonly innerUrl: string;
  /** The file of its SQLite database. */
  readonly database: string;
  addUser(name: string): Promise<MatrixUser>;
  /** Calls its API as somebody. @returns what it answers, whatever the status */
  call(user: MatrixUser | null, method: string, path: string, body?: unknown): Promise<SynapseAnswer>;
  /** Ends every session of an account, as its owner can do from another client. */
  logOutEverywhere(user: MatrixUser): Promise<void>;
  /** Keeps back what is answered on connections that ask for such a path, until it is released. */
  holdAnswers(path: string): Held;
  /** Told of the bytes that come and go, with TLS taken off. */
  watch(watcher: Watcher | null): void;
  /** Cuts all connections that came over TLS, and takes none. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  /** Ends the process and starts it again on the same database. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

interface SynapseAnswer {
  status: number;
  body: Record<string, unknown>;
}

interface SynapseOptions {
  tls: { cert: string; key: string };
  /** Lines of YAML that replace the generous limits. */
  limits?: string;
  /** Where `.well-known` says that it is. */
  publicUrl?: string;
}

export const MATRIX_PYTHON = pythonOf('matrix');
const SECRET = 'registration-secret-of-the-tests';
const READY_WITHIN = 60_000;
const run = promisify(execFile);

/** Gets it from PyPI where that has not been done yet. @throws Error with what went wrong */
export async function startSynapse({ tls, limits = GENEROUS, publicUrl }: SynapseOptions): Promise<Synapse> {
  await makeEnvironment('matrix');
  const folder = mkdtempSync(join(tmpdir(), 'ara-synapse-'));
  const port = await freePort();
  const innerUrl = `http://127.0.0.1:${port}`;
  writeFileSync(
    join(folder, 'hs.yaml'),
    settings(folder, port) + limits + (publicUrl ? `public_baseurl: ${publicUrl}\n` : ''),
  );
  writeFileSync(join(folder, 'log.yaml'), LOG);
  const python = ['-m', 'synapse.app.homeserver', '-c', 'hs.yaml'];
  await run(MATRIX_PYTHON, [...python, '--generate-keys'], { cwd: folder });
  let server = await startServer(folder, python, innerUrl);
  const front = new TlsFront(tls, port);
  await front.open();

  const call: Synapse['call'] = async (user, method, path, body) => {
    const response = await fetch(innerUrl + path, {
      method,
      headers: user ? { authorization: `Bearer ${user.token}` } : {},
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  return {
    get url() {
      return `https://localhost:${front.port}`;
    },
    get port() {
      return front.port;
    },
    innerUrl,
    database: join(folder, 'hs.db'),
    call,
    addUser: async (name) => {
      const path = '/_synapse/admin/v1/register';
      const { nonce } = (await call(null, 'GET', path)).body as { nonce: string };
      const password = `password of ${name}`;
      const mac = createHmac('sha1', SECRET)
        .update([nonce, name, password, 'notadmin'].join('\0'))
        .digest('hex');
      const { body } = await call(null, 'POST', path, { nonce, username: name, password, admin: false, mac });
      const made = body as { user_id: string; access_token: string; device_id: string };
      return { id: made.user_id, name, password, token: made.access_token, device: made.device_id };
    },
    logOutEverywhere: async (user) => {
      const identifier = { type: 'm.id.user', user: user.name };
      const path = '/_matrix/client/v3/login';
      const { body } = await call(null, 'POST', path, {
        type: 'm.login.password',
        identifier,
        password: user.password,
      });
      const session = { ...user, token: String(body['access_token']) };
      await call(session, 'POST', '/_matrix/client/v3/logout/all', {});
    },
    holdAnswers: (path) => front.hold(path),
    watch: (watcher) => void (front.watcher = watcher),
    goDown: () => front.close(),
    comeBack: () => front.open(),
    restart: async () => {
      await end(server);
      server = await startServer(folder, python, innerUrl);
    },
    stop: async () => {
      await front.close();
      await end(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startServer(folder: string, python: string[], url: string): Promise<ChildProcess> {
  const server = spawn(MATRIX_PYTHON, python, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr?.on('data', (chunk: Buffer) => (log = `${log}${chunk.toString()}`.slice(-10_000)));
  for (const until = Date.now() + READY_WITHIN; Date.now() < until; await sleep(50)) {
    if (server.exitCode !== null) throw new Error(`Synapse ended with ${server.exitCode}:\n${log}`);
    const ready = await fetch(`${url}/health`).catch(() => null);
    if (ready?.ok) return server;
  }
  await end(server);
  throw new Error(`Synapse does not answer:\n${log}`);
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = new Promise((done) => server.once('exit', done));
  server.kill('SIGKILL');
  await ended;
}

async function freePort(): Promise<number> {
  const probe = createTcpServer();
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening));
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}

const settings = (folder: string, port: number): string => `server_name: localhost
pid_file: ${folder}/hs.pid
listeners:
  - port: ${port}
    type: http
    tls: false
    bind_addresses: ['127.0.0.1']
    resources: [{ names: [client] }]
database: { name: sqlite3, args: { database: ${folder}/hs.db } }
log_config: ${folder}/log.yaml
media_store_path: ${folder}/media
signing_key_path: ${folder}/signing.key
registration_shared_secret: ${SECRET}
macaroon_secret_key: macaroons-of-the-tests
form_secret: forms-of-the-tests
report_stats: false
trusted_key_servers: []
suppress_key_server_warning: true
bcrypt_rounds: 4
presence: { enabled: false }
`;

const LOG = `version: 1
handlers: { console: { class: logging.StreamHandler, level: ERROR } }
root: { level: ERROR, handlers: [console] }
`;

const free = '{ per_second: 9999, burst_count: 9999 }';

/** Nothing is refused for coming too fast. */
export const GENEROUS = `rc_message: ${free}
rc_registration: ${free}
rc_login: { address: ${free}, account: ${free}, failed_attempts: ${free} }
rc_joins: { local: ${free}, remote: ${free} }
rc_joins_per_room: ${free}
rc_invites: { per_room: ${free}, per_user: ${free}, per_issuer: ${free} }
rc_room_creation: ${free}
`;
