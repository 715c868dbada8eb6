/** Offers what the user may answer with one tap: as reactions of ours to a message, which the user can tap too. */
import * as z from 'zod';
import type { ChatId } from '../../contracts/ids.js';
import type { BridgeStore } from '../bridge.js';
import type { Client } from './client.js';
import { reactionContent } from './content.js';

const offered = z.object({
  room: z.string(),
  event: z.string(),
  choices: z.array(z.object({ text: z.string(), reaction: z.string() })),
});
type Offered = z.infer<typeof offered>;

/** A homeserver takes no longer sign. */
const LONGEST = 100;

export class Choices {
  constructor(
    private readonly client: Client,
    private readonly store: BridgeStore,
  ) {}

  /** Never throws: the text says the choices too. */
  async offer(
    chat: ChatId,
    room: string,
    event: string,
    texts: readonly string[],
    key: string,
  ): Promise<void> {
    const fits = texts.every((text) => text.length <= LONGEST && text.trim() !== '');
    if (!fits) return;
    const choices: Offered['choices'] = [];
    try {
      for (const [index, text] of texts.entries()) {
        const content = reactionContent(event, text);
        const reaction = await this.client.sendOnce(
          room,
          'm.reaction',
          content,
          `ara-${key}-choice-${index}`,
        );
        choices.push({ text, reaction });
      }
    } catch {
      // Those that are there can be tapped.
    }
    this.store.write([[nameFor(chat), Buffer.from(JSON.stringify({ room, event, choices }))]]);
  }

  /** Takes back what was offered before. Never throws. */
  async withdraw(chat: ChatId): Promise<void> {
    const old = this.read(this.store.get(nameFor(chat)));
    if (!old) return;
    this.store.write([[nameFor(chat), null]]);
    for (const { reaction } of old.choices) {
      // Named after what it takes back: twice is once.
      const transaction = `ara-back-${reaction.replace(/\W/g, '')}`;
      await this.client.redact(old.room, reaction, transaction).catch(() => undefined);
    }
  }

  /** The chat in which this was offered there, or null. */
  chatOf(event: string, text: string): ChatId | null {
    for (const [name, bytes] of this.store.list(PREFIX)) {
      const now = this.read(bytes);
      if (now?.event === event && now.choices.some((choice) => choice.text === text))
        return name.slice(PREFIX.length) as ChatId;
    }
    return null;
  }

  private read(bytes: Uint8Array | null): Offered | null {
    return bytes === null ? null : offered.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  }
}

const PREFIX = 'choices/';
const nameFor = (chat: ChatId): string => PREFIX + chat;
