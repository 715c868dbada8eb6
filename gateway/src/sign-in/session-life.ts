/** How long a session lives, as a condition on a row `s` of its table: thirty days unused, ninety in all. */
export const ALIVE = `s.last_used_at > now() - interval '30 days' AND s.created_at > now() - interval '90 days'`;
/** How long a proof that it is really them holds. */
export const PROOF = `interval '10 minutes'`;
