/** Tells open dashboards of an account what to read anew. */
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type * as z from 'zod';
import { AraError } from '../../../../contracts/errors.js';
import type { AccountId } from '../../../../contracts/ids.js';
import { ChangesPoll } from '../../changes/changes-poll.service.js';
import type { Change } from '../../changes/changes.service.js';
import type { Viewer } from '../access.js';
import { EventStream, type StreamReply } from '../event-stream.js';
import type { liveEvent } from './shapes.js';

/** Tabs and devices of one account; each holds a connection. */
const MOST_STREAMS = 20;
/** What changes together, as at the end of a message, is told once. */
const GATHER = 100;

@Injectable()
export class LiveEvents implements OnModuleDestroy {
  private readonly streams = new Map<AccountId, Set<EventStream>>();

  constructor(private readonly changes: ChangesPoll) {}

  /** @throws AraError `too-many` */
  open({ account }: Viewer, reply: StreamReply): void {
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
    const stream = new EventStream(reply, () => {
      stopListening();
      if (timer) clearTimeout(timer);
      streams.delete(stream);
      if (streams.size === 0) this.streams.delete(account);
    });
    streams.add(stream);
    this.streams.set(account, streams);
    // Here a session that is revoked ends its stream: LiveSessions is told (the viewer's session, () => stream.end()),
    // and forgets it in the callback above.
  }

  /** The server closes when the last answer is out; these have no end of their own. */
  onModuleDestroy(): void {
    for (const streams of this.streams.values()) for (const stream of streams) stream.end();
  }
}
