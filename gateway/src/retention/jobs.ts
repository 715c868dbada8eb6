/** What the centre's cleaning removes, each by one statement; the table of retention names them. */
import { ALIVE } from '../sign-in/session-life.js';
import { DAYS } from './days.js';

/**
 * Only from the beginning of each chain, and in one piece: a gap would look like a row that somebody took. The head notes
 * what came before the oldest row that stays, so that the chain can still be followed.
 */
const OLD_KEY_USES = `
  WITH old AS (
    SELECT DISTINCT ON (account_id) account_id, number, hash FROM key_uses AS k
    WHERE number < coalesce(
      (SELECT min(number) FROM key_uses AS young
       WHERE young.account_id = k.account_id AND young.at >= now() - interval '${DAYS.keyUses} days'),
      9007199254740991)
    ORDER BY account_id, number DESC
  ), heads AS (
    UPDATE key_use_heads AS h SET first_number = old.number + 1, before_first = old.hash
    FROM old WHERE h.account_id = old.account_id
  )
  DELETE FROM key_uses AS k USING old WHERE k.account_id = old.account_id AND k.number <= old.number`;

export const databaseJobs = {
  sessions: `DELETE FROM sessions s WHERE NOT (${ALIVE})`,
  ceremonies: 'DELETE FROM ceremonies WHERE expires_at < now()',
  invitations: 'DELETE FROM invitations WHERE expires_at < now()',
  'sign-in-attempts': `DELETE FROM sign_in_attempts WHERE since < now() - interval '${DAYS.signInAttempt} day'
    AND (locked_until IS NULL OR locked_until < now())`,
  'audit-trail': `DELETE FROM audit_trail WHERE at < now() - interval '${DAYS.audit} days'`,
  'data-flows': `DELETE FROM egress_ledger WHERE day < (now() AT TIME ZONE 'UTC')::date - ${DAYS.egressLedger}`,
  'usage-figures': `DELETE FROM usage_figures WHERE day < (now() AT TIME ZONE 'UTC')::date - ${DAYS.usageFigures}`,
  'key-uses': OLD_KEY_USES,
  'operator-accesses': `DELETE FROM operator_accesses WHERE opened_at < now() - interval '${DAYS.audit} days'`,
  receipts: `DELETE FROM deletions WHERE finished_at < now() - interval '${DAYS.receipt} days'`,
} as const;
