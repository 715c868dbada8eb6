/**
 * Asks a provider whether it takes a key, before the key is saved: its cheapest call that needs one. Of the answer only
 * the status is read, nothing is followed elsewhere, and the connection stands in the user's data-flow ledger.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { getCACertificates } from 'node:tls';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../../config/schema.js';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import { addressOf, askDns, type Address } from '../egress/addresses.js';
import { HostControl } from '../egress/host-control.service.js';
import { modelHost } from '../egress/hosts.js';
import { LedgerService } from '../egress/ledger.service.js';
import { SETTINGS } from '../settings.js';
import { Checks } from './checks.js';
import { isNowhere, verdictOf, whyUnreachable, type KeyToCheck } from './key-verdict.js';

const PURPOSE = 'key check';
const ANSWER_WITHIN = 10_000;

@Injectable()
export class KeyCheck {
  /** Every address of a name; a test has its own. */
  lookup = askDns;
  answerWithin = ANSWER_WITHIN;
  private readonly checks = new Checks();
  private authorities: string[] | null = null;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly ledger: LedgerService,
    private readonly hosts: HostControl,
  ) {}

  /**
   * @throws AraError `bad-credential` when the provider refuses it, `bad-request` when there is no such API at the address,
   *   `host-stopped`, `platform-unreachable` when it cannot be told, `too-many` when this account asks too often; each says what to do
   */
  async check(account: AccountId, asked: KeyToCheck): Promise<void> {
    this.checks.take(account);
    const { host, port } = modelHost(asked);
    if (await this.hosts.isStopped(account, host)) throw new AraError('host-stopped');
    const deadline = AbortSignal.timeout(this.answerWithin);
    let status: number;
    try {
      const address = await within(
        deadline,
        addressOf(host, port, this.settings.egress.resolve, this.lookup),
      );
      // Private, and treated as a name that there is not: what private names there are is nobody's to learn.
      if (!address) throw Object.assign(new Error(), { code: 'ENOTFOUND' });
      status = await this.ask(account, asked, address, deadline);
    } catch (error) {
      if (isNowhere(error)) this.ledger.refuse(account, host);
      throw new AraError('platform-unreachable', whyUnreachable(asked.provider, host, error));
    }
    const refusal = verdictOf(asked, status);
    if (refusal) throw refusal;
  }

  private ask(account: AccountId, asked: KeyToCheck, address: Address, signal: AbortSignal): Promise<number> {
    const { host, port } = modelHost(asked);
    const { path, headers } = callOf(asked);
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          ...address,
          servername: host,
          path,
          headers: { ...headers, host: port === 443 ? host : `${host}:${port}`, accept: 'application/json' },
          ca: (this.authorities ??= authoritiesOf(this.settings)),
          agent: false,
          signal,
        },
        (answer: IncomingMessage) => {
          resolve(answer.statusCode ?? 0);
          answer.destroy();
        },
      );
      outgoing.on('socket', (socket) => {
        socket.once('secureConnect', () => this.ledger.add(account, host, PURPOSE, { connections: 1 }));
        socket.once('close', () => {
          this.ledger.add(account, host, PURPOSE, {
            bytesUp: socket.bytesWritten,
            bytesDown: socket.bytesRead,
          });
        });
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  }
}

/** Some hundred certificates, which no start waits for. */
function authoritiesOf({ egress: { extraCaFile } }: Settings): string[] {
  const extra = extraCaFile ? [readFileSync(extraCaFile, 'utf8')] : [];
  return [...getCACertificates('default'), ...extra];
}

function callOf({ provider, key, baseUrl }: KeyToCheck): { path: string; headers: Record<string, string> } {
  const bearer: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  switch (provider) {
    case 'anthropic':
      return { path: '/v1/models', headers: { 'x-api-key': key ?? '', 'anthropic-version': '2023-06-01' } };
    case 'openai':
      return { path: '/v1/models', headers: bearer };
    case 'google':
      return { path: '/v1beta/models?pageSize=1', headers: { 'x-goog-api-key': key ?? '' } };
    case 'compatible':
      return { path: `${new URL(baseUrl ?? '').pathname.replace(/\/$/, '')}/models`, headers: bearer };
  }
}

/** A look-up cannot be called off, but it need not be waited for. */
function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    work.then(resolve, reject);
  });
}
