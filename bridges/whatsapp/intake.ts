/** Takes messages in: each is with the host before WhatsApp hears that it came. */
import type { BinaryNode, proto, WAMessage } from '@whiskeysockets/baileys';
import type { BridgeHost } from '../bridge.js';
import type { Account } from './account.js';
import { readEnvelope, type Envelope } from './envelope.js';
import { judgeNotification, type Judge, type Verdict } from './gate.js';
import { bare, isGroup, makeChatId } from './ids.js';
import { toInbound } from './inbound.js';
import type { Library } from './library.js';
import type { OwnChat, OwnChats } from './own-chat.js';

const UNREADABLE = 'I cannot read this kind of message. Please write it to me.';

export interface IntakeOptions {
  host: BridgeHost;
  library: Library;
  account: Account;
  chats: OwnChats;
  /** Sends a short notice; must not throw. */
  notify(chat: OwnChat, text: string): void;
  /** Our phone has given a sign of life. */
  phoneSeen(): void;
  /** The journal did not take a message: the connection is of no use. */
  fail: () => void;
}

export class Intake {
  /** Of stanzas that Baileys is about to decrypt, by the bytes that it hands to the Signal library. */
  private readonly envelopes = new WeakMap<Uint8Array, Envelope>();

  constructor(private readonly options: IntakeOptions) {}

  readonly judge: Judge = (tag, stanza) => {
    const { from, participant } = stanza.attrs;
    if (this.options.account.isOurPhone(participant ?? from)) this.options.phoneSeen();
    if (tag === 'notification') return judgeNotification(stanza);
    return tag === 'receipt' ? this.judgeReceipt(stanza) : this.judgeMessage(stanza);
  };

  /**
   * Called for every decryption, before it is final. Of what people write Baileys sees nothing but the keys of groups: it
   * would act on some of it.
   */
  readonly take = (ciphertext: Uint8Array, padded: Uint8Array): Uint8Array => {
    const envelope = this.envelopes.get(ciphertext);
    if (!envelope) return padded;
    const message = this.decoded(padded);
    try {
      this.takeFrom(envelope, message);
    } catch (error) {
      this.options.fail();
      throw error;
    }
    const { senderKeyDistributionMessage } = message ?? {};
    return this.options.library.encodeWAMessage(
      senderKeyDistributionMessage ? { senderKeyDistributionMessage } : {},
    );
  };

  /** Takes a message that could not be read and that our own phone has given us. It was acknowledged: nothing can be undone. */
  readonly recover = ({ key, message, messageTimestamp }: WAMessage): void => {
    const { account, host, fail } = this.options;
    const { id, remoteJid, fromMe, participant } = key;
    const from = isGroup(remoteJid ?? '') || !fromMe ? remoteJid : account.address;
    const attrs = {
      id,
      from,
      recipient: fromMe ? remoteJid : undefined,
      participant,
      t: String(messageTimestamp),
    };
    const given = Object.entries(attrs).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
    const envelope = readEnvelope(Object.fromEntries(given), account, host.owners());
    if (!envelope || !message || message.call || message.protocolMessage) return;
    try {
      this.takeFrom(envelope, message);
    } catch {
      fail();
    }
  };

  private judgeMessage(stanza: BinaryNode): Verdict {
    const { account, host } = this.options;
    const { attrs, content } = stanza;
    // History and keys, from our own phone.
    if (attrs['category'] === 'peer') return account.isMe(attrs['from']) ? 'pass' : 'settle';
    const envelope = readEnvelope(attrs, account, host.owners());
    const parts = Array.isArray(content) ? content : [];
    // Only what is encrypted for us is from who it says.
    if (!envelope || parts.some(({ tag }) => tag === 'plaintext')) return 'settle';
    for (const part of parts) {
      if (part.tag === 'enc' && part.content instanceof Uint8Array)
        this.envelopes.set(part.content, envelope);
    }
    return 'pass';
  }

  /** Only a request for a message that could not be read needs an answer, and only from where it was sent to. */
  private judgeReceipt({ attrs }: BinaryNode): Verdict {
    if (attrs['type'] !== 'retry') return 'settle';
    const { account, chats } = this.options;
    const { from } = attrs;
    if (account.isMe(from)) return 'pass';
    const addresses = isGroup(from ?? '') ? [bare(from) ?? ''] : account.aliases(from);
    const own = addresses.some((address) => address !== '' && chats.find(makeChatId(address)) !== null);
    return own ? 'pass' : 'settle';
  }

  private takeFrom(envelope: Envelope, message: proto.IMessage | undefined): void {
    const { host, account, library } = this.options;
    const content = library.normalizeMessageContent(message?.deviceSentMessage?.message ?? message);
    const position = Number(host.checkpoint() ?? 0) + 1;
    const said = toInbound(envelope, content, account, position);
    if ('reason' in said && said.reason !== 'unreadable') {
      if (said.reason === 'not-addressed') this.admitGroup(envelope, content);
      return;
    }
    const text = 'reason' in said ? '' : said.text;
    const { admitted, reply } = host.admit(envelope.sender, text, envelope.chat);
    const allowed = admitted && this.options.chats.find(envelope.chat) !== null;
    if (allowed && !('reason' in said)) host.accept([said], String(position));
    this.answer(envelope, allowed && 'reason' in said ? UNREADABLE : reply);
  }

  /** `/allow` is said to a group in which the assistant does not listen yet. */
  private admitGroup(envelope: Envelope, content: Content): void {
    const text = content?.conversation ?? content?.extendedTextMessage?.text ?? '';
    if (!/^\s*\/(?:allow|disallow)\b/.test(text)) return;
    this.answer(envelope, this.options.host.admit(envelope.sender, text.trim(), envelope.chat).reply);
  }

  /** On WhatsApp a stranger hears nothing, whatever the host would say. */
  private answer({ chat }: Envelope, text: string | null): void {
    const own = text === null ? null : this.options.chats.find(chat);
    if (own !== null && text !== null) setImmediate(() => this.options.notify(own, text));
  }

  /** Undefined when it is none. */
  private decoded(padded: Uint8Array): proto.Message | undefined {
    try {
      const { proto, unpadRandomMax16 } = this.options.library;
      return proto.Message.decode(unpadRandomMax16(padded));
    } catch {
      return undefined;
    }
  }
}

type Content = ReturnType<Library['normalizeMessageContent']>;
