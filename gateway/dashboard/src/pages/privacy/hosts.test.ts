/** What of the list of hosts the picture shows: all that the door may open, and of the rest what there is room for. */
import { expect, it } from 'vitest';
import type { Host } from '../../api/types';
import { pictured } from './hosts';

const host = (name: string, declared: boolean): Host => ({
  host: name,
  ports: [443],
  purpose: 'channel matrix',
  by: 'bridge',
  declared,
  stopped: false,
  open: 0,
  connections: 0,
  refused: 0,
  bytesUp: 0,
  bytesDown: 0,
  firstAt: null,
  lastAt: null,
});

it('is every host on the list, however many there are, and eight in all where there are fewer', () => {
  const many = Array.from({ length: 12 }, (_, at) => host(`declared-${at}`, true));
  const others = Array.from({ length: 12 }, (_, at) => host(`other-${at}`, false));
  expect(pictured([...others, ...many])).toEqual(many);
  expect(pictured([...many.slice(0, 3), ...others])).toEqual([...many.slice(0, 3), ...others.slice(0, 5)]);
});
