/** What is between two requests of one try: a passkey's challenge, a code that is still to come. Minutes long, and once. */
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AccountId } from '../../../contracts/ids.js';
import { rowsOf } from './rows.js';
import { hashToken, newToken } from './tokens.js';

/** What each kind keeps. None is a secret that outlives the try. */
export interface CeremonyData {
  'sign-up': { challenge: string; account: AccountId; name: string; invitation: string | null };
  'sign-in': { challenge: string };
  prove: { challenge: string };
  'add-passkey': { challenge: string };
  code: { name: string };
  organisation: {
    state: string;
    nonce: string;
    verifier: string;
    invitation: string | null;
    redirect: string;
  };
}

export type CeremonyKind = keyof CeremonyData;

/** Somebody types a password at the organisation. */
const MINUTES: Partial<Record<CeremonyKind, number>> = { organisation: 10 };

export interface Ceremony<Kind extends CeremonyKind> {
  account: AccountId | null;
  data: CeremonyData[Kind];
}

@Injectable()
export class CeremoniesService {
  constructor(private readonly database: DataSource) {}

  /** Returns the token that takes it up again. */
  async begin<Kind extends CeremonyKind>(
    kind: Kind,
    account: AccountId | null,
    data: CeremonyData[Kind],
  ): Promise<string> {
    const token = newToken();
    await rowsOf(
      this.database,
      `INSERT INTO ceremonies (token_hash, kind, account_id, data, expires_at)
       VALUES ($1, $2, $3, $4, now() + $5 * interval '1 minute')`,
      [hashToken(token), kind, account, JSON.stringify(data), MINUTES[kind] ?? 5],
    );
    return token;
  }

  /** Takes it out: of two at once, one gets it. */
  async take<Kind extends CeremonyKind>(kind: Kind, token: string): Promise<Ceremony<Kind> | null> {
    return this.first(
      `DELETE FROM ceremonies WHERE token_hash = $1 AND kind = $2 AND expires_at > now()
       RETURNING account_id AS account, data`,
      kind,
      token,
    );
  }

  /** Leaves it there: a code may be mistyped. */
  async look<Kind extends CeremonyKind>(kind: Kind, token: string): Promise<Ceremony<Kind> | null> {
    return this.first(
      `SELECT account_id AS account, data FROM ceremonies WHERE token_hash = $1 AND kind = $2 AND expires_at > now()`,
      kind,
      token,
    );
  }

  private async first<Kind extends CeremonyKind>(
    statement: string,
    kind: Kind,
    token: string,
  ): Promise<Ceremony<Kind> | null> {
    const [row] = await rowsOf<Ceremony<Kind>>(this.database, statement, [hashToken(token), kind]);
    return row ?? null;
  }
}
