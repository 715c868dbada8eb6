/** The routes of archives and snapshots: on `worker.sock` for the gateway, on `rooms.sock` for the agent room. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import { passphraseRequest, unwrapRequest, wrapRequest } from '../../../../contracts/archive.js';
import { bodyOf, drained, route, type DoorCall, type Route } from '../../../../contracts/door-http.js';
import { snapshotKey, type SnapshotReport } from '../../../../contracts/snapshot.js';
import type { ArchiveKeys } from './archive-keys.js';
import type { Snapshots } from './snapshots.js';

const apply = z.enum(['yes', 'no']);

export function archiveWorkerRoutes(keys: ArchiveKeys, snapshots: Snapshots): Route[] {
  const make = async ({ response }: DoorCall): Promise<void> => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    await pipeline(Readable.from(snapshots.make(), { objectMode: false }), response);
  };
  const take = async ({ request, query }: DoorCall): Promise<SnapshotReport> => {
    try {
      return await snapshots.take(bodyOf(request), apply.parse(query.get('apply')) === 'yes');
    } catch (error) {
      await drained(request);
      throw error;
    }
  };
  return [
    route('POST', '/v1/archives/passphrase', passphraseRequest, ({ body }) => ({
      ticket: keys.take(body.sealed),
    })),
    route('POST', '/v1/snapshot/key', snapshotKey, ({ body }) =>
      snapshots.setKey(Buffer.from(body.key, 'base64')),
    ),
    { method: 'GET', path: '/v1/snapshot', handle: make },
    { method: 'PUT', path: '/v1/snapshot', handle: take },
  ];
}

export const archiveRoomsRoutes = (keys: ArchiveKeys): Route[] => [
  route('POST', '/v1/archives/wrap', wrapRequest, ({ body }) =>
    keys.wrap(body.ticket, Buffer.from(body.fileKey, 'base64')),
  ),
  route('POST', '/v1/archives/unwrap', unwrapRequest, async ({ body }) => ({
    fileKey: (await keys.unwrap(body.ticket, body.stanza)).toString('base64'),
  })),
];
