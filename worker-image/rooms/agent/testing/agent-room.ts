/** An agent room in this process, put together as `main.ts` does it, with short waits. */
import { join } from 'node:path';
import { PROGRESS_AFTER, type ProgressAfter } from '../answering.js';
import { Assistant } from '../assistant.js';
import { ContentDoor } from '../content-door.js';
import { createDoorFetch, type Patience } from '../door-fetch.js';
import { RoomsDoor } from '../door.js';
import { runLoop, type LoopOptions } from '../loop.js';
import { Models } from '../models/index.js';
import { SocketHttp } from '../socket-http.js';
import { TurnRunner } from '../turns.js';
import type { FakeRoomsDoor } from './fake-rooms-door.js';

export interface AgentRoomOptions extends Partial<Pick<LoopOptions, 'idleSeconds' | 'stopGrace'>> {
  concurrency?: number;
  patience?: Partial<Patience>;
  clock?: () => number;
  progress?: ProgressAfter;
}

export class AgentRoom {
  readonly assistant: Assistant;
  readonly finished: Promise<void>;
  private readonly stopping = new AbortController();
  private readonly http: SocketHttp;
  private readonly content: ContentDoor;

  constructor(fake: FakeRoomsDoor, options: AgentRoomOptions = {}) {
    this.http = new SocketHttp(fake.socketPath);
    const door = new RoomsDoor(this.http);
    this.assistant = new Assistant(fake.folder, door, options.clock);
    const patience = { firstByte: 2_000, silence: 2_000, ...options.patience };
    this.content = new ContentDoor(join(fake.folder, 'agent.sock'), {
      assistant: this.assistant,
      isAnswering: (chat) => runner.isAnswering(chat),
      startAnew: () => this.terminate(),
    });
    const runner: TurnRunner = new TurnRunner({
      assistant: this.assistant,
      models: new Models(createDoorFetch(this.http, patience)),
      concurrency: options.concurrency ?? 8,
      openContent: () => this.content.open(),
      progressAfter: options.progress ?? PROGRESS_AFTER,
      retryPolicy: { retries: 2, firstPause: 5, longestAfterSeconds: 1 },
    });
    this.finished = runLoop(door, runner, {
      idleSeconds: options.idleSeconds ?? 30,
      stopGrace: options.stopGrace ?? 200,
      stop: this.stopping.signal,
    });
  }

  terminate(): void {
    this.stopping.abort();
  }

  /** As SIGTERM does. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.finished;
    await this.content.close();
    await this.assistant.close();
    this.http.close();
  }
}
