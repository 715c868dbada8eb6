/** The start of the agent room: from its process being started until it asks for its first turn. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { atMost, figure, type Figure } from './figures.js';

const RUNS = 20;
const root = resolve(import.meta.dirname, '..');

export async function measureAgentStart(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ara-agent-start-'));
  const times: number[] = [];
  try {
    // The first two fill the compile cache, as the image's build does.
    for (let run = -2; run < RUNS; run++) {
      const milliseconds = await startOnce(folder);
      if (run >= 0) times.push(milliseconds);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return figure('start of the agent room until it asks for a turn', 'ms', times, atMost('p95', 250));
}

async function startOnce(folder: string): Promise<number> {
  const door = join(folder, 'rooms.sock');
  const asked = Promise.withResolvers<number>();
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/v1/turns/next')) asked.resolve(performance.now());
    else response.writeHead(204).end();
  });
  await new Promise<void>((done) => server.listen(door, done));
  const began = performance.now();
  const agent = spawn(
    join(root, 'node_modules/.bin/node'),
    [join(root, 'dist/rooms/agent.mjs'), '--door', door, '--data', join(folder, 'data')],
    { stdio: 'ignore', env: { NODE_COMPILE_CACHE: join(folder, 'cache') } },
  );
  const ended = new Promise((done) => agent.once('exit', done));
  const at = await asked.promise;
  // Long enough for the cache to be written.
  await new Promise((done) => setTimeout(done, 300));
  agent.kill('SIGTERM');
  server.closeAllConnections();
  await ended;
  await new Promise((done) => server.close(done));
  return at - began;
}
