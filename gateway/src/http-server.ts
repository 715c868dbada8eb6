/** The HTTP server of the gateway: Nest on Fastify, bodies bounded, webhooks' bodies left as bytes. */
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { BullRegistrar } from '@nestjs/bullmq';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Settings } from '../../config/schema.js';
import { MAX_SEALED_BYTES } from '../../contracts/sealed.js';
import { ErrorFilter } from './api/error.filter.js';
import { useSchemas } from './api/schemas.js';
import { addSecurityHeaders } from './api/security-headers.js';
import { AppModule } from './app.module.js';
import { ContainerManager } from './containers/container-manager.service.js';
import type { Runtime } from './containers/runtime.js';
import { Refusals } from './health/refusals.js';
import { codeOf, log, NestLog } from './log.js';
import type { Secrets } from './secrets.js';
import { InvitationsService } from './sign-in/invitations.service.js';

const CLOSE_WITHIN = 2_000;
/** A file of the memory is the largest body that is JSON: 65,536 characters, some of which take six to write. */
const MAX_API_BODY = 512 * 1_024;
const BODY_TIMEOUT = 30_000;
const UPLOAD_TIMEOUT = 15 * 60_000;
const BYTES = 'application/octet-stream';

export interface Gateway {
  /** `http://host:port` */
  address: string;
  /** Where the first operator makes an account; null when there is one. Told to whoever starts Ara, and to nobody else. */
  joinAddress: string | null;
  stop(containersToo: boolean): Promise<void>;
}

export async function startGateway(
  settings: Settings,
  secrets: Secrets,
  instance: string,
  runtime: Runtime,
): Promise<Gateway> {
  const { listen } = settings;
  const adapter = new FastifyAdapter({
    bodyLimit: MAX_SEALED_BYTES,
    // For the largest file on a slow line; `limitSlowSenders` holds everything else to less.
    requestTimeout: UPLOAD_TIMEOUT,
    ...(listen.tls
      ? {
          https: {
            cert: readFileSync(listen.tls.certFile),
            key: readFileSync(listen.tls.keyFile),
            minVersion: 'TLSv1.2' as const,
          },
        }
      : {}),
  });
  addSecurityHeaders(adapter, settings);
  limitSlowSenders(adapter);
  readBodies(adapter);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.of(settings, secrets, instance, runtime),
    adapter,
    { logger: new NestLog(), abortOnError: false, bodyParser: false },
  );
  app.useGlobalFilters(new ErrorFilter(app.get(Refusals)));
  useSchemas(app);
  const containers = app.get(ContainerManager);
  await app.listen(listen.port, listen.host);
  // Doors open first, then jobs: a job must find its container reachable.
  containers.resume().catch((error: unknown) => log.error('resume', { code: codeOf(error) }));
  app.get(BullRegistrar).register();
  // A passkey belongs to a name: at a bare address no browser makes one.
  const address = (await app.getUrl()).replace(/\[::1\]|127\.0\.0\.1/, 'localhost');
  const token = await app.get(InvitationsService).renewFirstOperator();
  return {
    address,
    joinAddress: token && `${settings.publicUrl ?? address}/join#${token}`,
    async stop(containersToo) {
      // No new work first, then what is under way, then the doors, then the connections.
      await containers.stop(containersToo);
      // A browser holds connections on which it has asked nothing yet, and Node takes them for busy.
      const late = setTimeout(() => adapter.getHttpServer().closeAllConnections(), CLOSE_WITHIN);
      await app.close();
      clearTimeout(late);
    },
  };
}

/** They do not hold a connection for ever: heads and JSON come within seconds, only the bytes of a file may take longer. */
export function limitSlowSenders(adapter: FastifyAdapter, within = BODY_TIMEOUT): void {
  const fastify = adapter.getInstance();
  fastify.server.headersTimeout = within;
  fastify.addHook('onRequest', (request, reply, next) => {
    const { raw } = request;
    if (request.headers['content-type'] !== BYTES) {
      const timer = setTimeout(() => !raw.complete && raw.socket.destroy(), within);
      reply.raw.once('close', () => clearTimeout(timer));
    }
    next();
  });
}

/** JSON for the API, small; bytes for webhooks, since the gateway does not read what users wrote. */
export function readBodies(adapter: FastifyAdapter): void {
  const fastify = adapter.getInstance();
  fastify.removeAllContentTypeParsers();
  // The bytes of a file are left where they are, for the route that passes them on.
  fastify.addContentTypeParser(BYTES, (_request, payload, done) => done(null, payload));
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (request.url.startsWith('/webhooks/')) return done(null, body);
    if (body.length > MAX_API_BODY) return done(Object.assign(new Error(), { statusCode: 413 }));
    try {
      done(null, body.length > 0 ? (JSON.parse(body.toString('utf8')) as unknown) : undefined);
    } catch {
      done(Object.assign(new Error(), { statusCode: 400 }));
    }
  });
}
