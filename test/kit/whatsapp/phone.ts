/** A fake phone: what its owner does with it in a test, and what they see on it. */
import { proto } from '@whiskeysockets/baileys';
import type { MediaKind } from './media.js';
import { pairByCode, pairByQr } from './pairing.js';
import { deliver } from './sending.js';
import { SignalDevice } from './signal.js';
import {
  pnOf,
  type Group,
  type Network,
  type Phone,
  type Saying,
  type ShownMessage,
  type User,
} from './world.js';

let count = 0;

export class FakePhone implements Phone {
  readonly signal = new SignalDevice();
  readonly shown: ShownMessage[] = [];
  readonly readBy: { id: string; by: string }[] = [];
  readonly typing: string[] = [];
  readonly asked: proto.Message.IProtocolMessage[] = [];
  readonly sent = new Map<string, { to: string; message: proto.IMessage; saying: Saying }>();
  online = true;
  deaf = false;

  constructor(
    readonly network: Network,
    readonly me: () => User,
  ) {}

  get jid(): string {
    return pnOf(this.me());
  }

  async say(chat: User | Group, what: string | proto.IMessage, saying: Saying = {}): Promise<string> {
    const id = saying.id ?? `3A${String(++count).padStart(18, '0')}`;
    const message = typeof what === 'string' ? { conversation: what } : what;
    const to = 'pn' in chat ? pnOf(chat) : chat.id;
    this.sent.set(id, { to, message, saying });
    await deliver(this.network, this, to, message, { ...saying, id });
    return id;
  }

  async sendFile(
    chat: User | Group,
    kind: MediaKind,
    content: Buffer,
    more: Record<string, unknown> = {},
  ): Promise<string> {
    const fields = { ...this.network.media.put(content, kind), ...more };
    return this.say(chat, proto.Message.fromObject({ [`${kind}Message`]: fields }));
  }

  scan(qr: string): void {
    pairByQr(this.network, this.me(), qr);
  }

  enterCode(code: string): void {
    pairByCode(this.network, this.me(), code);
  }

  unlinkDevices(): void {
    for (const companion of this.me().companions.values()) this.network.remove(companion);
  }

  texts(chat?: User | Group): string[] {
    return this.inChat(chat).flatMap(({ text, file }) => (file ? [] : [text]));
  }

  inChat(chat?: User | Group): ShownMessage[] {
    const jid = chat && ('pn' in chat ? pnOf(chat) : chat.id);
    return this.shown.filter((message) => !message.deleted && (jid === undefined || message.chat === jid));
  }
}
