/** What the centre's cleaning removes, each by one statement; the table of retention names them. */
import { ALIVE } from '../sign-in/session-life.js';
import { DAYS } from './days.js';

export const databaseJobs = {
  sessions: `DELETE FROM sessions s WHERE NOT (${ALIVE})`,
  ceremonies: 'DELETE FROM ceremonies WHERE expires_at < now()',
  invitations: 'DELETE FROM invitations WHERE expires_at < now()',
  'sign-in-attempts': `DELETE FROM sign_in_attempts WHERE since < now() - interval '${DAYS.signInAttempt} day'
    AND (locked_until IS NULL OR locked_until < now())`,
  'audit-trail': `DELETE FROM audit_trail WHERE at < now() - interval '${DAYS.audit} days'`,
  'data-flows': `DELETE FROM egress_ledger WHERE day < (now() AT TIME ZONE 'UTC')::date - ${DAYS.egressLedger}`,
  'usage-figures': `DELETE FROM usage_figures WHERE day < (now() AT TIME ZONE 'UTC')::date - ${DAYS.usageFigures}`,
  receipts: `DELETE FROM deletions WHERE finished_at < now() - interval '${DAYS.receipt} days'`,
} as const;
