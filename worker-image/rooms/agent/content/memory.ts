/** `MEMORY.md` and the notes of days, as files of the user's own. */
import type * as z from 'zod';
import { memoryChange, type memoryFile, type memoryList } from '../../../../contracts/content.js';
import { route, type DoorCall, type Route } from '../../../../contracts/door-http.js';
import { AraError } from '../../../../contracts/errors.js';
import type { Assistant } from '../assistant.js';
import { MEMORY_FILE, type Place } from '../memory/memory-files.js';

const NOTE = /^(\d{4}-\d{2}-\d{2})\.md$/;

export function memoryRoutes(assistant: Assistant): Route[] {
  const path = '/v1/content/memory/:name';

  const list = async (): Promise<z.infer<typeof memoryList>> => {
    const files = (await assistant.memory()).list();
    return {
      files: files.map(({ place, bytes, modified }) => ({ name: nameOf(place), bytes, changedAt: modified })),
    };
  };

  const read = async ({ params }: DoorCall): Promise<z.infer<typeof memoryFile>> => {
    const place = placeOf(params);
    const text = (await assistant.memory()).read(place);
    if (text === null) throw new AraError('not-found');
    return { name: nameOf(place), text };
  };

  return [
    { method: 'GET', path: '/v1/content/memory', handle: list },
    { method: 'GET', path, handle: read },
    route('PUT', path, memoryChange, async ({ params, body }) => {
      await (await assistant.memory()).write(placeOf(params), body.text);
    }),
  ];
}

/** @throws AraError `not-found` for any other name: there is no such file, nor will there be */
function placeOf({ name = '' }: DoorCall['params']): Place {
  if (name === MEMORY_FILE) return MEMORY_FILE;
  const [, day] = NOTE.exec(name) ?? [];
  // A day that there is: 2026-02-31 is read as another.
  if (!day || new Date(`${day}T00:00Z`).toJSON()?.slice(0, day.length) !== day)
    throw new AraError('not-found');
  return day;
}

const nameOf = (place: Place): string => (place === MEMORY_FILE ? place : `${place}.md`);
