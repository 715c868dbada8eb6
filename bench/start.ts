/** Start: from `npm start` on an installation that was started before, until the gateway takes a message. */
import { spawn } from 'node:child_process';
import { Installation, startInternet } from '../test/kit/installation.js';
import { atMost, figure, type Figure } from './figures.js';
import { ordinary } from './installation.js';

const RUNS = 10;

export async function measureStart(): Promise<Figure[]> {
  const internet = await startInternet();
  const ara = ordinary(internet);
  try {
    ara.writeConfig();
    // The first start builds what is due, and makes the database.
    await startOnce(ara);
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) times.push(await startOnce(ara));
    return figure('npm start (second) until ready', 'ms', times, atMost('p95', 2_000));
  } finally {
    await ara.remove();
    await internet.stop();
  }
}

function startOnce(ara: Installation): Promise<number> {
  const began = performance.now();
  const child = spawn('npm', ['start'], {
    env: { ...process.env, ARA_CONFIG: ara.configFile },
    detached: true,
  });
  return new Promise((resolve, reject) => {
    let took = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      if (took > 0 || !chunk.toString().includes('Ara is at')) return;
      took = performance.now() - began;
      // As Ctrl-C does: the whole group.
      process.kill(-(child.pid ?? 0), 'SIGINT');
    });
    child.once('exit', () =>
      took > 0 ? resolve(took) : reject(new Error('npm start ended before it was ready')),
    );
  });
}
