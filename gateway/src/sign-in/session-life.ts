/** How long a session, and a proof in it, holds. */
import { DAYS } from '../retention/days.js';

/** How long a session lives, as a condition on a row `s` of its table: so many days unused, so many in all. */
export const ALIVE = `s.last_used_at > now() - interval '${DAYS.sessionUnused} days'
  AND s.created_at > now() - interval '${DAYS.session} days'`;
/** How long a proof that it is really them holds. */
export const PROOF = `interval '10 minutes'`;
