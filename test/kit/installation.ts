/** A whole Ara for a test or a measurement: its own data folder, the real gateway as a process, the fakes of the internet around it. */
import { createHash } from 'node:crypto';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { stringify } from 'yaml';
import { sealAnonymously } from '../../contracts/seal.js';
import type { LinkResponse } from '../../contracts/worker-door.js';
import type { AccountStatus } from './account-status.js';
import type { Internet } from './internet.js';
import type { FakeBot } from './telegram/telegram.js';
import { declare, watched } from './watched.js';

export { startInternet, type Internet, type InternetOptions } from './internet.js';

const root = resolve(import.meta.dirname, '../..');
const node = join(root, 'node_modules/.bin/node');

export interface InstallationOptions {
  runtime: 'docker' | 'process';
  /** Set: webhooks instead of polling. The gateway then listens with TLS on `localhost`. */
  webhooks?: boolean;
  /** Merged over the settings of the test. */
  settings?: Record<string, Record<string, unknown>>;
}

/** The providers that need nothing but a key. */
export type KeyedProvider = 'anthropic' | 'openai' | 'google';

export interface User {
  id: string;
  name: string;
  bot: FakeBot;
  /** The owner's id at the platform, and the private chat with the bot. */
  owner: number;
}

export interface RequestParts {
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export interface Answer {
  status: number;
  text: string;
  headers: IncomingHttpHeaders;
}

const docker = new Docker({ socketPath: '/var/run/docker.sock' });
let nextOwner = 1_000;

export class Installation {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'ara-'));
  private gateway: ChildProcess | null = null;
  /** What the gateway printed. */
  output = '';
  readonly port: number;

  constructor(
    readonly internet: Internet,
    private readonly options: InstallationOptions,
  ) {
    // Below the ports that the kernel gives to outgoing connections.
    this.port = 20_000 + Math.floor(Math.random() * 12_000);
    // The embedded Postgres runs as a user of its own and must get to its folder; no other folder in it is open.
    chmodSync(this.dataDir, 0o711);
  }

  get runtime(): InstallationOptions['runtime'] {
    return this.options.runtime;
  }

  get address(): string {
    return `${this.options.webhooks ? 'https' : 'http'}://localhost:${this.port}`;
  }

  get configFile(): string {
    return join(this.dataDir, 'config.yaml');
  }

  get gatewayPid(): number {
    return this.gateway?.pid ?? 0;
  }

  writeConfig(): void {
    const { certificates, hosts, trust } = this.internet;
    const over = this.options.settings ?? {};
    const tls = { certFile: join(this.dataDir, 'cert.pem'), keyFile: join(this.dataDir, 'key.pem') };
    writeFileSync(tls.certFile, certificates.cert);
    writeFileSync(tls.keyFile, certificates.key, { mode: 0o600 });
    const extraCaFile = join(this.dataDir, 'trust.pem');
    writeFileSync(extraCaFile, trust);
    const settings = {
      dataDir: this.dataDir,
      ...over,
      listen: {
        host: '127.0.0.1',
        port: this.port,
        ...(this.options.webhooks ? { tls } : {}),
        ...over['listen'],
      },
      ...(this.options.webhooks ? { publicUrl: this.address } : {}),
      egress: {
        extraCaFile,
        resolve: hosts,
        ...over['egress'],
      },
      // Plain unless a test is about it: then what lies in a volume can be looked at while its container sleeps.
      containers: { runtime: this.options.runtime, storage: 'plain', ...over['containers'] },
      log: { level: 'info', ...over['log'] },
    };
    writeFileSync(this.configFile, stringify(settings));
    // The command line speaks to the gateway itself.
    declare([`127.0.0.1:${this.port}`, ...Object.values(settings.egress.resolve)]);
  }

  /** Starts the gateway and waits until it is ready; returns the milliseconds that it took. */
  async start(config: 'written' | 'as it lies' = 'written'): Promise<number> {
    if (config === 'written') this.writeConfig();
    const began = performance.now();
    const gateway = spawn(...watched(node, [join(root, 'dist/gateway/src/main.js')]), {
      env: {
        PATH: process.env['PATH'],
        ARA_CONFIG: this.configFile,
        NODE_COMPILE_CACHE: join(root, 'dist/.compile-cache'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.gateway = gateway;
    return new Promise((ready, failed) => {
      const take = (chunk: Buffer): void => {
        this.output += chunk.toString();
        if (this.output.includes('Ara is at')) ready(performance.now() - began);
      };
      this.output = '';
      gateway.stdout?.on('data', take);
      gateway.stderr?.on('data', take);
      gateway.once('exit', (code) => failed(new Error(`the gateway ended with ${code}:\n${this.output}`)));
    });
  }

  /** Ctrl-C, and wait. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    const gateway = this.gateway;
    this.gateway = null;
    if (!gateway || gateway.exitCode !== null || gateway.signalCode) return;
    const ended = new Promise((resolve) => gateway.once('exit', resolve));
    gateway.kill(signal);
    await ended;
  }

  /** Any request to the gateway, as anyone on the network could make it. */
  async send(method: string, path: string, { headers = {}, body }: RequestParts = {}): Promise<Answer> {
    const { request } = this.options.webhooks ? await import('node:https') : await import('node:http');
    return new Promise((resolve, reject) => {
      const options = { method, headers, ca: this.internet.certificates.ca, agent: false as const };
      const outgoing = request(`${this.address}${path}`, options, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
        );
        response.on('error', reject);
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  /** A request of the operator. @throws when it is refused */
  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const token = readFileSync(join(this.dataDir, 'secrets/operator-token'), 'utf8').trim();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const parts = body === undefined ? { headers } : { headers, body: JSON.stringify(body) };
    const { status, text } = await this.send(method, path, parts);
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /** How often what was refused at which door, as the metrics count it. */
  async refused(door: string, code: string): Promise<number> {
    const { text } = await this.send('GET', '/metrics');
    return Number(text.match(`ara_refusals_total{door="${door}",code="${code}"} (\\d+)`)?.[1] ?? 0);
  }

  /** A user with a key and a linked bot, as the commands would make one. */
  async addUser(
    name: string,
    keys: Partial<Record<KeyedProvider, string>> = { anthropic: 'sk-ant-test-key' },
  ): Promise<User> {
    const { id } = await this.api<{ id: string }>('POST', '/v1/accounts', { name });
    for (const [provider, key] of Object.entries(keys)) {
      this.internet[provider as KeyedProvider].keys.add(key);
      await this.api('PUT', `/v1/accounts/${id}/keys/${provider}`, { key });
    }
    const bot = this.internet.telegram.addBot({ username: `${name}_bot` });
    const owner = nextOwner++;
    const { code } = await this.link(id, bot.token);
    const welcomed = this.internet.telegram.waitForMessage(
      bot,
      ({ text }) => text.startsWith('Linked'),
      10_000,
    );
    this.internet.telegram.say(bot, { userId: owner, chatId: owner, text: `/link ${code}` });
    await welcomed;
    return { id, name, bot, owner };
  }

  async link(id: string, token: string): Promise<LinkResponse> {
    const { publicKey } = await this.api<{ publicKey: string }>('GET', `/v1/accounts/${id}/public-key`);
    const sealed = sealAnonymously(Buffer.from(publicKey, 'base64'), Buffer.from(JSON.stringify({ token })));
    return this.api('POST', `/v1/accounts/${id}/channels/telegram`, { sealed });
  }

  /** The user writes in the private chat, or in a topic of it. */
  say(user: User, text: string, threadId?: number): void {
    const { bot, owner } = user;
    this.internet.telegram.say(bot, {
      userId: owner,
      chatId: owner,
      text,
      ...(threadId ? { threadId } : {}),
    });
  }

  /** The user writes; resolves with the bot's answer to it, which a model that echoes makes recognisable. */
  async ask(user: User, text: string, timeout = 10_000, threadId?: number): Promise<string> {
    const { telegram } = this.internet;
    const answer = telegram.waitForMessage(user.bot, (message) => message.text.includes(text), timeout);
    this.say(user, text, threadId);
    return (await answer).text;
  }

  async status(id: string): Promise<AccountStatus> {
    return this.api('GET', `/v1/accounts/${id}`);
  }

  /** Waits for something that has no event to wait for. */
  static async until(what: () => Promise<boolean> | boolean, within = 15_000): Promise<void> {
    for (const end = Date.now() + within; Date.now() < end; await sleep(50)) if (await what()) return;
    throw new Error('it did not happen in time');
  }

  /** Stops it and leaves nothing: containers, volumes, processes, folders. */
  async remove(): Promise<void> {
    await this.stop();
    if (this.options.runtime === 'docker') await this.removeContainers();
    for (const { pid } of this.processes()) process.kill(pid, 'SIGKILL');
    unmountBelow(this.dataDir);
    rmSync(this.dataDir, { recursive: true, force: true });
    rmSync(this.runDir, { recursive: true, force: true });
  }

  /** Every process of this installation: each names one of its two folders in its command line. */
  processes(): { pid: number; command: string }[] {
    return readdirSync('/proc').flatMap((name) => {
      const pid = Number(name);
      const command = pid && pid !== process.pid ? commandOf(pid) : '';
      const ours = [this.dataDir, this.runDir].some((folder) => command.includes(folder));
      return ours || (pid && pid === this.gateway?.pid) ? [{ pid, command }] : [];
    });
  }

  /** Where its sockets are. */
  get runDir(): string {
    const parent = process.getuid?.() === 0 ? '/run' : tmpdir();
    return join(parent, `ara-${createHash('sha256').update(this.dataDir).digest('hex').slice(0, 8)}`);
  }

  /** The folder of a user's doors. */
  doors(user: { id: string }): string {
    return join(this.runDir, 'doors', user.id);
  }

  /** The engine's own view of a user's container. */
  container(user: { id: string }): Docker.Container {
    return docker.getContainer(`ara-${user.id}`);
  }

  private async removeContainers(): Promise<void> {
    const accounts = await docker.listContainers({
      all: true,
      filters: { label: [`ara.installation=${this.label}`] },
    });
    for (const { Id, Labels } of accounts) {
      await docker.getContainer(Id).remove({ force: true });
      await docker.getVolume(`ara-${Labels['ara.account']}`).remove();
    }
  }

  /** What this installation's containers are labelled with. */
  private get label(): string {
    return createHash('sha256').update(this.dataDir).digest('hex').slice(0, 12);
  }
}

/** Images of users that a gateway which was killed left mounted. */
function unmountBelow(folder: string): void {
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .filter((point) => point.startsWith(`${folder}/`));
  for (const point of points) execFileSync('umount', ['-l', point]);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    // It has just ended.
    return '';
  }
}
