/** The way out: every connection to the outside is a CONNECT through the egress door, with TLS end to end inside it. */
import { Agent, type RequestOptions } from 'node:https';
import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { STOPPED_HEADER } from '../../../contracts/hosts.js';
import { connect as connectTls, rootCertificates } from 'node:tls';

const CONNECT_WITHIN = 15_000;
/** Longer than a gateway takes to start again. */
const DOOR_WAIT = 10_000;
const DOOR_RETRY = 100;

type Done = (error: Error | null, stream: Duplex) => void;

/** A refusal by the door itself: the host is not on this user's list, or nobody answers there. */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  /** Read by callers as a connection that never was. */
  readonly code = 'ECONNREFUSED';
  constructor(
    readonly status: number,
    /** The user has stopped the host. */
    readonly stopped = false,
  ) {
    super(`egress: the door answered ${status}`);
  }
}

export class EgressAgent extends Agent {
  private readonly authorities: string[] | undefined;

  constructor(
    private readonly doorPath: string,
    extraCa: string | null,
    private readonly doorWait = DOOR_WAIT,
    /** Told of each host that is not on this user's list, with its port where that is not 443. */
    private readonly onRefused: (host: string) => void = () => undefined,
  ) {
    super({ keepAlive: true, scheduling: 'lifo', timeout: 120_000 });
    this.authorities = extraCa ? [...rootCertificates, extraCa] : undefined;
  }

  override createConnection(options: RequestOptions, done: Done): undefined {
    const none = undefined as unknown as Duplex;
    void this.connect(String(options.host), Number(options.port ?? 443)).then(
      (socket) => done(null, socket),
      (error: unknown) => done(error as Error, none),
    );
    return undefined;
  }

  private async connect(host: string, port: number): Promise<Duplex> {
    const tunnel = await this.tunnel(`${host}:${port}`);
    const secure = connectTls({
      socket: tunnel,
      servername: host,
      ALPNProtocols: ['http/1.1'],
      ...(this.authorities ? { ca: this.authorities } : {}),
    });
    return new Promise((resolve, reject) => {
      secure.once('error', reject);
      secure.once('secureConnect', () => {
        secure.off('error', reject);
        resolve(secure);
      });
    });
  }

  /** A door that nobody holds open belongs to a gateway that is starting again: that is waited for. */
  private async tunnel(target: string): Promise<Duplex> {
    for (const until = performance.now() + this.doorWait; ;) {
      try {
        return await this.throughDoor(target);
      } catch (error) {
        if (!isNobodyThere(error) || performance.now() > until) throw error;
        await sleep(DOOR_RETRY);
      }
    }
  }

  private throughDoor(target: string): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const opening = request({
        socketPath: this.doorPath,
        method: 'CONNECT',
        path: target,
        headers: { host: target },
        timeout: CONNECT_WITHIN,
      });
      opening.on('timeout', () => opening.destroy(new EgressError(504)));
      opening.on('error', reject);
      opening.on('connect', (response, socket) => {
        if (response.statusCode === 200) return resolve(socket);
        socket.destroy();
        const stopped = response.headers[STOPPED_HEADER] !== undefined;
        if (response.statusCode === 403 && !stopped) this.onRefused(target.replace(/:443$/, ''));
        reject(new EgressError(response.statusCode ?? 502, stopped));
      });
      opening.end();
    });
  }
}

const isNobodyThere = (error: unknown): boolean =>
  !(error instanceof EgressError) &&
  ['ECONNREFUSED', 'ENOENT', 'ECONNRESET'].includes((error as { code?: string }).code ?? '');
