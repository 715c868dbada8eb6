/** A fake phone: what its owner does with it in a test, and what they see on it. */
import { proto } from '@whiskeysockets/baileys';
import type { FakeWhatsApp } from './server.js';
import type { MediaKind } from './media.js';
import { completeByCode, pairByCode, pairByQr } from './pairing.js';
import { deliver } from './sending.js';
import { SignalDevice } from './signal.js';
import { pnOf, type Group, type User } from './world.js';

/** A message as its reader sees it. */
export interface ShownMessage {
  readonly id: string;
  /** The other side, or the group; by phone number. */
  readonly chat: string;
  /** Who wrote it. */
  readonly from: string;
  readonly content: proto.IMessage;
  text: string;
  readonly file: {
    kind: MediaKind;
    name: string | null;
    type: string | null;
    voice: boolean;
    content: Buffer;
  } | null;
  edits: number;
  deleted: boolean;
  /** By who reacted. */
  readonly reactions: Map<string, string>;
}

export interface Saying {
  id?: string;
  /** How a chat of two is addressed; a group says it itself. */
  addressing?: 'pn' | 'lid';
  /** Seconds since 1970. */
  at?: number;
}

let count = 0;

export class FakePhone {
  readonly signal = new SignalDevice();
  readonly shown: ShownMessage[] = [];
  /** Receipts of type read that have come for messages of this phone. */
  readonly readBy: { id: string; by: string }[] = [];
  /** Chats in which somebody is shown as typing to this phone, in order. */
  readonly typing: string[] = [];
  /** What its own devices asked it for. */
  readonly asked: proto.Message.IProtocolMessage[] = [];
  online = true;
  /** The next message of each device cannot be read, as after a lost session. */
  deaf = false;
  /** Sent messages, so that a device can ask for one again. */
  readonly sent = new Map<string, { to: string; message: proto.IMessage; saying: Saying }>();

  constructor(
    readonly server: FakeWhatsApp,
    readonly me: () => User,
  ) {}

  get jid(): string {
    return pnOf(this.me());
  }

  /** Writes into a chat: of another user, a group, or its own. Gives the message's id. */
  async say(chat: User | Group, what: string | proto.IMessage, saying: Saying = {}): Promise<string> {
    const id = saying.id ?? `3A${String(++count).padStart(18, '0')}`;
    const message = typeof what === 'string' ? { conversation: what } : what;
    const to = 'pn' in chat ? pnOf(chat) : chat.id;
    this.sent.set(id, { to, message, saying });
    await deliver(this.server, this, to, message, { ...saying, id });
    return id;
  }

  async sendFile(
    chat: User | Group,
    kind: MediaKind,
    content: Buffer,
    more: Record<string, unknown> = {},
    saying: Saying = {},
  ): Promise<string> {
    const fields = { ...this.server.media.put(content, kind), ...more };
    return this.say(chat, proto.Message.fromObject({ [`${kind}Message`]: fields }), saying);
  }

  /** Scans the code on the screen of a device that wants to be linked. */
  scan(qr: string): void {
    pairByQr(this.server, this.me(), qr);
  }

  /** Types the code that a device shows, behind the notification that it brought. */
  enterCode(code: string): void {
    pairByCode(this.server, this.me(), code);
  }

  /** Removes all linked devices, as in the phone's list of them. */
  unlinkDevices(): void {
    for (const companion of this.me().companions.values()) this.server.remove(companion);
  }

  finishCode = completeByCode;

  /** The texts of a chat now, oldest first. */
  texts(chat?: User | Group): string[] {
    return this.inChat(chat).flatMap(({ text, file }) => (file ? [] : [text]));
  }

  inChat(chat?: User | Group): ShownMessage[] {
    const jid = chat && ('pn' in chat ? pnOf(chat) : chat.id);
    return this.shown.filter((message) => !message.deleted && (jid === undefined || message.chat === jid));
  }
}
