/** Knows each encrypted message that was read: a homeserver cannot have the owner say again what they said once. */
import { createHash } from 'node:crypto';
import type { BridgeStore } from '../bridge.js';
import type { MatrixEvent } from './events.js';

export class Originals {
  constructor(private readonly store: BridgeStore) {}

  /** False for an event that carries the content of another. The same event may come twice. */
  isOriginal({ event_id: event, content }: MatrixEvent): boolean {
    const { session_id: session, ciphertext } = content;
    const hash = createHash('sha256')
      .update(JSON.stringify([session, ciphertext]))
      .digest('base64url');
    const name = `read/${hash}`;
    const first = this.store.get(name);
    if (first) return Buffer.from(first).toString('utf8') === event;
    this.store.write([[name, Buffer.from(event)]]);
    return true;
  }
}
