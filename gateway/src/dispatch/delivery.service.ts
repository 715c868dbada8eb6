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

/** One container's messages, and whether it makes them wait. */
interface Line {
  waiting: Waiting[];
  slow: boolean;
}

const MOST_AT_ONCE = 50;
/** A container that takes longer over one call, or over its wake, makes the messages behind wait in the queue instead. */
const PATIENCE = 1_000;

/** The message was not tried: its container is slow to take the ones before it. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}
/** Below what a door takes in one body. */
const MOST_BYTES = MAX_DOOR_BODY / 2;

@Injectable()
export class DeliveryService {
  private readonly lines = new Map<AccountId, Line>();

  constructor(private readonly containers: ContainerManager) {}

  /** @throws AraError `container-unavailable` or what the container said; BusyError */
  deliver(message: SealedMessage, alone: boolean): Promise<DeliveryResult> {
    return new Promise((resolve, reject) => {
      const each: Waiting = { message, alone, resolve, reject };
      const line = this.lines.get(message.account);
      // Each message here holds a place of the dispatcher, which all users share.
      if (line?.slow) reject(new BusyError());
      else if (line) line.waiting.push(each);
      else {
        const opened: Line = { waiting: [each], slow: false };
        this.lines.set(message.account, opened);
        void this.drain(message.account, opened);
      }
    });
  }

  private async drain(account: AccountId, line: Line): Promise<void> {
    for (let batch = takeBatch(line.waiting); batch.length > 0; batch = takeBatch(line.waiting)) {
      const timer = setTimeout(() => {
        line.slow = true;
        for (const each of line.waiting.splice(0)) each.reject(new BusyError());
      }, PATIENCE);
      try {
        const door = await this.containers.awake(account);
        const messages = batch.map(({ message }) => message);
        const { results } = await door.call('POST', '/v1/messages', { messages }, deliverResponse);
        if (results.length !== batch.length)
          throw new AraError('internal', 'the container answered out of form');
        batch.forEach((each, at) => each.resolve(results[at] ?? 'refused'));
      } catch (error) {
        for (const each of batch) each.reject(error);
      } finally {
        clearTimeout(timer);
        line.slow = false;
      }
    }
    this.lines.delete(account);
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
