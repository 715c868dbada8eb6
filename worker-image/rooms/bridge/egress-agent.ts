/** The way out: every connection to the outside is a CONNECT through the egress door, with TLS end to end inside it. */
import { Agent, type RequestOptions } from 'node:https';
import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect as connectTls, rootCertificates } from 'node:tls';

type Done = (error: Error | null, stream: Duplex) => void;

/** A refusal by the door itself: the host is not on this user's list, or nobody answers there. */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  /** Read by callers as a connection that never was. */
  readonly code = 'ECONNREFUSED';
  constructor(readonly status: number) {
    super(`egress: the door answered ${status}`);
  }
}

export class EgressAgent extends Agent {
  private readonly authorities: string[] | undefined;

  constructor(
    private readonly doorPath: string,
    extraCa: string | null,
  ) {
    super({ keepAlive: true, scheduling: 'lifo', timeout: 120_000 });
    this.authorities = extraCa ? [...rootCertificates, extraCa] : undefined;
  }

  override createConnection(options: RequestOptions, done: Done): undefined {
    const host = String(options.host);
    const target = `${host}:${options.port ?? 443}`;
    const none = undefined as unknown as Duplex;
    const opening = request({
      socketPath: this.doorPath,
      method: 'CONNECT',
      path: target,
      headers: { host: target },
      timeout: 15_000,
    });
    opening.on('timeout', () => opening.destroy(new EgressError(504)));
    opening.on('error', (error: Error) => done(error, none));
    opening.on('connect', (response, socket) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        done(new EgressError(response.statusCode ?? 502), none);
        return;
      }
      const secure = connectTls({
        socket,
        servername: host,
        ALPNProtocols: ['http/1.1'],
        ...(this.authorities ? { ca: this.authorities } : {}),
      });
      secure.once('error', (error: Error) => done(error, none));
      secure.once('secureConnect', () => done(null, secure));
    });
    opening.end();
    return undefined;
  }
}
