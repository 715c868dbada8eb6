/**
 * Answers and bodies of the API that last, of whatever kind: counted together for each account, each ended when its
 * session is, and all of them with the gateway.
 */
import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { AraError } from '../../../../contracts/errors.js';
import type { AccountId } from '../../../../contracts/ids.js';
import { LiveSessions } from '../../sign-in/live-sessions.service.js';
import type { Viewer } from '../access.js';
import { EventStream, type StreamReply } from '../event-stream.js';

/**
 * Most at once of one account: about ten tabs on all its devices, with files on their way. Half of the connections that
 * its container's door takes stay free for its messages.
 */
const MOST = 32;
/** Seconds. Nobody knows when a tab is closed; by then one that was left has been noticed. */
const TRY_AGAIN_IN = 30;

@Injectable()
export class OpenStreams {
  private readonly open = new Map<AccountId, number>();

  constructor(private readonly sessions: LiveSessions) {}

  /** A file on its way, until it closes by itself. What cannot be held is not begun. @throws AraError `too-many` */
  hold(viewer: Viewer, stream: Readable): void {
    try {
      stream.once(
        'close',
        this.take(viewer, () => stream.destroy()),
      );
    } catch (error) {
      stream.destroy();
      throw error;
    }
  }

  /** Events for a browser, from now on. @throws AraError `too-many`, before anything is answered */
  events(viewer: Viewer, reply: StreamReply): EventStream {
    const end = (): void => stream.end();
    const release = this.take(viewer, end);
    const stream = new EventStream(reply);
    stream.over.addEventListener('abort', release);
    return stream;
  }

  /** How many there are of an account. */
  count(account: AccountId): number {
    return this.open.get(account) ?? 0;
  }

  private take({ account, session }: Viewer, end: () => void): () => void {
    if (this.count(account) >= MOST)
      throw new AraError('too-many', 'close a tab of the dashboard', { retryAfter: TRY_AGAIN_IN });
    this.open.set(account, this.count(account) + 1);
    const forget = this.sessions.add(session, end);
    return () => {
      forget();
      const left = this.count(account) - 1;
      if (left > 0) this.open.set(account, left);
      else this.open.delete(account);
    };
  }
}
