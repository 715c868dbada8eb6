/** `rooms.sock`: what the agent room may ask of the bridge room. The agent room is not trusted: all of it is checked and bounded. */
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import { workspacePath } from '../../../contracts/content.js';
import { DoorServer, route, type DoorCall, type Route } from '../../../contracts/door-http.js';
import { AraError } from '../../../contracts/errors.js';
import { wakeRequest } from '../../../contracts/gateway-door.js';
import {
  ownTurnRequest,
  type AgentSettings,
  type budgetResponse,
  type HostDecision,
} from '../../../contracts/rooms-door.js';
import type { HostStops } from './host-stops.js';
import type { ConversationDesk } from './conversation/conversation-desk.js';
import type { KeyBroker } from './models/key-broker.js';
import type { SpendingBook } from './models/spending.js';
import type { Wake } from './wake.js';

const MAX_WAIT_SECONDS = 60;
/** Most that the lines of one reply may be: the longest answer, word by word. */
const MAX_REPLY_BYTES = 2_000_000;
/** Pieces of a line are put together now and then: a million small ones weigh far more than their bytes. */
const MAX_PIECES = 1_000;
const turnId = z.coerce.number().int().positive();
const fileName = z.string().min(1).max(1_000);

export interface RoomsDoorParts {
  desk: ConversationDesk;
  broker: Pick<KeyBroker, 'pass'>;
  spending: Pick<SpendingBook, 'setCaps' | 'view'>;
  hosts: Pick<HostStops, 'table' | 'decide'>;
  wake: Pick<Wake, 'set' | 'due'>;
  settings: () => AgentSettings;
  /** Whether somebody is looking at the content. */
  contentInUse: () => boolean;
  /** The agent room took, or lost, its place at the door. */
  onAgent: (present: boolean) => void;
  /** What the agent room says that it has cleared. Throws when it may have nothing to do yet. */
  onAsk?: (said: string | string[] | undefined) => void;
}

/** @param more routes of other concerns on the same door */
export function roomsDoor(parts: RoomsDoorParts, more: readonly Route[] = []): DoorServer {
  const { desk, broker, spending, hosts, wake, settings, onAgent } = parts;
  /** The agent room's name for its present process. */
  let agent: string | undefined;

  const nextErrand = async ({ query, request, response }: DoorCall): Promise<unknown> => {
    parts.onAsk?.(request.headers['x-ara-cleared']);
    const wait = Math.min(Number(query.get('wait')) || 0, MAX_WAIT_SECONDS) * 1_000;
    onAgent(true);
    // Another process than before: the one that held the open turns is gone.
    const name = request.headers['x-ara-agent'];
    if (agent !== undefined && name !== agent) desk.loseAll();
    agent = typeof name === 'string' ? name : undefined;
    const gone = new AbortController();
    response.once('close', () => {
      if (response.writableFinished) return;
      gone.abort();
      // The long poll is the agent's sign of life: when it breaks, the agent is dead and its turns come again.
      onAgent(false);
      desk.loseAll();
    });
    const errand = await desk.next(wait, gone.signal);
    if (request.destroyed && errand) desk.loseAll();
    return errand ?? undefined;
  };

  const reply = async ({ params, request }: DoorCall): Promise<unknown> => {
    if (await desk.take(idOf(params), jsonLines(request))) return undefined;
    throw new AraError('conflict', 'this turn is not open');
  };

  const file = ({ params, query, request }: DoorCall): Promise<void> =>
    desk.addFile(
      idOf(params),
      {
        name: fileName.parse(query.get('name')),
        workspacePath: workspacePath.nullable().parse(query.get('path')),
      },
      request,
    );

  const attachment = async ({ params, response }: DoorCall): Promise<void> => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const bytes = await desk.fetchFile(idOf(params), turnId.parse(params['number']), gone.signal);
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    // A platform that breaks off breaks this off too: half a file does not look whole.
    await pipeline(bytes, response);
  };

  const budget = ({ params }: DoorCall): z.infer<typeof budgetResponse> => {
    const { text } = desk.commandOf(idOf(params));
    if (!/^\/budget\b/.test(text)) throw new AraError('not-allowed', 'this is no /budget');
    return { understood: spending.setCaps(text), spending: spending.view() };
  };

  const host = ({ params }: DoorCall): Promise<HostDecision> => {
    const command = desk.commandOf(idOf(params));
    if (!/^\/privacy\b/.test(command.text)) throw new AraError('not-allowed', 'this is no /privacy');
    return hosts.decide(command);
  };

  const stopping = (): unknown => {
    if (!desk.idle || wake.due || parts.contentInUse())
      throw new AraError('conflict', 'there is something to do');
    onAgent(false);
    return undefined;
  };

  return new DoorServer([
    { method: 'GET', path: '/v1/turns/next', handle: nextErrand },
    { method: 'POST', path: '/v1/turns/:id/reply', handle: reply },
    { method: 'POST', path: '/v1/turns/:id/more', handle: ({ params }) => desk.more(idOf(params)) },
    { method: 'GET', path: '/v1/turns/:id/attachments/:number', handle: attachment },
    { method: 'POST', path: '/v1/turns/:id/files', handle: file },
    { method: 'POST', path: '/v1/turns/:id/budget', handle: budget },
    { method: 'POST', path: '/v1/turns/:id/host', handle: host },
    route('POST', '/v1/turns', ownTurnRequest, ({ body }) => ({ fresh: desk.addOwn(body) })),
    { method: 'POST', path: '/v1/models/:provider/*', handle: (call) => broker.pass(call) },
    { method: 'GET', path: '/v1/settings', handle: settings },
    { method: 'GET', path: '/v1/spending', handle: () => spending.view() },
    { method: 'GET', path: '/v1/hosts', handle: () => hosts.table() },
    route('PUT', '/v1/wake', wakeRequest, ({ body }) => wake.set(body.at)),
    ...more,
    { method: 'POST', path: '/v1/stopping', handle: stopping },
  ]);
}

const idOf = (params: DoorCall['params']): number => turnId.parse(params['id']);

/** @throws AraError `too-large`, whether a line has ended by then or not; SyntaxError */
async function* jsonLines(stream: AsyncIterable<Buffer>): AsyncGenerator {
  let size = 0;
  let begun: Buffer[] = [];
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MAX_REPLY_BYTES) throw new AraError('too-large');
    let from = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
      yield* parsed([...begun, chunk.subarray(from, end)]);
      begun = [];
      from = end + 1;
    }
    begun.push(chunk.subarray(from));
    if (begun.length > MAX_PIECES) begun = [Buffer.concat(begun)];
  }
  yield* parsed(begun);
}

function* parsed(pieces: Buffer[]): Generator {
  const line = Buffer.concat(pieces).toString('utf8');
  if (line.trim()) yield JSON.parse(line);
}
