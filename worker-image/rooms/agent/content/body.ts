/** The bytes of a call's body, for who reads them bit by bit. */
import type { IncomingMessage } from 'node:http';

/** It is not ended by who stops reading it. @throws Error when the sender goes away in the middle */
export async function* bodyOf(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  for await (const piece of request.iterator({ destroyOnReturn: false })) yield piece as Uint8Array;
}

/** Resolves when nothing of it is left: who sends the rest hears of a refusal once it is sent. */
export async function drained(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return;
  request.resume();
  await new Promise((resolve) => request.once('end', resolve).once('close', resolve));
}
