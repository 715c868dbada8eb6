/** Tells open dashboards of an account what to read anew. */
import { Injectable } from '@nestjs/common';
import type * as z from 'zod';
import { ChangesPoll } from '../../changes/changes-poll.service.js';
import type { Change } from '../../changes/changes.service.js';
import type { Viewer } from '../access.js';
import type { StreamReply } from '../event-stream.js';
import { OpenStreams } from './open-streams.js';
import type { liveEvent } from './shapes.js';

/** What changes together, as at the end of a message, is told once. */
const GATHER = 100;

@Injectable()
export class LiveEvents {
  constructor(
    private readonly changes: ChangesPoll,
    private readonly streams: OpenStreams,
  ) {}

  /** @throws AraError `too-many` */
  open(viewer: Viewer, reply: StreamReply): void {
    const stream = this.streams.events(viewer, reply);
    const changed = new Set<Change>();
    let timer: NodeJS.Timeout | null = null;
    const stopListening = this.changes.watch(viewer.account, (change) => {
      changed.add(change);
      timer ??= setTimeout(() => {
        timer = null;
        for (const each of changed) stream.send({ changed: each } satisfies z.infer<typeof liveEvent>);
        changed.clear();
      }, GATHER);
    });
    stream.over.addEventListener('abort', () => {
      stopListening();
      if (timer) clearTimeout(timer);
    });
  }
}
