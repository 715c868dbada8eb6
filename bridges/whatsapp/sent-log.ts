/** The last messages that we sent, for a device that could not read one and asks for it again, also after a restart. */
import type { proto } from '@whiskeysockets/baileys';
import type { BridgeStore } from '../bridge.js';
import type { Library } from './library.js';
import type { OwnChat } from './own-chat.js';

const KEPT = 50;
/** Cleaned up no oftener than this. */
const SLACK = 10;

interface Entry {
  chat: string;
  at: number;
  /** base64 */
  message: string;
}

export class SentLog {
  constructor(
    private readonly store: BridgeStore,
    private readonly library: Library,
  ) {}

  add(chat: OwnChat, id: string, message: proto.IMessage, at: number): void {
    const bytes = this.library.proto.Message.encode(message).finish();
    const entry: Entry = { chat, at, message: Buffer.from(bytes).toString('base64') };
    this.store.write([[nameOf(id), Buffer.from(JSON.stringify(entry))], ...this.outdated()]);
  }

  /** Only for the chat that it was sent to. */
  find(chat: OwnChat, id: string): proto.IMessage | undefined {
    const stored = this.store.get(nameOf(id));
    const entry = stored && read(stored);
    if (entry?.chat !== chat) return undefined;
    return this.library.proto.Message.decode(Buffer.from(entry.message, 'base64'));
  }

  private outdated(): [string, null][] {
    const all = this.store.list('sent/');
    if (all.length < KEPT + SLACK) return [];
    const byAge = all.map(([name, value]) => ({ name, at: read(value).at })).sort((a, b) => b.at - a.at);
    return byAge.slice(KEPT).map(({ name }) => [name, null]);
  }
}

const nameOf = (id: string): string => `sent/${id}`;
const read = (value: Uint8Array): Entry => JSON.parse(Buffer.from(value).toString()) as Entry;
