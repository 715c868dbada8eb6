/** The commands' side of the HTTP API: finds the gateway of this folder and its operator token. */
import { readFileSync } from 'node:fs';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { loadSettings } from '../../config/schema.js';
import { readBody } from '../../contracts/door-http.js';
import { errorBody } from '../../contracts/errors.js';
import { UsageError } from './usage-error.js';

export const root = resolve(import.meta.dirname, '../../..');
const MAX_ANSWER = 4_194_304;

export class NotRunningError extends Error {
  override readonly name = 'NotRunningError';
  constructor() {
    super('Ara is not running. Start it in another terminal with `npm start`.');
  }
}

/** The gateway said no; the message says why, and what to do. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

export interface AccountSummary {
  id: string;
  name: string;
}

export class ApiClient {
  private constructor(
    private readonly address: string,
    private readonly token: string,
  ) {}

  /** @throws NotRunningError before the first start */
  static ofThisInstallation(): ApiClient {
    const { listen, dataDir, secrets } = loadSettings(root);
    const file = secrets.operatorTokenFile ?? join(dataDir, 'secrets/operator-token');
    try {
      const token = readFileSync(file, 'utf8').trim();
      return new ApiClient(`${listen.tls ? 'https' : 'http'}://${listen.host}:${listen.port}`, token);
    } catch {
      throw new NotRunningError();
    }
  }

  /** @throws RefusedError, NotRunningError */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const payload = body === undefined ? '' : JSON.stringify(body);
    const request = this.address.startsWith('https') ? requestHttps : requestHttp;
    const headers = {
      authorization: `Bearer ${this.token}`,
      ...(payload
        ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }
        : {}),
    };
    return new Promise((done, fail) => {
      const outgoing = request(`${this.address}${path}`, { method, headers }, (response) =>
        answered(response, done, fail),
      );
      outgoing.on('error', () => fail(new NotRunningError()));
      outgoing.end(payload);
    });
  }

  /** Sends the bytes of a file; its answer as `call` has it. @throws RefusedError, NotRunningError */
  async send<T>(method: string, path: string, file: { size: number; bytes: Readable }): Promise<T> {
    const request = this.address.startsWith('https') ? requestHttps : requestHttp;
    const headers = {
      authorization: `Bearer ${this.token}`,
      'content-type': 'application/octet-stream',
      'content-length': file.size,
    };
    return new Promise((done, fail) => {
      const outgoing = request(`${this.address}${path}`, { method, headers }, (response) =>
        answered(response, done, fail),
      );
      outgoing.on('error', () => fail(new NotRunningError()));
      file.bytes.on('error', () => outgoing.destroy());
      file.bytes.pipe(outgoing);
    });
  }

  /** The account of that name, or the only one. @throws UsageError */
  async account(name: string | undefined): Promise<AccountSummary> {
    const accounts = await this.call<AccountSummary[]>('GET', '/v1/accounts');
    if (accounts.length === 0) throw new UsageError('There is no user yet: `npm run ara -- user add NAME`.');
    const found = name ? accounts.find((account) => account.name === name) : accounts[0];
    if (!found) throw new UsageError(`There is no user named ${name}.`);
    if (!name && accounts.length > 1) {
      const names = accounts.map((account) => account.name).join(', ');
      throw new UsageError(`Which user? Add --user NAME (${names}).`);
    }
    return found;
  }
}

function answered<T>(
  response: IncomingMessage,
  done: (value: T) => void,
  fail: (error: Error) => void,
): void {
  readBody(response, MAX_ANSWER).then((bytes) => {
    const value: unknown = bytes.length > 0 ? JSON.parse(bytes.toString('utf8')) : undefined;
    if ((response.statusCode ?? 500) >= 400) fail(new RefusedError(reasonIn(value)));
    else done(value as T);
  }, fail);
}

/** Unlike a container the gateway is believed in its own words: they may name what there is to choose from. */
function reasonIn(body: unknown): string {
  const parsed = errorBody.safeParse(body);
  return parsed.success ? parsed.data.error.message : 'The gateway refused, and did not say why.';
}
