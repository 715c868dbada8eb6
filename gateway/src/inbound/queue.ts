/** The inbound queue: its name, its connection, and the policy for a job that fails. */
import { readFileSync } from 'node:fs';
import type { DefaultJobOptions } from 'bullmq';
import type { Settings } from '../../../config/schema.js';
import type { SealedMessage } from '../../../contracts/sealed.js';

export const INBOUND = 'inbound';
/** Jobs that failed to the end: kept sealed, tried again when their container next wakes. */
export const QUARANTINE = 'quarantine';

export type InboundJob = SealedMessage;

/** How often a delivery is tried before the message goes into quarantine: about ten minutes in all. */
export const MAX_TRIES = 16;
/** Milliseconds until try number `made + 1`. */
export const backoff = (made: number): number => Math.min(200 * 2 ** (made - 1), 60_000);

export const JOB_OPTIONS: DefaultJobOptions = {
  // More than we use: when even the quarantine cannot be written, the job must not be the one to give up.
  attempts: 100 * MAX_TRIES,
  backoff: { type: 'custom' },
  removeOnComplete: true,
  // What fails to the end is in quarantine by then; a failed job keeps a code, no stack.
  removeOnFail: true,
  stackTraceLimit: 0,
};

/**
 * BullMQ's own defaults drop a message after two crashes of a worker. Here a stalled job always comes back, quickly,
 * since a delivery that is repeated is recognised by the container's journal.
 */
export const WORKER_OPTIONS = {
  /** A container that does not answer holds fifty of these at most. */
  concurrency: 512,
  lockDuration: 2_000,
  stalledInterval: 1_000,
  maxStalledCount: 1_000,
  /** Seconds. A stalled job comes back without waking the worker, so that it waits for this as well. */
  drainDelay: 1,
  settings: { backoffStrategy: backoff },
};

/** How to reach Redis; `undefined` when the queue lies in Postgres. */
export async function redisConnection(settings: Settings) {
  const { url, passwordFile } = settings.redis;
  if (!url) return undefined;
  const { Redis } = await import('ioredis');
  const password = passwordFile ? readFileSync(passwordFile, 'utf8').trim() : undefined;
  const options = {
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(50 * times, 500),
    ...(password ? { password } : {}),
  };
  const path = /^redis\+unix:\/\/(\/.*)$/.exec(url)?.[1];
  const redis = path ? new Redis({ ...options, path }) : new Redis(url, options);
  // An outage is seen by whoever uses the queue; unheard, it would end the process.
  redis.on('error', () => undefined);
  return redis;
}
