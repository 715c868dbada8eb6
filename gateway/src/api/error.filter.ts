/** Turns every error of the HTTP API into its typed refusal; what is unknown becomes `internal`, and only its code is logged. */
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { asAraError } from '../../../contracts/door-http.js';
import { AraError, type ErrorCode } from '../../../contracts/errors.js';
import type { Refusals } from '../health/refusals.js';
import { codeOf, log } from '../log.js';

interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  removeHeader(name: string): Reply;
  send(body: unknown): void;
}

@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly refusals: Refusals) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const refusal = typed(error);
    this.refusals.count('http', refusal.code);
    if (refusal.code === 'internal') log.error('request failed', { code: codeOf(refusal.cause) });
    const reply = host.switchToHttp().getResponse<Reply>();
    if (refusal.retryAfter !== null) reply.header('retry-after', String(refusal.retryAfter));
    reply
      // A route may have said already what its good answer is: a table to keep, say.
      .removeHeader('content-disposition')
      .header('content-type', 'application/json; charset=utf-8')
      .status(refusal.status)
      .send(refusal.body());
  }
}

/** What the HTTP server and Nest refuse themselves, before any code of ours. */
const byStatus = new Map<number | undefined, ErrorCode>([
  [400, 'bad-request'],
  [404, 'not-found'],
  [413, 'too-large'],
  [415, 'wrong-type'],
]);

function typed(error: unknown): AraError {
  if (error instanceof AraError) return error;
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  const known = byStatus.get(error instanceof HttpException ? error.getStatus() : statusCode);
  if (known) return new AraError(known);
  if (error instanceof HttpException) return new AraError('bad-request');
  // Postgres went away in the middle, or is not there.
  if (code && /^(ECONN|EPIPE|ENOENT|57P|08)/.test(code)) return new AraError('database-unavailable');
  return asAraError(error);
}
