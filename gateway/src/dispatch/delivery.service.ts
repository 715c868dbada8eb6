/** Delivers sealed messages: wakes the container, one call at a time per container, with all that has come meanwhile in it. */
import { Injectable } from '@nestjs/common';
import { MAX_DOOR_BODY } from '../../../contracts/door-http.js';
import { AraError } from '../../../contracts/errors.js';
import type { AccountId } from '../../../contracts/ids.js';
import type { SealedMessage } from '../../../contracts/sealed.js';
import { deliverResponse } from '../../../contracts/worker-door.js';
import { ContainerManager } from '../containers/container-manager.service.js';

export type DeliveryResult = 'accepted' | 'duplicate' | 'refused';

interface Waiting {
  message: SealedMessage;
  /** A message that failed before goes alone, so that a bad one cannot hold up the others again. */
  alone: boolean;
  resolve(result: DeliveryResult): void;
  reject(error: unknown): void;
}

const MOST_AT_ONCE = 50;
/** Below what a door takes in one body. */
const MOST_BYTES = MAX_DOOR_BODY / 2;

@Injectable()
export class DeliveryService {
  private readonly waiting = new Map<AccountId, Waiting[]>();

  constructor(private readonly containers: ContainerManager) {}

  /** @throws AraError `container-unavailable` or what the container said */
  deliver(message: SealedMessage, alone: boolean): Promise<DeliveryResult> {
    return new Promise((resolve, reject) => {
      const each: Waiting = { message, alone, resolve, reject };
      const queue = this.waiting.get(message.account);
      if (queue) queue.push(each);
      else {
        this.waiting.set(message.account, [each]);
        void this.drain(message.account);
      }
    });
  }

  private async drain(account: AccountId): Promise<void> {
    for (;;) {
      const queue = this.waiting.get(account) ?? [];
      const batch = takeBatch(queue);
      if (batch.length === 0) break;
      try {
        const door = await this.containers.awake(account);
        const messages = batch.map(({ message }) => message);
        const { results } = await door.call('POST', '/v1/messages', { messages }, deliverResponse);
        if (results.length !== batch.length)
          throw new AraError('internal', 'the container answered out of form');
        batch.forEach((each, at) => each.resolve(results[at] ?? 'refused'));
      } catch (error) {
        for (const each of batch) each.reject(error);
      }
    }
    this.waiting.delete(account);
  }
}

/** At least one, and no more than one call can carry. */
function takeBatch(queue: Waiting[]): Waiting[] {
  let size = 0;
  const end = queue.findIndex(({ alone, message }, at) => {
    size += message.box.length;
    return at > 0 && (alone || queue[0]?.alone === true || at >= MOST_AT_ONCE || size > MOST_BYTES);
  });
  return queue.splice(0, end < 0 ? queue.length : end);
}
