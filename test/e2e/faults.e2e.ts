/** Kill -9 of each part at each link of the chain, once each; `npm run bench -- faults` does it twenty times and measures. */
import { expect, it } from 'vitest';
import { runFaults } from '../../bench/faults.js';

it(
  'loses no message and marks every repeat, whatever is killed where',
  { timeout: 10 * 60_000 },
  async () => {
    const results = await runFaults(1);
    expect(results).toHaveLength(20);
    for (const result of results) {
      const { lost, repeats, unmarkedRepeats } = result;
      expect({ lost, unmarkedRepeats, atMostOneRepeat: repeats <= 1 }, JSON.stringify(result)).toEqual({
        lost: false,
        unmarkedRepeats: 0,
        atMostOneRepeat: true,
      });
    }
  },
);
