/** The gateway, Postgres and Redis as docker-compose.yml has them, from a copy of it, with the fakes of the internet beside it. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import type { Internet } from './internet.js';
import { declare } from './watched.js';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const PROJECT = 'ara-composed-test';
const RELAYED = { 'api.telegram.org': 9_001, 'api.anthropic.com': 9_002, 'api.openai.com': 9_003 } as const;

export class Composed {
  readonly folder = mkdtempSync(join(tmpdir(), 'ara-compose-'));
  readonly address = 'http://127.0.0.1:8080';
  private relay: ChildProcess | null = null;
  private readonly sockets: Server[] = [];

  constructor(private readonly internet: Internet) {}

  get operatorToken(): string {
    return readFileSync(join(this.folder, '.ara/secrets/operator-token'), 'utf8').trim();
  }

  async up(): Promise<void> {
    declare([new URL(this.address).host]);
    const { folder } = this;
    for (const file of ['docker-compose.yml', 'gateway/compose-secrets.mjs'])
      cpSync(join(root, file), join(folder, file));
    mkdirSync(join(folder, 'config'));
    const settings = parse(readFileSync(join(root, 'config/compose.yaml'), 'utf8')) as object;
    const hosts = Object.entries(RELAYED).map(([host, port]) => [host, `127.0.0.1:${port}`]);
    // The one difference: where the internet is, and whose certificates it has.
    const egress = { resolve: Object.fromEntries(hosts) as object, extraCaFile: '/etc/ara/ca.pem' };
    writeFileSync(join(folder, 'config/compose.yaml'), stringify({ ...settings, egress }));
    writeFileSync(join(folder, 'ca.pem'), this.internet.certificates.ca);
    const volumes = ['./ca.pem:/etc/ara/ca.pem:ro'];
    writeFileSync(join(folder, 'test.yml'), stringify({ services: { gateway: { volumes } } }));
    await run(process.execPath, [join(folder, 'gateway/compose-secrets.mjs')]);
    await this.compose('up', '-d');
    await this.startRelay();
  }

  /** `docker inspect` of a service's container. */
  async inspect(
    service: string,
  ): Promise<{ HostConfig: Record<string, unknown>; State: { Pid: number; Health?: { Status: string } } }> {
    const { stdout: id } = await this.compose('ps', '-q', service);
    const { stdout } = await run('docker', ['inspect', id.trim()]);
    return (JSON.parse(stdout) as Awaited<ReturnType<Composed['inspect']>>[])[0]!;
  }

  async logs(): Promise<string> {
    return (await this.compose('logs', '--no-color')).stdout;
  }

  async down(): Promise<void> {
    this.relay?.kill();
    for (const server of this.sockets) server.close();
    await this.compose('down', '-v', '--timeout', '10');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private compose(...words: string[]): Promise<{ stdout: string; stderr: string }> {
    const files = ['-f', join(this.folder, 'docker-compose.yml'), '-f', join(this.folder, 'test.yml')];
    return run('docker-compose', ['-p', PROJECT, ...files, ...words], { cwd: this.folder });
  }

  /** The gateway has a network of its own, where the fakes are not: their connections are passed on to it. */
  private async startRelay(): Promise<void> {
    const { telegram, anthropic, openai } = this.internet;
    const pairs = [telegram, anthropic, openai].map((fake, at) => {
      const path = join(this.folder, `relay${at}.sock`);
      const server = createServer((inside) => {
        const outside = connect(fake.port, '127.0.0.1');
        inside.on('error', () => outside.destroy());
        outside.on('error', () => inside.destroy());
        inside.pipe(outside).pipe(inside);
      });
      this.sockets.push(server.listen(path));
      return `${Object.values(RELAYED)[at]}=${path}`;
    });
    const { Pid } = (await this.inspect('gateway')).State;
    const relay = join(root, 'test/kit/relay.mjs');
    this.relay = spawn('nsenter', [`--net=/proc/${Pid}/ns/net`, process.execPath, relay, ...pairs], {
      stdio: 'ignore',
    });
  }
}
