/** Faults that a test orders for the next calls of a bot's method. */
import { ApiProblem, unauthorized } from './telegram-problem.js';
import type { Method } from './telegram-parameters.js';

import { OTHER_GET_UPDATES } from './telegram-updates.js';

export type Fault =
  | { status: 429; retryAfter: number }
  | { status: 401 | 403 | 409 | 500 | 502 }
  /** Never answered, and nothing is done. */
  | 'hang'
  /** Done, but the connection dies instead of the answer. */
  | 'reset-after-taking'
  /** The connection dies and nothing is done. */
  | 'reset-before-taking';

export type FaultTarget = Method | 'every-method';

export class Faults {
  readonly #ordered = new Map<string, Fault[]>();

  add(token: string, target: FaultTarget, fault: Fault, times: number): void {
    const key = `${token}/${target}`;
    const ordered = this.#ordered.get(key) ?? [];
    for (let count = 0; count < times; count++) ordered.push(fault);
    this.#ordered.set(key, ordered);
  }

  clear(token: string): void {
    for (const key of this.#ordered.keys()) if (key.startsWith(`${token}/`)) this.#ordered.delete(key);
  }

  take(token: string, method: Method): Fault | undefined {
    if (this.#ordered.size === 0) return undefined;
    for (const target of [method, 'every-method']) {
      const fault = this.#ordered.get(`${token}/${target}`)?.shift();
      if (fault) return fault;
    }
    return undefined;
  }
}

export function problemOf(fault: Exclude<Fault, string>): ApiProblem {
  switch (fault.status) {
    case 429:
      return new ApiProblem(429, `Too Many Requests: retry after ${fault.retryAfter}`, fault.retryAfter);
    case 401:
      return unauthorized();
    case 403:
      return new ApiProblem(403, 'Forbidden: bot was blocked by the user');
    case 409:
      return new ApiProblem(409, OTHER_GET_UPDATES);
    default:
      return new ApiProblem(fault.status, fault.status === 500 ? 'Internal Server Error' : 'Bad Gateway');
  }
}
