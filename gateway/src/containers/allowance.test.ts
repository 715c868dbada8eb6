/** The allowance of one container: 2,000 at once, 200 a second. */
import { beforeEach, expect, it } from 'vitest';
import { Allowance } from './allowance.js';

let now: number;
let allowance: Allowance;
const tooMany = expect.objectContaining({ code: 'too-many', retry: true }) as Error;

beforeEach(() => {
  now = 0;
  allowance = new Allowance(() => now);
});

it('gives 2,000 at once and not one more', () => {
  allowance.take(1_999);
  allowance.take(1);
  expect(() => allowance.take(1)).toThrow(tooMany);
});

it('gives 200 more each second', () => {
  allowance.take(2_000);
  now += 1_000;
  allowance.take(200);
  expect(() => allowance.take(1)).toThrow(tooMany);
  now += 500;
  expect(() => allowance.take(101)).toThrow(tooMany);
  allowance.take(100);
});

it('saves up no more than what it began with', () => {
  now += 24 * 3_600_000;
  expect(() => allowance.take(2_001)).toThrow(tooMany);
  allowance.take(2_000);
});

it('takes nothing for what it refuses', () => {
  allowance.take(1_990);
  for (let at = 0; at < 100; at++) expect(() => allowance.take(11)).toThrow(tooMany);
  allowance.take(10);
});

it('goes on when the clock is set back by an hour', () => {
  now = 3_600_000;
  allowance = new Allowance(() => now);
  allowance.take(1_000);
  now = 0;
  allowance.take(1_000);
  expect(() => allowance.take(1)).toThrow(tooMany);
  now += 1_000;
  allowance.take(200);
});
