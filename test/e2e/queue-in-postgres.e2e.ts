/** First light where there is no Redis and no Docker: the queue lies in Postgres, the rooms are child processes. */
import { expect, it } from 'vitest';
import { conversations } from './conversations.js';
import { installed } from './installed.js';

const setup = installed({ runtime: 'process', settings: { redis: { url: 'postgres' } } });

it('says at the start what it runs on, and that nothing is walled off', () => {
  expect(setup.ara.output).toMatch(/✓ queue +in Postgres/);
  expect(setup.ara.output).toContain('NO ISOLATION');
  expect(setup.ara.processes().some(({ command }) => command.includes('redis'))).toBe(false);
});

conversations(setup);
