/**
 * What a user reads and changes of their container from the dashboard: the routes of `agent.sock`. Each concern has a file;
 * `contracts/content.ts` says what goes over the door.
 */
import { DoorServer, type Route } from '../../../../contracts/door-http.js';
import { archiveRoutes } from './archives.js';
import { conversationRoutes } from './conversations.js';
import { fileRoutes } from './files.js';
import { holdings } from './holdings.js';
import { memoryRoutes } from './memory.js';
import type { ContentParts } from './parts.js';
import { asDoorError } from './refusals.js';
import { settingsRoutes } from './settings.js';

export function contentRoutes(parts: ContentParts): DoorServer {
  const routes = [
    ...settingsRoutes(parts.assistant),
    ...memoryRoutes(parts.assistant),
    ...fileRoutes(parts.assistant),
    ...conversationRoutes(parts),
    ...archiveRoutes(parts),
    { method: 'GET', path: '/v1/content/holdings', handle: () => holdings(parts.assistant) },
  ];
  return new DoorServer(routes.map(refusing));
}

/** What the parts of the room refuse in words of their own becomes what a door says. */
const refusing = (route: Route): Route => ({
  ...route,
  handle: async (call) => {
    try {
      return await route.handle(call);
    } catch (error) {
      throw asDoorError(error);
    }
  },
});
