/** Keeps one connection to WhatsApp, and tells the room in which state it is. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelState } from '../../contracts/channel-state.js';
import type { Connection, Ending } from './connection.js';
import { afterEnding, Backoff, type Next, type Timing } from './endings.js';
import type { Socket } from './library.js';

export interface SessionOptions {
  timing: Timing;
  now(): number;
  report(state: ChannelState): void;
  /** Opens a connection; `onOpen` is called when it is ready. */
  connect(onOpen: () => void): Promise<Connection>;
}

interface Running {
  stop: AbortController;
  ended: Promise<void>;
}

/** How long the last connection's farewell is waited for. */
const FAREWELL = 1_000;

export class Session {
  private running: Running | null = null;
  private current: Connection | null = null;
  private ready = false;
  private refused = false;
  private restartedAt = -Infinity;
  private settled: () => void = () => undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: SessionOptions) {}

  /** The connection while it is ready. */
  get open(): { socket: Socket; ended: Connection['ended'] } | null {
    return this.ready && this.current ? this.current : null;
  }

  /** Whether WhatsApp has refused the account. */
  get isRefused(): boolean {
    return this.refused;
  }

  /** Resolves when there is a connection, or will be none, or after `patience` milliseconds. */
  async opened(patience: number): Promise<void> {
    if (this.ready || !this.running) return;
    const settled = new Promise<void>((resolve) => (this.settled = resolve));
    await Promise.race([settled, sleep(patience, undefined, { ref: false })]);
  }

  /** Twice is once. */
  start(): void {
    if (this.running) return;
    const stop = new AbortController();
    this.options.report('connecting');
    this.running = { stop, ended: this.run(stop.signal) };
  }

  async stop(): Promise<void> {
    const { running } = this;
    this.running = null;
    running?.stop.abort();
    this.close();
    await running?.ended;
  }

  private close(): void {
    const { current } = this;
    this.current = null;
    this.ready = false;
    current?.close();
  }

  private async run(stop: AbortSignal): Promise<void> {
    const backoff = new Backoff(this.options.timing);
    const stopped = aborted(stop);
    let going = true;
    while (going && !stop.aborted) {
      going = await this.outwait(await this.once(stop, stopped, backoff), stop, backoff);
    }
    this.settled();
  }

  /** One connection, from its beginning to its end. */
  private async once(stop: AbortSignal, stopped: Promise<Ending>, backoff: Backoff): Promise<Next> {
    await Promise.race([this.last, stopped, sleep(FAREWELL, undefined, { ref: false })]);
    if (stop.aborted) return { kind: 'at-once' };
    const connection = await this.begin(stop, backoff);
    if (!connection) return { kind: 'back-off', state: 'unreachable' };
    this.last = connection.ended;
    const { code } = await Promise.race([connection.ended, stopped]);
    if (this.current === connection) this.close();
    const now = this.options.now();
    const sinceRestart = now - this.restartedAt;
    if (code === 515) this.restartedAt = now;
    return afterEnding(code, sinceRestart, this.options.timing);
  }

  private async begin(stop: AbortSignal, backoff: Backoff): Promise<Connection | null> {
    try {
      const connection = await this.options.connect(() => {
        if (stop.aborted || this.current !== connection) return;
        backoff.reset();
        this.ready = true;
        this.refused = false;
        this.options.report('connected');
        this.settled();
      });
      if (stop.aborted) connection.close();
      else this.current = connection;
      return connection;
    } catch {
      // Trouble of our own, such as a full disk.
      return null;
    }
  }

  /** False when there is no coming back. */
  private async outwait(next: Next, stop: AbortSignal, backoff: Backoff): Promise<boolean> {
    if (stop.aborted) return false;
    if (next.kind === 'at-once') return true;
    this.refused = next.state === 'needs-relink';
    this.options.report(next.state);
    if (next.kind === 'stay-away') return false;
    const delay = next.kind === 'long-pause' ? this.options.timing.longPause : backoff.next();
    return sleep(delay, true, { signal: stop }).catch(() => false);
  }
}

/** Once for all connections of a run. */
const aborted = (stop: AbortSignal): Promise<Ending> =>
  new Promise((resolve) =>
    stop.addEventListener('abort', () => resolve({ code: 0, wasOpen: false }), { once: true }),
  );
