/** One person's private chat with Ara, whatever the platform: what they do there, and what they see. */
import { Installation } from '../installation.js';

export interface Seen {
  id: string;
  text: string;
  file: { name: string; content: Buffer; voice: boolean } | null;
  /** How often it was changed. */
  edits: number;
}

/** Something that a person sends from their phone. */
export interface Sent {
  kind: 'image' | 'voice' | 'file';
  name: string;
  type: string;
  content: Buffer;
  caption?: string;
}

export interface Chat {
  readonly kind: 'telegram' | 'matrix' | 'whatsapp';
  /** @returns how the platform calls the message. `replyTo` is another's name. */
  say(text: string, replyTo?: string): Promise<string>;
  send(file: Sent): Promise<string>;
  /** What is there of Ara's now, oldest first. */
  shown(): Promise<Seen[]>;
  /** The signs that Ara has put on a message of the person's. */
  signs(message: string): Promise<readonly string[]>;
  /** How many times Ara was shown as writing. */
  typing(): Promise<number>;
}

/** The first that fits. */
export async function see(chat: Chat, fits: (seen: Seen) => boolean, within = 20_000): Promise<Seen> {
  let found: Seen | undefined;
  let last: Seen[] = [];
  await Installation.until(async () => {
    last = await chat.shown();
    found = last.find(fits);
    return found !== undefined;
  }, within).catch(() => undefined);
  if (!found)
    throw new Error(`not seen on ${chat.kind}; there is: ${JSON.stringify(last.map(({ text }) => text))}`);
  return found;
}

/** Says something and resolves with the first answer that holds these words, by default the text itself. */
export async function ask(chat: Chat, text: string, words = text, within = 20_000): Promise<Seen> {
  const before = new Set((await chat.shown()).map(({ id }) => id));
  await chat.say(text);
  return see(chat, (seen) => !before.has(seen.id) && seen.text.includes(words), within);
}
