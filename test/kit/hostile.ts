/** A container that lies: the test itself behind a user's doors, in place of the bridge room, with the same rights on the host. */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, request, type RequestListener } from 'node:http';
import { createServer as createRawServer, connect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import Docker from 'dockerode';
import { newKeyPair, Sealer } from '../../contracts/seal.js';
import type { SealedMessage } from '../../contracts/sealed.js';
import type { AccountId } from '../../contracts/ids.js';
import { BRIDGE } from './inside.js';
import type { Installation } from './installation.js';

const docker = new Docker({ socketPath: '/var/run/docker.sock' });

export interface DoorAnswer {
  status: number;
  code: string;
  text: string;
}

export class Hostile {
  private readonly keys = newKeyPair();
  private readonly sealer = new Sealer(this.keys, this.keys.publicKey);
  private worker: Server | null = null;
  private readonly sockets = new Set<Socket>();
  private watching: Socket | null = null;
  private count = 0;

  private constructor(
    private readonly ara: Installation,
    readonly id: AccountId,
    private readonly image: string,
  ) {}

  /** Makes a user whose container ran once, and puts itself in that container's place. */
  static async takesOver(ara: Installation, name: string): Promise<Hostile> {
    const { id } = await ara.api<{ id: AccountId }>('POST', '/v1/accounts', { name });
    await ara.api('GET', `/v1/accounts/${id}/public-key`);
    const { Image } = await ara.container({ id }).inspect();
    await ara.container({ id }).remove({ force: true });
    return new Hostile(ara, id, Image);
  }

  get doors(): string {
    return this.ara.doors(this);
  }

  /** A request at the user's `gateway.sock`; a body that is no text is sent as JSON. */
  call(method: string, path: string, body?: unknown): Promise<DoorAnswer> {
    return new Promise((done, failed) => {
      const socketPath = join(this.doors, 'gateway.sock');
      const headers = { 'content-type': 'application/json' };
      const outgoing = request({ socketPath, method, path, headers, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => done({ status: response.statusCode ?? 0, code: codeOf(text), text }));
      });
      outgoing.on('error', failed);
      outgoing.end(typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** A message that is sealed as a bridge room would. */
  message(account = this.id): SealedMessage {
    const id = (++this.count).toString(16).padStart(32, '0');
    return this.sealer.seal({ v: 1, kind: 'message', account, channel: 'telegram', id }, Buffer.from('{}'));
  }

  handIn(messages: SealedMessage[]): Promise<DoorAnswer> {
    return this.call('POST', '/v1/messages', { messages, attempt: 0 });
  }

  /** Answers at `worker.sock`, and says that it is ready. */
  async serves(listener: RequestListener): Promise<void> {
    await this.listens(createServer(listener));
  }

  /** As `serves`, but not even HTTP. */
  async servesRaw(listener: (socket: Socket) => void): Promise<void> {
    await this.listens(createRawServer(listener));
  }

  /** Says that it is ready, whatever is at `worker.sock`. */
  async saysReady(): Promise<void> {
    if (!this.watching) {
      this.watching = connect(join(this.doors, 'gateway.sock'));
      this.watching.on('error', () => undefined).on('data', () => undefined);
      this.watching.write('GET /v1/watch HTTP/1.1\r\nhost: door\r\n\r\n');
    }
    await this.call('POST', '/v1/ready', { publicKey: Buffer.from(this.keys.publicKey).toString('base64') });
  }

  /** Runs a script where its bridge room would run, with the same user and the same doors; gives what it printed. */
  async asItsUser(script: string): Promise<string> {
    const output = new PassThrough();
    const printed = output.toArray();
    await docker.run(this.image, ['-e', script], output, {
      Entrypoint: ['/usr/bin/node'],
      User: `${BRIDGE}:${BRIDGE}`,
      Tty: true,
      HostConfig: { AutoRemove: true, NetworkMode: 'none', Binds: [`${this.doors}:/doors`] },
    });
    output.end();
    return Buffer.concat((await printed) as Buffer[])
      .toString()
      .trim();
  }

  async stopsServing(): Promise<void> {
    const { worker } = this;
    this.worker = null;
    if (!worker) return;
    const closed = new Promise((done) => worker.close(done));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  async leaves(): Promise<void> {
    await this.stopsServing();
    this.watching?.destroy();
  }

  private async listens(server: Server): Promise<void> {
    await this.stopsServing();
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => this.sockets.delete(socket));
    });
    const path = join(this.doors, 'worker.sock');
    rmSync(path, { force: true });
    await once(server.listen(path), 'listening');
    this.worker = server;
    await this.saysReady();
  }
}

function codeOf(text: string): string {
  try {
    return (JSON.parse(text) as { error?: { code?: string } }).error?.code ?? '';
  } catch {
    return '';
  }
}
