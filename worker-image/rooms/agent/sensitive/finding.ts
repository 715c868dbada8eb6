/** What is found in a message. */

export type SensitiveKind =
  'card number' | 'social security number' | 'password' | 'private key' | 'API key or token';

/** A part of a text, in UTF-16 code units; `to` is the first one after it. */
export interface Finding {
  kind: SensitiveKind;
  from: number;
  to: number;
}
