/** Answers and bodies of the API that last: each is ended when its session is, and all of them with the gateway. */
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { AraError } from '../../../../contracts/errors.js';
import type { Viewer } from '../access.js';

/** Most at once of one account: each holds a connection to its container, which the messages of the account need too. */
const MOST = 16;

@Injectable()
export class OpenStreams implements OnModuleDestroy {
  private readonly open = new Map<Readable, Viewer>();

  /** Until it closes by itself. @throws AraError `too-many` */
  hold(viewer: Viewer, stream: Readable): void {
    const others = [...this.open.values()].filter(({ account }) => account === viewer.account);
    if (others.length >= MOST) throw new AraError('too-many');
    this.open.set(stream, viewer);
    const onClose = (): void => void this.open.delete(stream);
    stream.once('close', onClose);
  }

  /** The session is over, or was revoked: `LiveSessions` calls this. */
  end(session: string): void {
    for (const [stream, viewer] of this.open) if (viewer.session === session) stream.destroy();
  }

  /** The server waits for its connections: none may be left that has no end. */
  onModuleDestroy(): void {
    for (const stream of this.open.keys()) stream.destroy();
  }
}
