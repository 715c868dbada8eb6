/** `npm run proof`: runs every proof, `npm run proof -- NAME …` some; each prints its figure last, and one that fails ends this with 1. */
import { fileURLToPath } from 'node:url';
import { setUp } from '../test/kit/setup.mjs';
import { RunReport } from './kit/run-report.js';
import type { Figure, Proof } from './proof.js';

/** Every proof. A new one is a file and a line here. */
const proofs: Record<string, () => Promise<Proof>> = {
  'first-light': async () => (await import('./first-light.js')).firstLight,
  'no-content-in-the-centre': async () =>
    (await import('./no-content-in-the-centre.js')).noContentInTheCentre,
  assistant: async () => (await import('./assistant.js')).assistant,
  sensitive: async () => (await import('./sensitive.js')).sensitive,
  channels: async () => (await import('./channels.js')).channels,
  'never-speaks-to-strangers': async () =>
    (await import('./never-speaks-to-strangers.js')).neverSpeaksToStrangers,
  'dashboard-is-closed': async () => (await import('./dashboard-is-closed.js')).dashboardIsClosed,
  'agent-holds-no-secret': async () => (await import('./agent-holds-no-secret.js')).agentHoldsNoSecret,
  deletion: async () => (await import('./deletion.js')).deletion,
  'export-round-trip': async () => (await import('./export-round-trip.js')).exportRoundTrip,
  'no-undeclared-host': async () => (await import('./no-undeclared-host.js')).noUndeclaredHost,
};

/** Names that some know a proof by. */
const alsoCalled: Record<string, string> = { canaries: 'no-content-in-the-centre' };

export const proofNames: readonly string[] = Object.keys(proofs);

export interface Proven {
  figures: Figure[];
  /** The proof's last line. */
  line: string;
}

let running: RunReport | null = null;

/**
 * Sets up what proofs need, runs one and cleans up after it.
 * @throws Error with all that did not hold
 */
export async function runProof(name: string, print: (line: string) => void = console.log): Promise<Proven> {
  const load = proofs[name];
  if (!load) throw new Error(`There is no proof named ${name}. There are: ${proofNames.join(', ')}`);
  await setUp();
  const proof = await load();
  print(`\n${proof.name}: ${proof.promise}`);
  const report = new RunReport(print);
  running = report;
  let figures: Figure[] = [];
  try {
    figures = await proof.run(report);
  } catch (error) {
    report.check(false, error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await report.clean();
    running = null;
  }
  if (report.failures.length > 0) throw new Error(`${name}: FAILED: ${report.failures.join('; ')}`);
  const line = `${name}: ${figures.flatMap(({ words }) => words || []).join(', ')}`;
  print(line);
  return { figures, line };
}

async function main(asked: string[]): Promise<number> {
  const names = asked.map((name) => alsoCalled[name] ?? name);
  const unknown = names.filter((name) => !proofs[name]);
  if (unknown.length > 0) {
    console.error(`There is no proof named ${unknown.join(', ')}. There are:\n  ${proofNames.join('\n  ')}`);
    return 2;
  }
  let failed = 0;
  for (const name of names.length > 0 ? names : proofNames) {
    try {
      await runProof(name);
    } catch (error) {
      failed++;
      console.error(error instanceof Error ? error.message : error);
    }
  }
  return failed > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.once('SIGINT', () => void (running?.clean() ?? Promise.resolve()).then(() => process.exit(130)));
  process.exit(await main(process.argv.slice(2)));
}
