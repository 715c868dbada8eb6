/**
 * What streams to a session is closed when that session ends: at once where it is ended, and within two seconds when
 * another gateway did it, or the account is gone.
 */
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { codeOf, log } from '../log.js';
import { rowsOf } from './rows.js';
import { ALIVE } from './session-life.js';

const LOOK_EVERY = 2_000;

type Close = () => void;

@Injectable()
export class LiveSessions implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly streams = new Map<string, Set<Close>>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | null = null;

  constructor(private readonly database: DataSource) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      if (this.streams.size > 0) void this.look();
    }, LOOK_EVERY).unref();
  }

  /** Streams would keep the server from closing. */
  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.end([...this.streams.keys()]);
  }

  /**
   * Registers a stream of the session.
   * @param close ends it; called at most once
   * @returns to be called when the stream has ended by itself
   */
  add(sessionId: string, close: Close): () => void {
    const once = (): void => close();
    const streams = this.streams.get(sessionId) ?? new Set();
    this.streams.set(sessionId, streams.add(once));
    return () => {
      streams.delete(once);
      if (streams.size === 0 && this.streams.get(sessionId) === streams) this.streams.delete(sessionId);
    };
  }

  /** Closes the streams of sessions that are over. */
  end(sessionIds: readonly string[]): void {
    for (const id of sessionIds) {
      const streams = this.streams.get(id) ?? [];
      this.streams.delete(id);
      for (const close of streams) {
        try {
          close();
        } catch (error) {
          log.warn('a stream did not close', { code: codeOf(error) });
        }
      }
    }
  }

  private look(): Promise<void> {
    this.looking ??= this.endOver()
      // The database is away for a moment: looked at again in two seconds.
      .catch((error: unknown) => log.warn('live sessions not looked at', { code: codeOf(error) }))
      .finally(() => (this.looking = null));
    return this.looking;
  }

  private async endOver(): Promise<void> {
    const ids = [...this.streams.keys()];
    const alive = await rowsOf<{ id: string }>(
      this.database,
      `SELECT s.id FROM sessions s WHERE s.id = ANY($1::uuid[]) AND ${ALIVE}`,
      [ids],
    );
    const still = new Set(alive.map(({ id }) => id));
    this.end(ids.filter((id) => !still.has(id)));
  }
}
