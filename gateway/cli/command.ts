/** What every command is given. */
import type { ApiClient } from './api-client.js';

export interface CommandOptions {
  user?: string | undefined;
  lines?: string | undefined;
  /** Of an invitation: it is for an operator. */
  operator?: boolean | undefined;
  /** Of a backup: where it goes. */
  to?: string | undefined;
  /** Of a restore: into an installation that has users. */
  beside?: boolean | undefined;
  /** Of a key: the model that it is for. */
  model?: string | undefined;
  /** Of a compatible server. */
  url?: string | undefined;
  price?: string | undefined;
  context?: string | undefined;
  images?: boolean | undefined;
  /** Of Matrix: where Ara's account is, its name when it signs in by password, and who may write to it. */
  server?: string | undefined;
  account?: string | undefined;
  owner?: string | undefined;
  encryption?: string | undefined;
  /** Whether that account has a key backup, whose key is asked for. */
  'recovery-key'?: boolean | undefined;
  /** Of WhatsApp: the number is Ara's own; and a code to type in place of a QR code. */
  dedicated?: boolean | undefined;
  'by-code'?: boolean | undefined;
  /** Of WhatsApp on a number of its own: on, off. */
  'read-receipts'?: string | undefined;
  /** Of a receipt: the public key that checks it. */
  key?: string | undefined;
  /** Of an access: why, and for how long. */
  reason?: string | undefined;
  minutes?: string | undefined;
}

export type Command = (api: ApiClient, words: string[], options: CommandOptions) => Promise<void>;
