/** The gateway's own HTTP server with a container that is a real door, and somebody who is signed in. */
import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, Module, StandardSchemaValidationPipe, type ExecutionContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DoorClient, DoorServer, readBody, type DoorCall } from '../../../../contracts/door-http.js';
import { accountId } from '../../../../contracts/ids.js';
import { liveSessions } from '../../../../test/kit/live-sessions.js';
import { ContainerManager } from '../../containers/container-manager.service.js';
import { limitSlowSenders, readBodies } from '../../http-server.js';
import { Refusals } from '../../health/refusals.js';
import type { RequestWithViewer, Viewer } from '../access.js';
import { AuditService, type AuditParties } from '../../sign-in/audit.service.js';
import { ErrorFilter } from '../error.filter.js';
import { ContentController } from './content.controller.js';
import { ContentService } from './content.service.js';
import { ImportsController } from './imports.controller.js';
import { ImportsService } from './imports.service.js';
import { OpenStreams } from './open-streams.js';

export const account = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');
/** As long as anything but the bytes of a file may take, in milliseconds. */
export const PATIENCE = 300;

export interface Sent {
  headers?: Record<string, string | number>;
  body?: string | Buffer;
}

export interface Answer {
  status: number | undefined;
  text: string;
  /** Of a refusal. */
  code: string | undefined;
}

export const json = (value: unknown): Sent => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

export class ContentGateway {
  viewer: Viewer | undefined = { account, role: 'user', session: 'one' };
  app!: NestFastifyApplication;
  wakes = 0;
  readonly calls: { method: string; url: string; body: Buffer }[] = [];
  /** What the trail of the account says. */
  readonly trail: (AuditParties & { action: string })[] = [];
  worker: DoorServer | null = null;
  /** What the container does with a call; it takes it, unless a test says something else. */
  handle: (call: DoorCall) => unknown = async ({ request: incoming }) => {
    const { method = '', url = '' } = incoming;
    this.calls.push({ method, url, body: await readBody(incoming, 1e9) });
    return undefined;
  };
  private readonly folder = mkdtempSync(join(tmpdir(), 'ara-content-'));
  private readonly door = new DoorClient(join(this.folder, 'worker.sock'), 'container-unavailable', 5_000);

  async start(): Promise<void> {
    const containers = {
      awake: async (of: string) => {
        if (of !== account) throw new Error('another container than that of who is signed in');
        this.wakes += 1;
        if (!this.worker) await this.wake();
        return this.door;
      },
      ifAwake: () => (this.worker ? this.door : null),
    };
    @Global()
    @Module({ providers: [{ provide: ContainerManager, useValue: containers }], exports: [ContainerManager] })
    class Containers {}
    const audit = {
      add: (action: string, parties: AuditParties): Promise<void> => {
        this.trail.push({ action, ...parties });
        return Promise.resolve();
      },
    };
    @Module({
      imports: [Containers],
      controllers: [ContentController, ImportsController],
      providers: [
        ContentService,
        ImportsService,
        OpenStreams,
        liveSessions(),
        { provide: AuditService, useValue: audit },
      ],
    })
    class All {}
    const adapter = new FastifyAdapter({ bodyLimit: 1_048_576 });
    limitSlowSenders(adapter, PATIENCE);
    readBodies(adapter);
    const options = { logger: false, bodyParser: false } as const;
    this.app = await NestFactory.create<NestFastifyApplication>(All, adapter, options);
    this.app.useGlobalFilters(new ErrorFilter(new Refusals()));
    this.app.useGlobalPipes(new StandardSchemaValidationPipe());
    this.app.useGlobalGuards({
      canActivate: (context: ExecutionContext) => {
        if (this.viewer) context.switchToHttp().getRequest<RequestWithViewer>().viewer = this.viewer;
        return true;
      },
    });
    await this.app.listen(0, '127.0.0.1');
  }

  async stop(): Promise<void> {
    await this.app.close();
    this.door.close();
    await this.sleep();
    rmSync(this.folder, { recursive: true });
  }

  /** The container opens its door. */
  async wake(): Promise<void> {
    const route = (method: string, path: string) => ({
      method,
      path,
      handle: (call: DoorCall) => this.handle(call),
    });
    const worker = new DoorServer(
      ['GET', 'PUT', 'POST', 'DELETE'].flatMap((method) => [
        route(method, '/v1/content/*'),
        route(method, '/v1/web/*'),
        route(method, '/v1/archives/*'),
      ]),
    );
    await worker.listen(join(this.folder, 'worker.sock'));
    this.worker = worker;
  }

  async sleep(): Promise<void> {
    const { worker } = this;
    this.worker = null;
    await worker?.close();
  }

  begin(method: string, path: string, headers: Sent['headers'] = {}) {
    const { port } = this.app.getHttpServer().address() as { port: number };
    return request({ host: '127.0.0.1', port, method, path: `/v1/me/${path}`, headers, agent: false });
  }

  open(method: string, path: string, { headers, body }: Sent = {}): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      this.begin(method, path, headers).once('response', resolve).on('error', reject).end(body);
    });
  }

  async send(method: string, path: string, sent?: Sent): Promise<Answer> {
    const response = await this.open(method, path, sent);
    const text = String(await readBody(response, 1e9));
    const { error } = (text.startsWith('{') ? JSON.parse(text) : {}) as { error?: { code: string } };
    return { status: response.statusCode, text, code: error?.code };
  }
}
