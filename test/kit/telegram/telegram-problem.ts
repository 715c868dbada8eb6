/** What an update and a refusal look like, for every part of the fake Telegram. */
import type { Update } from '@grammyjs/types';

/** What the server answers instead of a result; `description` is Telegram's own wording. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly description: string,
    readonly retryAfter?: number,
  ) {
    super(description);
  }
}

export const badRequest = (what: string): ApiProblem => new ApiProblem(400, `Bad Request: ${what}`);
export const unauthorized = (): ApiProblem => new ApiProblem(401, 'Unauthorized');

export const unixSeconds = (milliseconds = Date.now()): number => Math.floor(milliseconds / 1000);

export type UpdateContent = Omit<Update, 'update_id'>;
export type UpdateKind = keyof UpdateContent;
