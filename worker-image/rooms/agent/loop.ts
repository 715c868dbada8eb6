/** The agent room's life: one long poll at a time, each turn started as it comes, and an end when nothing is left to do. */
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import type { Errand, Turn } from '../../../contracts/rooms-door.js';
import type { RoomsDoor } from './door.js';

/** Less than the bridge room's own limit of 60. */
const LONGEST_WAIT = 50;
const STOP_GRACE = 2_000;

export interface ErrandHandler {
  run(errand: Errand): Promise<void>;
  giveBack(turn: Turn): Promise<void>;
  giveBackAll(): void;
}

export interface LoopOptions {
  idleSeconds: number;
  /** Stops taking turns; what runs has two seconds to end. */
  stop: AbortSignal;
  stopGrace?: number;
  /** Called once, when the first poll is on its way: time for what may be needed soon. */
  onFirstPoll?: () => void;
}

/** Resolves when the process may exit. */
export async function runLoop(door: RoomsDoor, handler: ErrandHandler, options: LoopOptions): Promise<void> {
  const { idleSeconds, stop } = options;
  const running = new Set<Promise<void>>();
  let idleSince = Date.now();
  let { onFirstPoll } = options;

  const start = (work: Promise<void>): void => {
    const tracked = work.finally(() => {
      running.delete(tracked);
      idleSince = Date.now();
    });
    running.add(tracked);
  };

  const grace = (): Promise<void> => sleep(options.stopGrace ?? STOP_GRACE, undefined, { ref: false });
  // The poll stays open while turns end: its break tells the bridge room that we are dead.
  const poll = new AbortController();
  const drain = async (): Promise<void> => {
    await Promise.race([Promise.all(running), grace()]);
    handler.giveBackAll();
    poll.abort();
  };
  stop.addEventListener('abort', () => void drain(), { once: true });
  if (stop.aborted) return;

  while (!stop.aborted) {
    const idleLeft = running.size > 0 ? idleSeconds : idleSeconds - (Date.now() - idleSince) / 1_000;
    if (idleLeft <= 0) {
      if (await door.stopping()) return;
      idleSince = Date.now();
      continue;
    }
    const errand = await door
      .nextErrand(Math.min(idleLeft, LONGEST_WAIT), poll.signal, onFirstPoll)
      .catch(() => null);
    onFirstPoll = undefined;
    // Started a moment later, so that the next poll, our sign of life, is on its way before a turn can do harm.
    if (errand && !stop.aborted) start(immediate().then(() => handler.run(errand)));
    else if (errand && isTurn(errand)) start(handler.giveBack(errand));
  }
  await Promise.race([Promise.all(running), grace()]);
}

export const isTurn = (errand: Errand): errand is Turn => 'id' in errand;
