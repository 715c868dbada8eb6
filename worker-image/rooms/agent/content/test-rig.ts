/** An agent room's content behind its real door, in a folder of its own, and the gateway's view of it. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { DoorClient, readBody, type DoorServer } from '../../../../contracts/door-http.js';
import { chatId, type ChannelKind } from '../../../../contracts/ids.js';
import { Assistant } from '../assistant.js';
import { RoomsDoor } from '../door.js';
import { SocketHttp } from '../socket-http.js';
import { FakeRoomsDoor } from '../testing/fake-rooms-door.js';
import { contentRoutes } from './content.js';

export class ContentRig {
  readonly bridge = new FakeRoomsDoor();
  /** `channel|chat` of those in which an answer is being written. */
  readonly answering = new Set<string>();
  /** How often the room was told to end. */
  startsAnew = 0;
  assistant!: Assistant;
  client!: DoorClient;
  private door!: DoorServer;
  private http!: SocketHttp;
  private turns = 0;

  async start(): Promise<void> {
    await this.bridge.listen();
    this.http = new SocketHttp(this.bridge.socketPath);
    this.assistant = new Assistant(this.bridge.folder, new RoomsDoor(this.http));
    this.door = contentRoutes({
      assistant: this.assistant,
      startAnew: () => (this.startsAnew += 1),
      isAnswering: ({ channel, chat }) => this.answering.has(`${channel}|${chat}`),
    });
    const path = join(this.bridge.folder, 'agent.sock');
    await this.door.listen(path);
    this.client = new DoorClient(path, 'container-unavailable', 5_000);
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.door.close();
    await this.assistant.close();
    this.http.close();
    await this.bridge.close();
  }

  get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return this.client.call('GET', `/v1/content/${path}`, undefined, schema);
  }

  put<T>(path: string, body: unknown, schema?: z.ZodType<T>): Promise<T> {
    return this.client.call('PUT', `/v1/content/${path}`, body, schema);
  }

  delete(path: string): Promise<void> {
    return this.client.call('DELETE', `/v1/content/${path}`);
  }

  async bytes(path: string): Promise<Buffer> {
    return readBody(await this.client.stream('GET', `/v1/content/${path}`), 1e9);
  }

  /** A turn that is over, as the room itself writes it. */
  said(question: string, answer: string, chat = '1', channel: ChannelKind = 'telegram'): void {
    const entry = this.begun(question, chat, channel);
    const model = { provider: 'anthropic' as const, model: 'claude-test' };
    this.assistant.conversation.end(entry, { outcome: 'answered', answer, reason: null, model });
  }

  /** A turn that runs. */
  begun(question: string, chat = '1', channel: ChannelKind = 'telegram') {
    this.turns += 1;
    const turn = { id: this.turns, channel, chat: chatId.parse(chat), sentAt: this.turns * 1_000 };
    return this.assistant.conversation.begin(turn, question);
  }

  /** The names of all files of the room whose bytes hold this. */
  filesHolding(text: string): string[] {
    const { folder } = this.bridge;
    return (readdirSync(folder, { recursive: true }) as string[])
      .filter((name) => statSync(join(folder, name)).isFile())
      .filter((name) => readFileSync(join(folder, name)).includes(text));
  }
}
