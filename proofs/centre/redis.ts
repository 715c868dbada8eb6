/** What Redis holds and does: its keys, its files, and every command that it was sent from the first user on. */
import { connect } from 'node:net';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { Report } from '../proof.js';
import { piece, tree, type Piece } from './place.js';

/** The gateway's own names, as anyone who reads Redis sees them. */
const PREFIX = 'ara';
const INBOUND = 'inbound';

export class RedisProbe {
  private readonly commands: Buffer[] = [];
  private readonly seen: Piece[] = [];

  private constructor(
    readonly client: Redis,
    readonly inbound: Queue,
    /** The folder of its files. */
    readonly folder: string,
  ) {}

  static async connect(report: Report, runDir: string): Promise<RedisProbe> {
    const path = join(runDir, 'redis.sock');
    const client = new Redis({ path, maxRetriesPerRequest: null, retryStrategy: () => null });
    client.on('error', () => undefined);
    const inbound = new Queue(INBOUND, { connection: client, prefix: PREFIX, skipMetasUpdate: true });
    inbound.on('error', () => undefined);
    report.later(async () => {
      await inbound.close().catch(() => undefined);
      client.disconnect();
    });
    const [, folder = ''] = (await client.config('GET', 'dir')) as string[];
    const probe = new RedisProbe(client, inbound, folder);
    await probe.monitor(report, path);
    return probe;
  }

  /** MONITOR on a connection of its own, its answer kept as it comes. */
  private monitor(report: Report, path: string): Promise<void> {
    const socket = connect(path);
    report.later(async () => socket.destroy());
    socket.on('error', () => undefined);
    socket.write('MONITOR\r\n');
    return new Promise((listening) => {
      socket.on('data', (chunk: Buffer) => {
        this.commands.push(chunk);
        listening();
      });
    });
  }

  /** A key that stays and one that was deleted. */
  async plant(stays: string, deleted: string): Promise<void> {
    await this.client.set('proof:stays', stays);
    await this.client.set('proof:deleted', deleted);
    await this.client.del('proof:deleted');
  }

  async processId(): Promise<number> {
    return Number(/process_id:(\d+)/.exec(await this.client.info('server'))?.[1]);
  }

  commandsSent(): Piece[] {
    return [piece('MONITOR', Buffer.concat(this.commands))];
  }

  /** The append-only file, and a snapshot made now: without its compression, which would hide what it holds. */
  async files(): Promise<Piece[]> {
    const appended = tree(this.folder);
    await this.client.config('SET', 'rdbcompression', 'no');
    await this.client.save();
    return [...appended, ...tree(this.folder).filter(({ where }) => where.endsWith('.rdb'))];
  }

  /** Keeps what the keys hold at this moment, while jobs wait; it is searched with the rest. */
  async remember(): Promise<void> {
    this.seen.push(...(await this.read()));
  }

  async keys(): Promise<Piece[]> {
    return [...this.seen, ...(await this.read())];
  }

  private async read(): Promise<Piece[]> {
    const { client } = this;
    const pieces = [
      piece('SLOWLOG', JSON.stringify(await client.slowlog('GET', 128))),
      piece('CLIENT LIST', String(await client.client('LIST'))),
      piece('INFO', await client.info('everything')),
    ];
    for await (const names of client.scanStream({ count: 500 }) as AsyncIterable<string[]>) {
      for (const name of names) pieces.push(piece(`key ${name}`, `${name}\n${await this.value(name)}`));
    }
    return pieces;
  }

  private async value(key: string): Promise<string> {
    const { client } = this;
    switch (await client.type(key)) {
      case 'string':
        return (await client.get(key)) ?? '';
      case 'hash':
        return JSON.stringify(await client.hgetall(key));
      case 'list':
        return JSON.stringify(await client.lrange(key, 0, -1));
      case 'set':
        return JSON.stringify(await client.smembers(key));
      case 'zset':
        return JSON.stringify(await client.zrange(key, 0, -1, 'WITHSCORES'));
      case 'stream':
        return JSON.stringify(await client.xrange(key, '-', '+'));
      default:
        // Expired meanwhile.
        return '';
    }
  }
}
