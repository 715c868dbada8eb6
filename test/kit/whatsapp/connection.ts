/** One connection of a client: nodes over frames over a websocket. */
import { decodeBinaryNode, encodeBinaryNode, type BinaryNode, type proto } from '@whiskeysockets/baileys';
import type { WebSocket } from 'ws';
import { ServerNoise, type ServerIdentity } from './noise.js';
import type { Companion } from './world.js';

export interface ConnectionHandler {
  /** The handshake is over. */
  opened(connection: Connection, payload: proto.ClientPayload): void;
  received(connection: Connection, stanza: BinaryNode): Promise<void>;
  closed(connection: Connection): void;
  /** The client broke the protocol. */
  failed(error: unknown): void;
}

export class Connection {
  companion: Companion | null = null;
  private readonly noise: ServerNoise;
  private shaken = 0;
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly socket: WebSocket,
    identity: ServerIdentity,
    private readonly handler: ConnectionHandler,
  ) {
    this.noise = new ServerNoise(identity);
    socket.on('message', (data: Buffer) => {
      // One after the other: the answers to a client's queries keep their order.
      this.work = this.work.then(() => this.take(data)).catch((error: unknown) => this.fail(error));
    });
    socket.on('close', () => handler.closed(this));
    socket.on('error', () => socket.terminate());
  }

  get clientKey(): Uint8Array {
    return this.noise.clientKey ?? new Uint8Array();
  }

  send(stanza: BinaryNode): void {
    if (this.socket.readyState === this.socket.OPEN)
      this.socket.send(this.noise.write(encodeBinaryNode(stanza)));
  }

  /** Sends what no client can read. */
  garble(how: 'not encrypted' | 'not a stanza'): void {
    const garbage = Buffer.concat([Buffer.from([0, 0, 32]), Buffer.alloc(32, 7)]);
    this.socket.send(how === 'not encrypted' ? garbage : this.noise.write(Buffer.from([0, 250, 99])));
  }

  close(): void {
    this.socket.close();
  }

  /** As a pulled cable does. */
  cut(): void {
    this.socket.terminate();
  }

  private async take(data: Buffer): Promise<void> {
    for (const frame of this.noise.frames(data)) {
      if (this.noise.isOpen)
        await this.handler.received(this, await decodeBinaryNode(this.noise.read(frame)));
      else if (this.shaken++ === 0) this.socket.send(this.noise.hello(frame));
      else this.handler.opened(this, this.noise.finish(frame));
    }
  }

  private fail(error: unknown): void {
    this.handler.failed(error);
    this.cut();
  }
}
