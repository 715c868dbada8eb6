/** The files of the workspace: listed, and their bytes both ways as a stream. */
import { pipeline } from 'node:stream/promises';
import type * as z from 'zod';
import { filePath, type fileList } from '../../../../contracts/content.js';
import { bodyOf, drained, type DoorCall, type Route } from '../../../../contracts/door-http.js';
import type { Assistant } from '../assistant.js';

/** Most entries of a folder that are told: what a door's answer has room for. */
const MOST_ENTRIES = 10_000;

export function fileRoutes(assistant: Assistant): Route[] {
  const path = '/v1/content/file';

  const list = async ({ query }: DoorCall): Promise<z.infer<typeof fileList>> => {
    const workspace = await assistant.workspace();
    const folder = pathIn(query);
    const { entries } = workspace.list(folder, 1, MOST_ENTRIES);
    return {
      path: folder,
      entries: entries.map(({ name, isFolder, bytes, changedAt }) => ({
        name,
        kind: isFolder ? 'folder' : 'file',
        bytes,
        changedAt,
      })),
      usedBytes: workspace.usage().bytes,
      quotaBytes: workspace.quotaBytes,
    };
  };

  const read = async ({ query, response }: DoorCall): Promise<void> => {
    const { size, bytes } = (await assistant.workspace()).stream(pathIn(query));
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size });
    await pipeline(bytes, response);
  };

  const write = async ({ query, request }: DoorCall): Promise<void> => {
    try {
      await (await assistant.workspace()).receive(pathIn(query), bodyOf(request));
    } catch (error) {
      // Who sends the rest hears of the refusal once it is sent.
      await drained(request);
      throw error;
    }
  };

  return [
    { method: 'GET', path: '/v1/content/files', handle: list },
    { method: 'GET', path, handle: read },
    { method: 'PUT', path, handle: write },
    {
      method: 'DELETE',
      path,
      handle: async ({ query }) => void (await assistant.workspace()).delete(pathIn(query)),
    },
  ];
}

const pathIn = (query: URLSearchParams): string => filePath.parse({ path: query.get('path') ?? '' }).path;
