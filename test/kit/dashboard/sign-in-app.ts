/** The part of the gateway that accounts and signing in are, as a server on a port of its own, with a real database. */
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { Module, type Type } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { getDataSourceToken } from '@nestjs/typeorm';
import { loadSettings, type Settings } from '../../../config/schema.js';
import { newKeyPair } from '../../../contracts/seal.js';
import { AccountsModule } from '../../../gateway/src/accounts/accounts.module.js';
import { AccessGuard } from '../../../gateway/src/api/access.guard.js';
import { ErrorFilter } from '../../../gateway/src/api/error.filter.js';
import { PeopleController } from '../../../gateway/src/api/operator/people.controller.js';
import { useSchemas } from '../../../gateway/src/api/schemas.js';
import { addSecurityHeaders } from '../../../gateway/src/api/security-headers.js';
import { SecurityController } from '../../../gateway/src/api/sign-in/security.controller.js';
import { SignInController } from '../../../gateway/src/api/sign-in/sign-in.controller.js';
import { DatabaseModule } from '../../../gateway/src/database/database.module.js';
import { Refusals } from '../../../gateway/src/health/refusals.js';
import { receiptKeyOf } from '../../../gateway/src/secrets.js';
import { SettingsModule } from '../../../gateway/src/settings.js';
import { InvitationsService } from '../../../gateway/src/sign-in/invitations.service.js';
import { SignInModule } from '../../../gateway/src/sign-in/sign-in.module.js';
import { Browser, refusal, type Page } from './browser.js';

const root = resolve(import.meta.dirname, '../../..');
export const PASSWORD = 'seven purple otters';

export interface SignInAppOptions {
  signIn?: Partial<Settings['signIn']>;
  listen?: Partial<Settings['listen']>;
  publicUrl?: string;
  controllers?: Type[];
}

interface Database {
  query<Rows>(statement: string, values?: unknown[]): Promise<Rows>;
}

export class SignInApp {
  readonly database: Database;

  private constructor(
    private readonly app: NestFastifyApplication,
    readonly port: number,
    readonly operatorToken: string,
  ) {
    this.database = app.get<Database>(getDataSourceToken());
  }

  static async start(databaseUrl: string, options: SignInAppOptions = {}): Promise<SignInApp> {
    const defaults = loadSettings(root, {});
    const settings: Settings = {
      ...defaults,
      database: { ...defaults.database, url: databaseUrl },
      signIn: { ...defaults.signIn, ...options.signIn },
      listen: { ...defaults.listen, ...options.listen },
      publicUrl: options.publicUrl ?? null,
    };
    const operatorToken = randomBytes(32).toString('hex');
    const secrets = {
      keyEncryptionKey: Buffer.alloc(32, 7),
      operatorToken,
      gatewayKeys: newKeyPair(),
      receiptKey: receiptKeyOf(Buffer.alloc(32, 9)),
    };
    @Module({
      imports: [SettingsModule.of(settings, secrets, 'test'), DatabaseModule, AccountsModule, SignInModule],
      controllers: [SignInController, SecurityController, PeopleController, ...(options.controllers ?? [])],
      providers: [{ provide: APP_GUARD, useClass: AccessGuard }],
    })
    class TestModule {}
    const adapter = new FastifyAdapter();
    addSecurityHeaders(adapter, settings);
    const app = await NestFactory.create<NestFastifyApplication>(TestModule, adapter, {
      logger: false,
      abortOnError: false,
    });
    app.useGlobalFilters(new ErrorFilter(new Refusals()));
    useSchemas(app);
    await app.listen(0, '127.0.0.1');
    return new SignInApp(app, Number(new URL(await app.getUrl()).port), operatorToken);
  }

  get<T>(type: Type<T>): T {
    return this.app.get(type);
  }

  browser(origin?: string): Browser {
    return new Browser(this.port, origin);
  }

  /** As the command line of the machine would ask. */
  installation(method: string, path: string, body?: unknown): Promise<Page> {
    return new Browser(this.port, `http://127.0.0.1:${this.port}`).send(method, path, body, {
      authorization: `Bearer ${this.operatorToken}`,
      origin: undefined,
      'sec-fetch-site': undefined,
    });
  }

  async invite(role: 'user' | 'operator' = 'user', account: string | null = null): Promise<string> {
    const { body } = await this.installation('POST', '/v1/operator/invitations', { role, account });
    return (body as { address: string }).address.split('#')[1] ?? '';
  }

  /** Somebody with a password, in a browser that is signed in. */
  async join(name: string, role: 'user' | 'operator' = 'user', origin?: string): Promise<Browser> {
    const browser = this.browser(origin);
    const invitation = await this.invite(role);
    const page = await browser.post('/v1/sign-up', { name, password: PASSWORD, invitation });
    if (page.status !== 204) throw new Error(`${name} could not sign up: ${page.status} ${refusal(page)}`);
    return browser;
  }

  firstOperatorToken(): Promise<string | null> {
    return this.app.get(InvitationsService).renewFirstOperator();
  }

  /** As if so long had gone by since the last sign-in or proof. */
  async proofsEnd(): Promise<void> {
    await this.database.query(`UPDATE sessions SET proven_until = now() - interval '1 second'`);
  }

  /** Between tests: nobody is there, nothing was tried. */
  async empty(): Promise<void> {
    await this.database.query(
      'TRUNCATE accounts, invitations, ceremonies, sign_in_attempts, audit_trail CASCADE',
    );
  }

  stop(): Promise<void> {
    return this.app.close();
  }
}
