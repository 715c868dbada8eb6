/** Delivery to a container: one call at a time, what has come meanwhile in the next, and no bad message for the good ones. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { DoorClient, DoorServer, route } from '../../../contracts/door-http.js';
import { AraError } from '../../../contracts/errors.js';
import { accountId, type AccountId } from '../../../contracts/ids.js';
import type { SealedMessage } from '../../../contracts/sealed.js';
import type { ContainerManager } from '../containers/container-manager.service.js';
import { DeliveryService } from './delivery.service.js';

const alice = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0001');
const bob = accountId.parse('0b9ad4ad-6a4e-4c4a-9a0a-0d5f0a4a0002');
const body = z.object({ messages: z.array(z.object({ id: z.string() })) });

const message = (name: number, account = alice): SealedMessage => ({
  v: 1,
  kind: 'message',
  account,
  channel: 'telegram',
  id: String(name).padStart(32, '0'),
  nonce: 'A'.repeat(32),
  box: 'AAAA',
});

/** A container whose answers the test gives, call by call. */
class Container {
  readonly calls: number[][] = [];
  private readonly open: ((answer: unknown) => void)[] = [];
  readonly door = new DoorServer([
    route('POST', '/v1/messages', body, ({ body: { messages } }) => {
      this.calls.push(messages.map(({ id }) => Number(id)));
      return new Promise((resolve, reject) =>
        this.open.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer))),
      );
    }),
  ]);
  async called(times: number): Promise<void> {
    await expect.poll(() => this.calls.length, { interval: 2 }).toBe(times);
  }
  answer(value: unknown): void {
    this.open.shift()?.(value);
  }
  /** Answers the open call with this result for each message. */
  all(result: string): void {
    this.answer({ results: this.calls.at(-1)!.map(() => result) });
  }
}

let folder: string;
let containers: Map<AccountId, { container: Container; client: DoorClient }>;
let woken: AccountId[];
let wakeFails: AraError | null;
let delivery: DeliveryService;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ara-delivery-'));
  containers = new Map();
  woken = [];
  wakeFails = null;
  for (const account of [alice, bob]) {
    const container = new Container();
    const path = join(folder, `${account}.sock`);
    await container.door.listen(path);
    containers.set(account, { container, client: new DoorClient(path, 'container-unavailable') });
  }
  const manager = {
    awake: async (account: AccountId) => {
      woken.push(account);
      if (wakeFails) throw wakeFails;
      return containers.get(account)!.client;
    },
  };
  delivery = new DeliveryService(manager as ContainerManager);
});
afterEach(async () => {
  for (const { container, client } of containers.values()) {
    client.close();
    await container.door.close();
  }
  rmSync(folder, { recursive: true });
});

const of = (account: AccountId): Container => containers.get(account)!.container;

describe('one container', () => {
  it('has one call at a time, and gets what came meanwhile in one batch, in order', async () => {
    const container = of(alice);
    const results = [1, 2, 3, 4].map((name) => delivery.deliver(message(name), false));
    await container.called(1);
    expect(container.calls).toEqual([[1]]);
    results.push(delivery.deliver(message(5), false));
    container.all('accepted');
    await container.called(2);
    container.answer({ results: ['accepted', 'duplicate', 'refused', 'accepted'] });
    expect(container.calls[1]).toEqual([2, 3, 4, 5]);
    expect(await Promise.all(results)).toEqual(['accepted', 'accepted', 'duplicate', 'refused', 'accepted']);
    expect(woken).toEqual([alice, alice]);
  });

  it('gets fifty at most in one call', async () => {
    const container = of(alice);
    const results = Array.from({ length: 121 }, (_, at) => delivery.deliver(message(at), false));
    for (const [at, size] of [1, 50, 50, 20].entries()) {
      await container.called(at + 1);
      expect(container.calls[at]).toHaveLength(size);
      container.all('accepted');
    }
    expect(await Promise.all(results)).toHaveLength(121);
    expect(container.calls.flat()).toEqual(Array.from({ length: 121 }, (_, at) => at));
  });

  it('is given a message that failed before alone, and the others around it as ever', async () => {
    const container = of(alice);
    const results = [false, false, false, true, true, false, false].map((alone, at) =>
      delivery.deliver(message(at), alone),
    );
    for (let call = 1; call <= 5; call++) {
      await container.called(call);
      container.all('accepted');
    }
    await Promise.all(results);
    expect(container.calls).toEqual([[0], [1, 2], [3], [4], [5, 6]]);
  });

  it('is called again later, when its queue was empty', async () => {
    for (const name of [1, 2]) {
      const result = delivery.deliver(message(name), false);
      await of(alice).called(name);
      of(alice).all('accepted');
      await result;
    }
    expect(of(alice).calls).toEqual([[1], [2]]);
  });

  it('does not wait for another', async () => {
    const slow = delivery.deliver(message(1, alice), false);
    await of(alice).called(1);
    const quick = delivery.deliver(message(2, bob), false);
    await of(bob).called(1);
    of(bob).all('accepted');
    await expect(quick).resolves.toBe('accepted');
    of(alice).all('duplicate');
    await expect(slow).resolves.toBe('duplicate');
  });
});

describe('a call that fails', () => {
  it('fails every message of its batch, and none of the next', async () => {
    const container = of(alice);
    const results = [1, 2, 3].map((name) => delivery.deliver(message(name), false));
    const settled = Promise.allSettled(results);
    await container.called(1);
    container.all('accepted');
    await container.called(2);
    const later = delivery.deliver(message(4), false);
    container.answer(new AraError('draining'));
    await container.called(3);
    container.all('accepted');
    await expect(later).resolves.toBe('accepted');
    const draining = { status: 'rejected', reason: expect.objectContaining({ code: 'draining' }) as unknown };
    expect(await settled).toEqual([{ status: 'fulfilled', value: 'accepted' }, draining, draining]);
  });

  it('because the container does not wake is tried anew with the next message', async () => {
    wakeFails = new AraError('container-unavailable');
    await expect(delivery.deliver(message(1), false)).rejects.toBe(wakeFails);
    wakeFails = null;
    const result = delivery.deliver(message(1), true);
    await of(alice).called(1);
    of(alice).all('accepted');
    await expect(result).resolves.toBe('accepted');
  });

  it('because the container went away in the middle is `container-unavailable`', async () => {
    const result = delivery.deliver(message(1), false);
    const refusal = expect(result).rejects.toMatchObject({ code: 'container-unavailable' });
    await of(alice).called(1);
    await of(alice).door.close();
    await refusal;
  });

  it.each([
    ['too few results', { results: [] }],
    ['too many results', { results: ['accepted', 'accepted'] }],
    ['a result that there is not', { results: ['lost'] }],
    ['no results', {}],
    ['something beside them', { results: ['accepted'], more: 1 }],
    ['no object', 'accepted'],
  ])('because the container answers with %s is not taken for a delivery', async (_what, answer) => {
    const result = delivery.deliver(message(1), false);
    const refusal = expect(result).rejects.toThrow();
    await of(alice).called(1);
    of(alice).answer(answer);
    await refusal;
  });
});
