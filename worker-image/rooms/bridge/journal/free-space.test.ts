/** When waiting for an agent room is in vain, and when it only takes its time. */
import { expect, it } from 'vitest';
import { FullWatch, isFull } from './free-space.js';
import { temporaryFolder } from '../test-rig.js';

it('is in vain when the volume has been full for five seconds and nobody came', () => {
  let full = true;
  let now = 0;
  const watch = new FullWatch(
    () => full,
    () => now,
  );
  expect(watch.inVain()).toBe(false);
  now = 4_999;
  expect(watch.inVain()).toBe(false);
  watch.came();
  now = 6_000;
  expect(watch.inVain()).toBe(false);
  now = 11_000;
  expect(watch.inVain()).toBe(true);
  full = false;
  expect(watch.inVain()).toBe(false);
});

it('looks at the volume itself', () => expect(isFull(temporaryFolder())).toBe(false));
