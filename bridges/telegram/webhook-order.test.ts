/** The order of webhooks. */
import { describe, expect, it } from 'vitest';
import { WebhookOrder } from './webhook-order.js';

async function run(order: WebhookOrder, updates: number[]): Promise<number[]> {
  const done: number[] = [];
  await Promise.all(
    updates.map(async (update) => {
      await order.turnOf(update);
      order.taken(update);
      done.push(update);
    }),
  );
  return done;
}

describe('WebhookOrder', () => {
  it('lets what came in disorder pass in order', async () => {
    expect(await run(new WebhookOrder(10), [12, 10, 13, 11])).toEqual([10, 11, 12, 13]);
  });

  it('lets the very first pass whatever its number', async () => {
    expect(await run(new WebhookOrder(null), [900])).toEqual([900]);
  });

  it('does not wait for a number that never comes', async () => {
    const began = performance.now();
    expect(await run(new WebhookOrder(10, 40), [12])).toEqual([12]);
    expect(performance.now() - began).toBeGreaterThanOrEqual(35);
  });

  it('lets an old number pass at once, and does not go back for it', async () => {
    const order = new WebhookOrder(10);
    expect(await run(order, [3])).toEqual([3]);
    expect(order.taken(3)).toBe(10);
  });
});
