/** Sessions: who is signed in, by a random token of which only the hash is kept. A token is new at each sign-in and proof. */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import type { Role } from '../api/access.js';
import { DeletionGate } from '../deletion/gate.js';
import { LiveSessions } from './live-sessions.service.js';
import { rowsOf, type Database } from './rows.js';
import { ALIVE, PROOF } from './session-life.js';
import { hashToken, newToken } from './tokens.js';

export interface Session {
  id: string;
  account: AccountId;
  role: Role;
  /** Null unless it was proved within the last minutes, by this very token. */
  provenUntil: Date | null;
}

export interface SessionRow {
  id: string;
  client: string;
  createdAt: Date;
  lastUsedAt: Date;
}

/** What a page asked just before its token was renewed still counts, but proves nothing. */
const OVERLAP = `interval '10 seconds'`;

const FIND = `
  SELECT s.id, s.account_id AS account, a.role,
    CASE WHEN s.token_hash = $1 AND s.proven_until > now() THEN s.proven_until END AS "provenUntil",
    s.last_used_at < now() - interval '1 minute' AS stale
  FROM sessions s JOIN accounts a ON a.id = s.account_id
  WHERE (s.token_hash = $1 OR (s.previous_hash = $1 AND s.previous_until > now())) AND ${ALIVE}`;

const SEEN = `
  WITH seen AS (UPDATE sessions SET last_used_at = now() WHERE id = $1 RETURNING account_id)
  UPDATE accounts SET last_seen_at = now() FROM seen WHERE id = seen.account_id`;

@Injectable()
export class SessionsService {
  constructor(
    private readonly database: DataSource,
    private readonly live: LiveSessions,
    private readonly gate: DeletionGate,
  ) {}

  /** Just signed in, and so proved too. Returns the token, which is not kept. @throws AraError `being-deleted` */
  async start(account: AccountId, client: string): Promise<string> {
    if (this.gate.deleting(account) === 'account') throw new AraError('being-deleted');
    const token = newToken();
    await rowsOf(
      this.database,
      `INSERT INTO sessions (account_id, token_hash, client, proven_until) VALUES ($1, $2, $3, now() + ${PROOF})`,
      [account, hashToken(token), client],
    );
    await rowsOf(this.database, 'UPDATE accounts SET last_seen_at = now() WHERE id = $1', [account]);
    return token;
  }

  async find(token: string): Promise<Session | null> {
    const [found] = await rowsOf<Session & { stale: boolean }>(this.database, FIND, [hashToken(token)]);
    if (!found) return null;
    const { stale, ...session } = found;
    if (stale) await rowsOf(this.database, SEEN, [session.id]);
    return session;
  }

  /** Marks the session as proved, under a new token. */
  async prove(id: string): Promise<string> {
    const token = newToken();
    await rowsOf(
      this.database,
      `UPDATE sessions SET token_hash = $2, previous_hash = token_hash, previous_until = now() + ${OVERLAP},
        proven_until = now() + ${PROOF} WHERE id = $1`,
      [id, hashToken(token)],
    );
    return token;
  }

  list(account: AccountId): Promise<SessionRow[]> {
    return rowsOf(
      this.database,
      `SELECT s.id, s.client, s.created_at AS "createdAt", s.last_used_at AS "lastUsedAt" FROM sessions s
       WHERE s.account_id = $1 AND ${ALIVE} ORDER BY s.last_used_at DESC`,
      [account],
    );
  }

  /** Ends one session of the account; says whether there was such a one. */
  async end(account: AccountId, id: string): Promise<boolean> {
    const ended = await this.delete(this.database, 'account_id = $1 AND id::text = $2', [account, id]);
    return ended > 0;
  }

  /** Ends the session of this token, whosever it is. */
  async endToken(token: string): Promise<void> {
    await this.delete(this.database, 'token_hash = $1 OR previous_hash = $1', [hashToken(token)]);
  }

  /** Ends every session of the account but one; with null, every one. Says how many. */
  endOthers(account: AccountId, but: string | null): Promise<number> {
    return this.delete(this.database, 'account_id = $1 AND id IS DISTINCT FROM $2::uuid', [account, but]);
  }

  private async delete(database: Database, which: string, values: unknown[]): Promise<number> {
    const ended = await rowsOf<{ id: string }>(
      database,
      `DELETE FROM sessions WHERE ${which} RETURNING id`,
      values,
    );
    this.live.end(ended.map(({ id }) => id));
    return ended.length;
  }
}
