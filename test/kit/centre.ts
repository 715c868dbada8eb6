/**
 * The gateway's rooms in this process, over a Postgres of their own: for tests of its API and of what it keeps. There is
 * no queue, no container and no signing in: whoever asks says in a header who they are.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Module, type ExecutionContext, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { getDataSourceToken } from '@nestjs/typeorm';
import { loadSettings, type Settings } from '../../config/schema.js';
import { newKeyPair } from '../../contracts/seal.js';
import type { AccountId } from '../../contracts/ids.js';
import { AccountsModule } from '../../gateway/src/accounts/accounts.module.js';
import { AccountsService } from '../../gateway/src/accounts/accounts.service.js';
import type { RequestWithViewer } from '../../gateway/src/api/access.js';
import { ErrorFilter } from '../../gateway/src/api/error.filter.js';
import { useSchemas } from '../../gateway/src/api/schemas.js';
import { ChangesModule } from '../../gateway/src/changes/changes.module.js';
import { ChannelsModule } from '../../gateway/src/channels/channels.module.js';
import { ContainerRecordsModule } from '../../gateway/src/containers/container-records.module.js';
import { DatabaseModule } from '../../gateway/src/database/database.module.js';
import { EgressModule } from '../../gateway/src/egress/egress.module.js';
import { startPostgres } from '../../gateway/src/embedded/postgres.js';
import { Refusals } from '../../gateway/src/health/refusals.js';
import { KeysModule } from '../../gateway/src/keys/keys.module.js';
import { receiptKeyOf } from '../../gateway/src/secrets.js';
import { SettingsModule } from '../../gateway/src/settings.js';
import { AuditService } from '../../gateway/src/sign-in/audit.service.js';
import { UsageModule } from '../../gateway/src/usage/usage.module.js';

const VIEWER = 'x-test-account';

export interface CentreParts {
  controllers?: Type[];
  /** Beside those of the modules; also what stands in for what is not there. */
  providers?: Provider[];
  settings?: (settings: Settings) => Settings;
  /** Another centre, whose database this one shares as a replica of the gateway does. */
  beside?: Centre;
}

export interface Centre {
  /** `http://127.0.0.1:port` */
  address: string;
  settings: Settings;
  get<T>(type: Type<T>): T;
  query<T = unknown>(sql: string, values?: unknown[]): Promise<T[]>;
  addAccount(name: string): Promise<AccountId>;
  /** A request of the account that is signed in. */
  ask(
    account: AccountId,
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<Response>;
  /** The answer as JSON. @throws Error when it is a refusal */
  read<T>(account: AccountId, path: string): Promise<T>;
  stop(): Promise<void>;
}

export async function startCentre({
  controllers = [],
  providers = [],
  settings: change = (same) => same,
  beside,
}: CentreParts): Promise<Centre> {
  const folder = mkdtempSync(join(tmpdir(), 'ara-centre-'));
  chmodSync(folder, 0o711);
  const postgres = beside
    ? { url: beside.settings.database.url ?? '', stop: () => Promise.resolve() }
    : await startPostgres(folder, folder);
  const base = loadSettings(resolve(import.meta.dirname, '../..'), { DATABASE_URL: postgres.url });
  const settings = change({ ...base, dataDir: folder });
  const secrets = {
    keyEncryptionKey: Buffer.alloc(32, 7),
    operatorToken: 'operator',
    gatewayKeys: newKeyPair(),
    receiptKey: receiptKeyOf(Buffer.alloc(32, 9)),
  };

  @Module({
    imports: [
      SettingsModule.of(settings, secrets, 'test'),
      DatabaseModule,
      AccountsModule,
      ChangesModule,
      ChannelsModule,
      ContainerRecordsModule,
      EgressModule,
      KeysModule,
      UsageModule,
    ],
    controllers,
    providers: [Refusals, AuditService, ...providers],
  })
  class CentreModule {}

  const app = await NestFactory.create<NestFastifyApplication>(
    CentreModule, // A client may hold connections on which it has asked nothing.
    new FastifyAdapter({ forceCloseConnections: true }),
    {
      logger: false,
      abortOnError: false,
    },
  );
  app.useGlobalGuards({
    canActivate(context: ExecutionContext) {
      const request = context
        .switchToHttp()
        .getRequest<RequestWithViewer & { headers: Record<string, string> }>();
      const account = request.headers[VIEWER] as AccountId | undefined;
      if (account) request.viewer = { account, role: 'user', session: 'test' };
      return true;
    },
  });
  useSchemas(app);
  app.useGlobalFilters(new ErrorFilter(app.get(Refusals)));
  await app.listen(0, '127.0.0.1');
  const address = await app.getUrl();
  const database = app.get<{ query(sql: string, values?: unknown[]): Promise<never> }>(getDataSourceToken());

  const centre: Centre = {
    address,
    settings,
    get: (type) => app.get(type, { strict: false }),
    query: (sql, values) => database.query(sql, values),
    addAccount: async (name) => (await app.get(AccountsService, { strict: false }).add(name)).id,
    ask: (account, method, path, body, signal) =>
      fetch(`${address}${path}`, {
        method,
        headers: {
          [VIEWER]: account,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      }),
    async read<T>(account: AccountId, path: string) {
      const response = await centre.ask(account, 'GET', path);
      const text = await response.text();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
      return JSON.parse(text) as T;
    },
    async stop() {
      await app.close();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return centre;
}
