/** `rooms.sock`: what the agent room may ask of the bridge room. */
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { DoorServer, type DoorCall } from '../../../contracts/door-http.js';
import { AraError } from '../../../contracts/errors.js';
import { MAX_TEXT } from '../../../contracts/message.js';
import type { ConversationDesk } from './conversation-desk.js';
import type { KeyBroker } from './key-broker.js';

const MAX_WAIT_SECONDS = 60;
/** Most that one reply may be, so that a broken agent cannot fill the room's memory. */
const MAX_REPLY_BYTES = 4 * MAX_TEXT;
const turnId = z.coerce.number().int().positive();

export interface AgentPresence {
  /** The agent room took, or lost, its place at the door. */
  onAgent(present: boolean): void;
}

export function roomsDoor(desk: ConversationDesk, broker: KeyBroker, presence: AgentPresence): DoorServer {
  /** The agent room's name for its present process. */
  let agent: string | undefined;

  const nextTurn = async ({ query, request, response }: DoorCall): Promise<unknown> => {
    const wait = Math.min(Number(query.get('wait')) || 0, MAX_WAIT_SECONDS) * 1_000;
    presence.onAgent(true);
    // Another process than before: the one that held the open turns is gone.
    const name = request.headers['x-ara-agent'];
    if (agent !== undefined && name !== agent) desk.loseAll();
    agent = typeof name === 'string' ? name : undefined;
    const gone = new AbortController();
    response.once('close', () => {
      if (response.writableFinished) return;
      gone.abort();
      // The long poll is the agent's sign of life: when it breaks, the agent is dead and its turns come again.
      presence.onAgent(false);
      desk.loseAll();
    });
    const turn = await desk.next(wait, gone.signal);
    if (request.destroyed && turn) desk.loseAll();
    return turn ?? undefined;
  };

  const reply = async ({ params, request }: DoorCall): Promise<unknown> => {
    if (await desk.take(turnId.parse(params['id']), jsonLines(request))) return undefined;
    throw new AraError('conflict', 'this turn is not open');
  };

  const stopping = (): unknown => {
    if (!desk.idle) throw new AraError('conflict', 'there is a turn');
    presence.onAgent(false);
    return undefined;
  };

  return new DoorServer([
    { method: 'GET', path: '/v1/turns/next', handle: nextTurn },
    { method: 'POST', path: '/v1/turns/:id/reply', handle: reply },
    { method: 'POST', path: '/v1/models/:provider/*', handle: (call) => broker.pass(call) },
    { method: 'POST', path: '/v1/stopping', handle: stopping },
  ]);
}

async function* jsonLines(stream: DoorCall['request']): AsyncGenerator {
  let size = 0;
  for await (const line of createInterface({ input: stream })) {
    size += line.length;
    if (size > MAX_REPLY_BYTES) throw new AraError('too-large');
    if (line) yield JSON.parse(line) as unknown;
  }
}
