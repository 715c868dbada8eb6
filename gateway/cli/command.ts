/** What every command is given. */
import type { ApiClient } from './api-client.js';

export interface CommandOptions {
  user: string | undefined;
  lines: string | undefined;
}

export type Command = (api: ApiClient, words: string[], options: CommandOptions) => Promise<void>;
