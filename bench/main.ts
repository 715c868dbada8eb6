/** `npm run bench` measures everything, `npm run bench -- NAME …` some; prints one table and fails when a target is missed. */
import { loadavg } from 'node:os';
import { setUp } from '../test/kit/setup.mjs';
import { isMet, printTable, type Figure } from './figures.js';

const measurements: Record<string, () => Promise<Figure[]>> = {
  start: async () => (await import('./start.js')).measureStart(),
  overhead: async () => (await import('./overhead.js')).measureOverhead(),
  wake: async () => (await import('./wake.js')).measureWake(),
  history: async () => (await import('./history.js')).measureHistory(),
  'agent-start': async () => (await import('./agent-start.js')).measureAgentStart(),
  search: async () => (await import('./search.js')).measureSearch(),
  memory: async () => (await import('./memory.js')).measureMemory(),
  channels: async () => (await import('./channels.js')).measureChannels(),
  'memory-channels': async () => (await import('./memory.js')).measureMemoryOfChannels(),
  repeats: async () => (await import('./repeats.js')).measureRepeats(),
  api: async () => (await import('./api.js')).measureApi(),
  throughput: async () => (await import('./throughput.js')).measureThroughput(),
  faults: async () => (await import('./faults.js')).measureFaults(),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(measurements, name));
if (unknown.length > 0) {
  console.error(
    `There is no measurement ${unknown.join(', ')}. There are: ${Object.keys(measurements).join(', ')}.`,
  );
  process.exit(2);
}
await setUp();
const before = loadavg()[0] ?? 0;
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(measurements)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.error(`measuring ${name} …`);
  figures.push(...(await measure()));
}
printTable(
  figures,
  `${before.toFixed(2)}, ${(loadavg()[0] ?? 0).toFixed(2)} (the second one is our own doing)`,
);
process.exit(figures.every(isMet) ? 0 : 1);
