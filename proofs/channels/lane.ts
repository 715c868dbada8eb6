/** One channel on trial: a person of its own with their own container, their chat, and what only this channel can do. */
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Feature } from '../../bridges/bridge.js';
import { DoorClient } from '../../contracts/door-http.js';
import { ask, type Chat, type Seen } from '../../test/kit/chats/chat.js';
import type { Installation, User } from '../../test/kit/installation.js';

export abstract class Lane {
  abstract readonly chat: Chat;

  constructor(
    readonly ara: Installation,
    readonly user: User,
    readonly features: Partial<Record<Feature, string>>,
    readonly maxText: number,
  ) {}

  get kind(): Chat['kind'] {
    return this.chat.kind;
  }

  /** What the scripted model knows this lane's question by. */
  words(about: string): string {
    return `${this.kind}: ${about}`;
  }

  ask(about: string, answer: string, within = 30_000): Promise<Seen> {
    return ask(this.chat, this.words(about), answer, within);
  }

  /** Of what these words were sent with. */
  requestsWith(words: string): string[] {
    return this.ara.internet.anthropic.requests
      .map(({ body }) => JSON.stringify(body.messages.at(-1)))
      .filter((message) => message.includes(words));
  }

  /** Puts a file into the user's workspace, as their browser does. */
  async put(path: string, content: Buffer): Promise<void> {
    const door = new DoorClient(join(this.ara.doors(this.user), 'worker.sock'), 'container-unavailable');
    const answer = await door.stream('PUT', `/v1/content/file?path=${path}`, {
      body: Readable.from([content]),
    });
    answer.resume();
    await new Promise((done) => answer.once('close', done));
    door.close();
  }

  /** Whether the last answer shows `loud` in bold, as the platform marks it. */
  abstract isBold(seen: Seen): Promise<boolean>;
  abstract buttons(): Promise<string[]>;
  abstract tap(button: string): Promise<void>;
  abstract menu(): Promise<number>;
  /** Two conversations beside each other: says something in each, and gives what was answered in each. */
  abstract threads(one: string, other: string): Promise<[string[], string[]]>;
  /** How many messages of the person are shown as read. */
  abstract read(message: string): Promise<number>;
  /** The owner speaks to Ara in a group, and a stranger does too; gives what Ara said there. */
  abstract group(text: string, stranger: string): Promise<string[]>;
  /** How many messages went over the platform's servers encrypted, and whether any held these words. */
  abstract encrypted(words: string): Promise<{ count: number; leaked: boolean }>;
  /** From here on the platform takes messages without saying so. */
  abstract swallow(): { taken: Promise<unknown>; release: () => void };
}
