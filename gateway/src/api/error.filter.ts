/** Turns every error of the HTTP API into its typed refusal; what is unknown becomes `internal`, and only its code is logged. */
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { asAraError } from '../../../contracts/door-http.js';
import { AraError } from '../../../contracts/errors.js';
import type { Refusals } from '../health/refusals.js';
import { codeOf, log } from '../log.js';

interface Reply {
  status(code: number): Reply;
  send(body: unknown): void;
}

@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly refusals: Refusals) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const refusal = typed(error);
    this.refusals.count('http', refusal.code);
    if (refusal.code === 'internal') log.error('request failed', { code: codeOf(refusal.cause) });
    host.switchToHttp().getResponse<Reply>().status(refusal.status).send(refusal.body());
  }
}

function typed(error: unknown): AraError {
  if (error instanceof AraError) return error;
  if (error instanceof HttpException)
    return new AraError(error.getStatus() === 404 ? 'not-found' : 'bad-request');
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  if (statusCode === 413) return new AraError('too-large');
  if (statusCode === 415) return new AraError('wrong-type');
  if (statusCode === 400) return new AraError('bad-request');
  // Postgres went away in the middle, or is not there.
  if (code && /^(ECONN|EPIPE|ENOENT|57P|08)/.test(code)) return new AraError('database-unavailable');
  return asAraError(error);
}
