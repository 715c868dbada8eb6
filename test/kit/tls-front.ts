/** TLS in front of a server that speaks none: it can be taken away, listened to, and made to keep answers back. */
import { connect, type AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';

export interface Held {
  /** Resolves when the first such request has been answered, and the answer kept back. */
  taken: Promise<undefined>;
  /** How many such requests have come, those after the release too. */
  requests(): number;
  release(): void;
}

export type Watcher = (from: 'client' | 'server', bytes: Buffer) => void;

/** On a port of its own that stays the same from one opening to the next. */
export class TlsFront {
  port = 0;
  watcher: Watcher | null = null;
  private server: ReturnType<typeof createServer> | null = null;
  private readonly sockets = new Set<TLSSocket>();
  private readonly holders = new Set<Holder>();

  constructor(
    private readonly tls: { cert: string; key: string },
    private readonly behind: number,
  ) {}

  async open(): Promise<void> {
    if (this.server) return;
    const server = createServer(this.tls, (socket) => this.take(socket));
    this.server = server;
    await new Promise<void>((listening) => server.listen(this.port, '127.0.0.1', listening));
    this.port = (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = null;
    const closed = new Promise((done) => server.close(done));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  hold(path: string): Held {
    const holder = new Holder(path);
    this.holders.add(holder);
    return holder;
  }

  private take(socket: TLSSocket): void {
    const behind = connect(this.behind, '127.0.0.1');
    this.sockets.add(socket);
    socket.once('close', () => {
      this.sockets.delete(socket);
      behind.destroy();
    });
    socket.on('error', () => behind.destroy());
    behind.on('error', () => socket.destroy());
    behind.once('close', () => socket.end());
    const held: Holder[] = [];
    socket.on('data', (bytes: Buffer) => {
      this.watcher?.('client', bytes);
      for (const holder of this.holders) if (holder.asks(bytes)) held.push(holder);
      behind.write(bytes);
    });
    behind.on('data', (bytes: Buffer) => {
      const holder = held.find((each) => each.isHolding);
      if (holder) return holder.keep(() => socket.write(bytes));
      this.watcher?.('server', bytes);
      socket.write(bytes);
    });
  }
}

class Holder implements Held {
  isHolding = true;
  private count = 0;
  private readonly kept: (() => void)[] = [];
  private readonly first = Promise.withResolvers<undefined>();
  readonly taken = this.first.promise;

  constructor(private readonly path: string) {}

  /** Whether these bytes begin a request for the path. */
  asks(bytes: Buffer): boolean {
    const [line = ''] = bytes.toString('latin1').split('\r\n', 1);
    const asks = /^[A-Z]+ \S+ HTTP\/1\.1$/.test(line) && line.includes(this.path);
    if (asks) this.count++;
    return asks;
  }

  keep(pass: () => void): void {
    this.kept.push(pass);
    this.first.resolve(undefined);
  }

  requests(): number {
    return this.count;
  }

  release(): void {
    this.isHolding = false;
    for (const pass of this.kept) pass();
  }
}
