/** The log: codes and figures, named one by one; never a message, a token, a key or a phone number. */
import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import { LogFile, LOOK_EVERY, type LogLimits } from './log-file.js';

/** All that a log line may carry beside its text. There is no field for content, and none for an error's own words. */
export interface LogFields {
  account?: string;
  channel?: string;
  code?: string;
  part?: string;
  state?: string;
  count?: number;
  milliseconds?: number;
}

let logger: Logger = pino({ level: 'silent' });
let file: LogFile | null = null;

export function openLog(path: string, { level, ...limits }: LogLimits & { level: string }): void {
  const opened = new LogFile(path, limits);
  file = opened;
  logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, opened);
  setInterval(() => opened.look(), LOOK_EVERY).unref();
}

export const log = {
  info: (text: string, fields: LogFields = {}): void => logger.info(fields, text),
  warn: (text: string, fields: LogFields = {}): void => logger.warn(fields, text),
  error: (text: string, fields: LogFields = {}): void => logger.error(fields, text),
  flush: (): void => file?.flush(),
};

/** An error's name or code for the log: what it says in words stays out. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}

/** Nest's own lines: only its warnings and errors, by the name of the part that speaks. */
export class NestLog implements LoggerService {
  log(): void {}
  warn(_message: unknown, part?: string): void {
    log.warn('nest', part ? { part } : {});
  }
  error(_message: unknown, _stack?: string, part?: string): void {
    log.error('nest', part ? { part } : {});
  }
}
