/**
 * Passes calls for the user's content on to the agent room, whose it is, and its answers back: bytes as they come, nothing
 * kept. The agent room is started for it, and does not stop while a call is under way.
 */
import { request, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { AraError } from '../../../contracts/errors.js';
import type { DoorCall } from '../../../contracts/door-http.js';
import { SocketAgent } from '../../../contracts/socket-agent.js';

/** How long the agent room may take to open its door, in milliseconds: it may have to be started. */
const PATIENCE = 15_000;
const LOOK_AGAIN = 10;
/** The agent room is asked again so often to open its door: one that was just ending may not have heard. */
const ASK_AGAIN = 500;
/** What of the headers goes on; the rest is between the two ends of each door. */
const REQUEST_HEADERS = ['content-type', 'content-length'] as const;
const ANSWER_HEADERS = ['content-type', 'content-length', 'x-ara-refusal'] as const;

export interface ContentPassParts {
  /** Path of agent.sock. */
  door: string;
  /** Whether the agent room is at its place: one that is not is about to end, and nothing may be given to it. */
  agentRuns: () => boolean;
  /** Asks the agent room to open its door, and starts it where it must be. */
  ask: () => void;
  /** The room has work. */
  onUse: () => void;
  patience?: number;
}

export class ContentPass {
  private under = 0;
  /** A connection for each call: one that was kept could be of an agent room that has ended. */
  private readonly agent = new SocketAgent({ keepAlive: false });

  constructor(private readonly parts: ContentPassParts) {}

  /** Whether a call is under way. */
  get busy(): boolean {
    return this.under > 0;
  }

  /** @throws AraError `container-unavailable` */
  async pass({ request: incoming, response }: DoorCall): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const { method = 'GET', url = '/' } = incoming;
    const headers = some(incoming.headers, REQUEST_HEADERS);
    await this.using(async () => {
      const answer = await this.answerTo({ method, url, headers, body: incoming }, gone.signal);
      await sendOn(answer, response);
    });
  }

  /**
   * A call of this room's own. `read` has the answer, whatever it is, and reads it to its end.
   * @throws AraError `container-unavailable`
   */
  async ask<T>(
    call: { method: string; url: string; body?: Readable },
    read: (answer: IncomingMessage) => Promise<T>,
  ): Promise<T> {
    const { method, url, body = Readable.from([]) } = call;
    const headers = { 'content-type': 'application/octet-stream' };
    return this.using(async () =>
      read(await this.answerTo({ method, url, headers, body }, new AbortController().signal)),
    );
  }

  private async using<T>(work: () => Promise<T>): Promise<T> {
    this.under += 1;
    this.parts.onUse();
    try {
      return await work();
    } finally {
      this.under -= 1;
      this.parts.onUse();
    }
  }

  /** Nothing of the body is read before somebody is there to take it, so that trying again takes nothing away. */
  private async answerTo(call: Outgoing, gone: AbortSignal): Promise<IncomingMessage> {
    const giveUpAt = Date.now() + (this.parts.patience ?? PATIENCE);
    for (let askAt = 0; ; await sleep(LOOK_AGAIN)) {
      if (gone.aborted || Date.now() > giveUpAt) throw new AraError('container-unavailable');
      const answer = this.parts.agentRuns() && (await this.attempt(call, gone));
      if (answer) return answer;
      if (Date.now() < askAt) continue;
      this.parts.ask();
      askAt = Date.now() + ASK_AGAIN;
    }
  }

  /** Null when nobody listens; nothing has happened then. @throws AraError when the call was lost on the way */
  private attempt(call: Outgoing, signal: AbortSignal): Promise<IncomingMessage | null> {
    const { method, url, headers, body } = call;
    return new Promise((resolve, reject) => {
      const { door: socketPath } = this.parts;
      const outgoing = request(
        { socketPath, agent: this.agent, method, path: url, headers, signal },
        resolve,
      );
      const broken = (error: Error): void => void outgoing.destroy(error);
      let begun = false;
      outgoing.once('socket', (socket) => {
        socket.once('connect', () => {
          begun = true;
          body.on('error', broken);
          body.pipe(outgoing);
        });
      });
      outgoing.on('error', (cause) => {
        body.off('error', broken).unpipe(outgoing);
        if (!begun && !signal.aborted) return resolve(null);
        // The rest is read and dropped: who sends it waits for our answer.
        body.on('error', () => undefined).resume();
        reject(new AraError('container-unavailable', undefined, { cause }));
      });
    });
  }
}

interface Outgoing {
  method: string;
  url: string;
  headers: OutgoingHttpHeaders;
  body: Readable;
}

/** An answer that breaks off breaks off here too, so that nobody takes a part for the whole. */
function sendOn(answer: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(answer.statusCode ?? 500, some(answer.headers, ANSWER_HEADERS));
  return new Promise((resolve) => {
    answer.once('error', () => response.destroy());
    response.once('close', () => {
      answer.destroy();
      resolve();
    });
    answer.pipe(response);
  });
}

function some(headers: IncomingMessage['headers'], names: readonly string[]): OutgoingHttpHeaders {
  return Object.fromEntries(names.flatMap((name) => (headers[name] ? [[name, headers[name]]] : [])));
}
