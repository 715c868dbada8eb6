/** The routes of `worker.sock` that belong to deletions. The gateway asks; what its user must have said, the talk has heard. */
import type { Route } from '../../../../contracts/door-http.js';
import { route } from '../../../../contracts/door-http.js';
import {
  clearedRequest,
  clearRequest,
  doneRequest,
  farewellRequest,
} from '../../../../contracts/deletion.js';
import type { Clearing } from './clearing.js';
import type { Leaving } from './leaving.js';

/** How long a last answer may take to be out before the channel under it goes. */
const TOLD_WITHIN = 5_000;

export interface DeletionDoorParts {
  clearing: Pick<Clearing, 'note' | 'cleared' | 'count'>;
  leaving: Leaving;
  /** Resolves when what this room says itself is out, or after so many milliseconds. */
  untilTold: (within: number) => Promise<void>;
}

export function deletionRoutes({ clearing, leaving, untilTold }: DeletionDoorParts): Route[] {
  return [
    route('POST', '/v1/deletion/clear', clearRequest, async ({ body }) => {
      await untilTold(TOLD_WITHIN);
      clearing.note(body.id, body.files);
    }),
    route('POST', '/v1/deletion/cleared', clearedRequest, async ({ body }) => ({
      removed: await clearing.cleared(body.id),
    })),
    { method: 'GET', path: '/v1/deletion/rest', handle: () => ({ left: clearing.count() }) },
    route('POST', '/v1/deletion/farewell', farewellRequest, async ({ body }) => {
      await untilTold(TOLD_WITHIN);
      return leaving.farewell(body.kind, body.receipt);
    }),
    {
      method: 'POST',
      path: '/v1/deletion/leave',
      handle: async () => ({ sources: await leaving.leave() }),
    },
    route('POST', '/v1/deletion/done', doneRequest, ({ body }) => leaving.done(body.receipt)),
  ];
}
