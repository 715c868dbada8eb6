/** Tells open dashboards of an account what to read anew. */
import { Injectable } from '@nestjs/common';
import type * as z from 'zod';
import { AraError } from '../../../../contracts/errors.js';
import type { AccountId } from '../../../../contracts/ids.js';
import { ChangesPoll } from '../../changes/changes-poll.service.js';
import type { Change } from '../../changes/changes.service.js';
import type { Viewer } from '../access.js';
import { LiveSessions } from '../../sign-in/live-sessions.service.js';
import { EventStream, type StreamReply } from '../event-stream.js';
import type { liveEvent } from './shapes.js';

/** Tabs and devices of one account; each holds a connection. */
const MOST_STREAMS = 20;
/** What changes together, as at the end of a message, is told once. */
const GATHER = 100;

@Injectable()
export class LiveEvents {
  private readonly streams = new Map<AccountId, Set<EventStream>>();

  constructor(
    private readonly changes: ChangesPoll,
    private readonly sessions: LiveSessions,
  ) {}

  /** @throws AraError `too-many` */
  open({ account, session }: Viewer, reply: StreamReply): void {
    const streams = this.streams.get(account) ?? new Set();
    if (streams.size >= MOST_STREAMS) throw new AraError('too-many');
    const changed = new Set<Change>();
    let timer: NodeJS.Timeout | null = null;
    const stopListening = this.changes.watch(account, (change) => {
      changed.add(change);
      timer ??= setTimeout(() => {
        timer = null;
        for (const each of changed) stream.send({ changed: each } satisfies z.infer<typeof liveEvent>);
        changed.clear();
      }, GATHER);
    });
    const stream: EventStream = new EventStream(reply, () => {
      forget();
      stopListening();
      if (timer) clearTimeout(timer);
      streams.delete(stream);
      if (streams.size === 0) this.streams.delete(account);
    });
    streams.add(stream);
    this.streams.set(account, streams);
    const forget = this.sessions.add(session, () => stream.end());
  }
}
