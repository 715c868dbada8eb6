/** Everything at once: the export, the import of one, and this room's part of a backup. Their code is loaded when it is needed. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportRequest, ticket, type ExportState, type ImportReport } from '../../../../contracts/archive.js';
import { bodyOf, drained, route, type DoorCall, type Route } from '../../../../contracts/door-http.js';
import type { Exporter } from '../export/exporter.js';
import type { ContentParts } from './parts.js';

export function archiveRoutes({ assistant, startAnew }: ContentParts): Route[] {
  let opened: Promise<Exporter> | null = null;
  const exporter = (): Promise<Exporter> =>
    (opened ??= import('../export/exporter.js').then(({ Exporter }) => new Exporter(assistant)));
  const path = '/v1/content/exports';

  const archive = async ({ response }: DoorCall): Promise<void> => {
    const { size, bytes } = (await exporter()).read();
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size });
    await pipeline(bytes, response);
  };

  /** Answered once nothing is being made: whoever waits keeps this room awake. */
  const done = async (): Promise<ExportState> => {
    const making = await exporter();
    await making.settled();
    return making.state;
  };

  /** Takes a body in whole, and starts anew with it once that is answered. */
  const taking = async <T>({ request, response }: DoorCall, work: Promise<T>): Promise<T> => {
    try {
      const result = await work;
      response.once('close', startAnew);
      return result;
    } catch (error) {
      await drained(request);
      throw error;
    }
  };

  const takeImport = async (call: DoorCall): Promise<ImportReport> => {
    const { takeImport: take } = await import('../export/importer.js');
    return taking(call, take(assistant, ticket.parse(call.query.get('ticket')), bodyOf(call.request)));
  };

  const snapshot = async ({ response }: DoorCall): Promise<void> => {
    const { snapshotOf } = await import('../export/snapshot.js');
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    await pipeline(Readable.from(snapshotOf(assistant), { objectMode: false }), response);
  };

  const takeSnapshot = async (call: DoorCall): Promise<void> => {
    const { takeSnapshot: take } = await import('../export/snapshot.js');
    return taking(call, take(assistant, bodyOf(call.request)));
  };

  return [
    route('POST', path, exportRequest, async ({ body }) => {
      const making = await exporter();
      await making.begin(body.ticket, body.figures);
      return making.state;
    }),
    { method: 'GET', path, handle: async () => (await exporter()).state },
    { method: 'DELETE', path, handle: async () => (await exporter()).remove() },
    { method: 'GET', path: `${path}/done`, handle: done },
    { method: 'GET', path: `${path}/archive`, handle: archive },
    { method: 'PUT', path: '/v1/content/import', handle: takeImport },
    { method: 'GET', path: '/v1/content/snapshot', handle: snapshot },
    { method: 'PUT', path: '/v1/content/snapshot', handle: takeSnapshot },
  ];
}
