/** Who looks at an account is told at once when something of it changes in this process. Nothing but what kind of thing. */
import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../../contracts/ids.js';

/** What to read anew. */
export type Change = 'channels' | 'container' | 'usage';

@Injectable()
export class Changes {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  announce(account: AccountId, change: Change): void {
    this.emitter.emit(account, change);
  }

  /** @returns ends the listening */
  listen(account: AccountId, listener: (change: Change) => void): () => void {
    this.emitter.on(account, listener);
    return () => this.emitter.off(account, listener);
  }

  /** The accounts that somebody looks at. */
  watched(): AccountId[] {
    return this.emitter.eventNames() as AccountId[];
  }
}
