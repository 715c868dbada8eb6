/**
 * How often something may be tried. A try is counted before it is looked at, in one statement: a hundred at once are a
 * hundred tries. Whose they are is kept as a keyed hash only.
 */
import { createHmac, hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AraError } from '../../../contracts/errors.js';
import type { Secrets } from '../secrets.js';
import { SECRETS } from '../settings.js';
import { rowsOf } from './rows.js';

interface Limit {
  tries: number;
  /** Within so many minutes; and for so many is it locked then. */
  minutes: number;
}

/** What is limited. */
export const LIMITS = {
  /** Wrong passwords for one name. */
  name: { tries: 10, minutes: 15 },
  /** Wrong codes for one account: apart, so that a password that is known opens no new tries at the code. */
  code: { tries: 10, minutes: 15 },
  /** Wrong passwords and codes from one address. */
  address: { tries: 10, minutes: 15 },
  /** Accounts that are made from one address. */
  'sign-up': { tries: 10, minutes: 60 },
  /** Challenges for passkeys and the organisation's sign-in, each of which is a row for some minutes. */
  ceremony: { tries: 120, minutes: 15 },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;

/** What is counted, and whose tries they are. */
export type Count = readonly [limit: LimitName, whose: string];

/** A name as it is counted, however it is written. */
export const nameCount = (name: string): Count => ['name', name.normalize('NFKC').toLowerCase()];

const TAKE = `
  INSERT INTO sign_in_attempts AS a (key, tries, since) VALUES ($1, 1, now())
  ON CONFLICT (key) DO UPDATE SET
    tries = CASE WHEN a.since < now() - $3 * interval '1 minute' OR a.locked_until <= now() THEN 1
      ELSE a.tries + 1 END,
    since = CASE WHEN a.since < now() - $3 * interval '1 minute' OR a.locked_until <= now() THEN now()
      ELSE a.since END,
    locked_until = CASE WHEN a.locked_until > now() THEN a.locked_until
      WHEN a.locked_until IS NULL AND a.since >= now() - $3 * interval '1 minute' AND a.tries >= $2
        THEN now() + $3 * interval '1 minute' END
  RETURNING tries, locked_until IS NOT NULL AS locked, ceil(extract(epoch FROM locked_until - now()))::int AS seconds`;

@Injectable()
export class LimitsService {
  private readonly key: Buffer;

  constructor(
    private readonly database: DataSource,
    @Inject(SECRETS) { keyEncryptionKey }: Secrets,
  ) {
    this.key = Buffer.from(hkdfSync('sha256', keyEncryptionKey, '', 'ara sign-in attempts', 32));
  }

  /**
   * Counts a try of each.
   * @param onLock told when this very try is the one that locks
   * @throws AraError `too-many`, which says for how long
   */
  async take(counts: readonly Count[], onLock?: () => Promise<void>): Promise<void> {
    for (const count of counts) {
      const { tries, minutes } = LIMITS[count[0]];
      const [state] = await rowsOf<{ tries: number; locked: boolean; seconds: number }>(this.database, TAKE, [
        this.keyOf(count),
        tries,
        minutes,
      ]);
      if (!state?.locked) continue;
      if (state.tries === tries + 1) await onLock?.();
      const left = Math.ceil(state.seconds / 60);
      const wait = left === 1 ? 'a minute' : `${left} minutes`;
      throw new AraError('too-many', `locked after too many tries: wait ${wait}`, {
        retryAfter: state.seconds,
      });
    }
  }

  /** The try was a good one and does not count. */
  async giveBack(counts: readonly Count[]): Promise<void> {
    await rowsOf(
      this.database,
      'UPDATE sign_in_attempts SET tries = greatest(tries - 1, 0) WHERE key = ANY($1::bytea[])',
      [counts.map((count) => this.keyOf(count))],
    );
  }

  /** It is really them: what was tried before is forgotten. */
  async forget(counts: readonly Count[]): Promise<void> {
    await rowsOf(this.database, 'DELETE FROM sign_in_attempts WHERE key = ANY($1::bytea[])', [
      counts.map((count) => this.keyOf(count)),
    ]);
  }

  /** It is deleted: nothing was tried. @param name where it is still known */
  forgetAccount(account: string, name: string | null): Promise<void> {
    return this.forget([['code', account], ...(name === null ? [] : [nameCount(name)])]);
  }

  private keyOf([limit, whose]: Count): Buffer {
    return createHmac('sha256', this.key).update(`${limit}|${whose}`).digest();
  }
}
