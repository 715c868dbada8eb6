/** How long the centre keeps what, in days. The one place: jobs, the table of retention and the documentation follow it. */
export const DAYS = {
  /** A session that nobody uses, and one that somebody does. */
  sessionUnused: 30,
  session: 90,
  invitation: 7,
  signInAttempt: 1,
  audit: 365,
  egressLedger: 366,
  usageFigures: 731,
  /** When a key was released or used. */
  keyUses: 365,
  /** The receipt of a deletion, for whoever has its link. */
  receipt: 30,
  /** In the container: of a message without its words, after its outcome. The bridge room has the same figure. */
  journal: 90,
} as const;
