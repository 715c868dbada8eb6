/**
 * Keeps faults of Baileys' listeners within their connection. Most of them are async functions that nobody waits for: one that
 * fails, on a frame that cannot be read or a line that is gone, would end the process.
 */
import type { Socket } from './library.js';

type Listener = (...given: unknown[]) => unknown;

/** Called once, before the first event. */
export function guardListeners(socket: Socket): void {
  const fail = (): void => void socket.end(new Error('a stanza could not be taken')).catch(() => undefined);
  for (const event of socket.ws.eventNames()) {
    const listeners = socket.ws.listeners(event) as Listener[];
    socket.ws.removeAllListeners(event);
    for (const listener of listeners) socket.ws.on(event, guarded(listener, fail));
  }
}

const guarded =
  (listener: Listener, fail: () => void): Listener =>
  (...given) => {
    try {
      const result = listener(...given);
      if (result instanceof Promise) result.catch(fail);
    } catch {
      fail();
    }
  };
