/** Answers and bodies of the API that last: each is ended when its session is, and all of them with the gateway. */
import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { AraError } from '../../../../contracts/errors.js';
import type { AccountId } from '../../../../contracts/ids.js';
import { LiveSessions } from '../../sign-in/live-sessions.service.js';
import type { Viewer } from '../access.js';

/** Most at once of one account: each holds a connection to its container, which the messages of the account need too. */
const MOST = 16;

@Injectable()
export class OpenStreams {
  private readonly open = new Map<AccountId, number>();

  constructor(private readonly sessions: LiveSessions) {}

  /** Until it closes by itself. @throws AraError `too-many` */
  hold({ account, session }: Viewer, stream: Readable): void {
    const others = this.open.get(account) ?? 0;
    if (others >= MOST) throw new AraError('too-many');
    this.open.set(account, others + 1);
    const forget = this.sessions.add(session, () => stream.destroy());
    stream.once('close', () => {
      forget();
      const left = (this.open.get(account) ?? 1) - 1;
      if (left > 0) this.open.set(account, left);
      else this.open.delete(account);
    });
  }
}
