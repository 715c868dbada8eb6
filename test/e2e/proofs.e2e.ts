/** Every proof, as `npm run proof` runs it. */
import { expect, it } from 'vitest';
import { proofNames, runProof } from '../../proofs/main.js';

it.each(proofNames)(
  '%s holds',
  async (name) => {
    const { line } = await runProof(name);
    console.log(line);
    expect(line).toContain(name);
  },
  5 * 60_000,
);
