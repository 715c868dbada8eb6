/** Passkeys: their options and answers, checked by the library; kept are the public key, its counter and a name. */
import { isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { DataSource } from 'typeorm';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import type { Asked } from './exchange.js';
import { OwnAddress } from './own-address.js';
import { rowsOf, type Database } from './rows.js';

/** Ed25519, P-256 and RSA: what every authenticator has one of. */
const ALGORITHMS = [-8, -7, -257];
const FIVE_MINUTES = 300_000;
/** Of one account: every device and a drawer of spare keys. A browser is told of all of them whenever it is asked for one. */
const MOST_PASSKEYS = 20;

/** As the browser gave it: only the library looks into it. */
export type PasskeyResponse = Record<string, unknown>;
export interface PasskeyOptions {
  challenge: string;
  options: Record<string, unknown>;
}

export interface NewPasskey {
  credentialId: Buffer;
  publicKey: Buffer;
  counter: number;
  transports: string[];
}

export interface PasskeyRow {
  id: string;
  name: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}

interface Stored {
  id: string;
  account: AccountId;
  publicKey: Buffer;
  counter: string;
  transports: string[];
}

const bytesOf = (id: AccountId): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');

@Injectable()
export class PasskeysService {
  constructor(
    private readonly database: DataSource,
    private readonly address: OwnAddress,
  ) {}

  /** Before anybody touches a key for nothing. @throws AraError `passkeys-full` */
  async needRoom(account: AccountId): Promise<void> {
    if ((await this.count(account, this.database)) >= MOST_PASSKEYS) throw full();
  }

  /** For a passkey that the account does not have yet. */
  async newOptions(asked: Asked, account: { id: AccountId; name: string }): Promise<PasskeyOptions> {
    const { id } = this.place(asked);
    const known = await rowsOf<{ credential: Buffer; transports: string[] }>(
      this.database,
      'SELECT credential_id AS credential, transports FROM passkeys WHERE account_id = $1',
      [account.id],
    );
    const { generateRegistrationOptions } = await import('@simplewebauthn/server');
    const options = await generateRegistrationOptions({
      rpName: 'Ara',
      rpID: id,
      userID: new Uint8Array(bytesOf(account.id)),
      userName: account.name,
      userDisplayName: account.name,
      timeout: FIVE_MINUTES,
      attestationType: 'none',
      supportedAlgorithmIDs: ALGORITHMS,
      // Kept with its account's id, so that signing in needs no name.
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: known.map(({ credential, transports }) => ({
        id: credential.toString('base64url'),
        transports: transports,
      })),
    });
    return { challenge: options.challenge, options: { ...options } };
  }

  /** @throws AraError `sign-in-failed` */
  async readNew(asked: Asked, response: PasskeyResponse, challenge: string): Promise<NewPasskey> {
    const { id, origin } = this.place(asked);
    const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
    const { registrationInfo } = await verifyRegistrationResponse({
      response: response as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    }).catch(refuse);
    if (!registrationInfo) return refuse();
    const { credential } = registrationInfo;
    return {
      credentialId: Buffer.from(credential.id, 'base64url'),
      publicKey: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports: (credential.transports ?? []).filter((each) => /^[a-z-]{1,20}$/.test(each)).slice(0, 8),
    };
  }

  /** For signing in, by whichever account's passkey the browser offers; or for one account's alone. */
  async options(asked: Asked, account: AccountId | null): Promise<PasskeyOptions> {
    const { id } = this.place(asked);
    const known = account
      ? await rowsOf<{ credential: Buffer; transports: string[] }>(
          this.database,
          'SELECT credential_id AS credential, transports FROM passkeys WHERE account_id = $1',
          [account],
        )
      : null;
    const { generateAuthenticationOptions } = await import('@simplewebauthn/server');
    const options = await generateAuthenticationOptions({
      rpID: id,
      timeout: FIVE_MINUTES,
      userVerification: 'required',
      ...(known
        ? {
            allowCredentials: known.map(({ credential, transports }) => ({
              id: credential.toString('base64url'),
              transports: transports,
            })),
          }
        : {}),
    });
    return { challenge: options.challenge, options: { ...options } };
  }

  /** Whose passkey it is. @throws AraError `sign-in-failed` */
  async verify(asked: Asked, response: PasskeyResponse, challenge: string): Promise<AccountId> {
    const { id, origin } = this.place(asked);
    const stored = typeof response['id'] === 'string' ? await this.find(response['id']) : null;
    if (!stored) return refuse();
    const answer = response as unknown as AuthenticationResponseJSON;
    const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: answer,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: true,
      credential: {
        id: answer.id,
        publicKey: new Uint8Array(stored.publicKey),
        counter: Number(stored.counter),
      },
    }).catch(refuse);
    const { userHandle } = answer.response;
    if (!verified || (userHandle && userHandle !== bytesOf(stored.account).toString('base64url')))
      return refuse();
    await this.used(stored.id, authenticationInfo.newCounter);
    return stored.account;
  }

  /** @throws AraError `conflict`, `passkeys-full` */
  async add(account: AccountId, name: string, passkey: NewPasskey, database: Database = this.database) {
    await database.transaction(async (manager) => {
      // One after the other, so that two at once are counted.
      await manager.query('SELECT FROM accounts WHERE id = $1 FOR NO KEY UPDATE', [account]);
      const added = await rowsOf(
        manager,
        `INSERT INTO passkeys (account_id, credential_id, public_key, counter, transports, name)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (credential_id) DO NOTHING RETURNING id`,
        [account, passkey.credentialId, passkey.publicKey, passkey.counter, passkey.transports, name],
      );
      if (added.length === 0) throw new AraError('conflict', 'this passkey');
      if ((await this.count(account, manager)) > MOST_PASSKEYS) throw full();
    });
  }

  list(account: AccountId): Promise<PasskeyRow[]> {
    return rowsOf(
      this.database,
      `SELECT id, name, created_at AS "createdAt", last_used_at AS "lastUsedAt" FROM passkeys
       WHERE account_id = $1 ORDER BY created_at`,
      [account],
    );
  }

  /** @throws AraError `not-found` */
  async remove(account: AccountId, id: string, database: Database = this.database): Promise<void> {
    const removed = await rowsOf(
      database,
      'DELETE FROM passkeys WHERE account_id = $1 AND id = $2 RETURNING id',
      [account, id],
    );
    if (removed.length === 0) throw new AraError('not-found', 'no such passkey');
  }

  private async count(account: AccountId, database: Database): Promise<number> {
    const count = 'SELECT count(*)::int AS count FROM passkeys WHERE account_id = $1';
    const [kept] = await rowsOf<{ count: number }>(database, count, [account]);
    return kept?.count ?? 0;
  }

  private async find(credential: string): Promise<Stored | null> {
    const [row] = await rowsOf<Stored>(
      this.database,
      `SELECT id, account_id AS account, public_key AS "publicKey", counter, transports FROM passkeys
       WHERE credential_id = $1`,
      [Buffer.from(credential, 'base64url')],
    );
    return row ?? null;
  }

  /** Of two at once with the same count, one is a copy. Those that are synchronised between devices count nothing. */
  private async used(id: string, counter: number): Promise<void> {
    const counted = await rowsOf(
      this.database,
      `UPDATE passkeys SET counter = $2, last_used_at = now()
       WHERE id = $1 AND (counter < $2 OR (counter = 0 AND $2 = 0)) RETURNING id`,
      [id, counter],
    );
    if (counted.length === 0) refuse();
  }

  /** @throws AraError `bad-request` on an address without a name, for which browsers have no passkeys */
  private place(asked: Asked): { id: string; origin: string } {
    const origin = this.address.needOrigin(asked);
    const { hostname } = new URL(origin);
    if (isIP(hostname.replace(/^\[|\]$/g, '')))
      throw new AraError('bad-request', 'passkeys need a host name: open localhost instead of the number');
    return { id: hostname, origin };
  }
}

const full = (): AraError => new AraError('passkeys-full', `at most ${MOST_PASSKEYS}`);

/** What exactly was wrong is for nobody. */
function refuse(cause?: unknown): never {
  throw new AraError('sign-in-failed', undefined, { cause });
}
