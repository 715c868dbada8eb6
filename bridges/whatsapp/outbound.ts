/** Sends to WhatsApp; throws only `PlatformError`, and takes only chats of our own. */
import type { proto } from '@whiskeysockets/baileys';
import { randomUUID } from 'node:crypto';
import type { PlatformMessageId } from '../../contracts/ids.js';
import { PlatformError, type OutgoingFile, type Part, type SentId } from '../bridge.js';
import type { Account } from './account.js';
import type { Ending } from './connection.js';
import { whatsappCapabilities } from './capabilities.js';
import * as content from './content.js';
import { acknowledged, toPlatformError } from './failure.js';
import { isGroup, makeMessageId, makeSentId, parsePlatformMessageId, parseSentId } from './ids.js';
import type { Library, Socket } from './library.js';
import { upload, type MediaOptions } from './media-host.js';
import type { OwnChat } from './own-chat.js';
import type { SentLog } from './sent-log.js';
import { secondsOf } from './voice.js';

export interface Line {
  readonly socket: Socket;
  readonly ended: Promise<Ending>;
}

export interface OutboundOptions {
  library: Library;
  account: Account;
  sent: SentLog;
  media: MediaOptions;
  /** Milliseconds that WhatsApp may take to take a message. */
  patience: number;
  readReceipts(): boolean;
  now(): number;
  /** @throws PlatformError without a connection that is ready */
  line(): Line;
}

/** How a stanza says that it changes another. */
const EDIT = { edit: '1' };
const REVOKE = { edit: '7' };

export class Outbound {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: OutboundOptions) {}

  private get types(): Library['proto']['Message']['ProtocolMessage']['Type'] {
    return this.options.library.proto.Message.ProtocolMessage.Type;
  }

  async send(chat: OwnChat, { body }: Part, key: string): Promise<SentId> {
    return this.say(chat, content.textMessage(body), key);
  }

  async edit(chat: OwnChat, sent: SentId, { body }: Part): Promise<void> {
    const id = parse(() => parseSentId(sent));
    await this.relay(
      chat,
      content.editMessage(this.types, chat, id, body, this.options.now()),
      this.newId(chat),
      EDIT,
    );
  }

  async delete(chat: OwnChat, sent: SentId): Promise<void> {
    const id = parse(() => parseSentId(sent));
    await this.relay(chat, content.revokeMessage(this.types, chat, id), this.newId(chat), REVOKE);
  }

  async sendFile(chat: OwnChat, file: OutgoingFile, key: string): Promise<SentId> {
    if (file.size > whatsappCapabilities.maxFile) throw new PlatformError('refused');
    const kind = content.mediaKindOf(file);
    const { socket, ended } = this.options.line();
    const uploaded = await this.attempt(async () => {
      const { hosts, auth } = await orEnded(socket.refreshMediaConn(false), ended);
      const hostname = hosts[0]?.hostname;
      if (hostname === undefined) throw new PlatformError('unreachable');
      return upload(file, kind, { hostname, auth }, this.options.media);
    }, 'unreachable');
    const seconds = kind === 'audio' ? await secondsOf(file.path, file.size).catch(() => null) : null;
    return this.say(chat, content.fileMessage(file, kind, uploaded, seconds), key);
  }

  /** Never throws: no part of an answer. */
  async react(chat: OwnChat, message: PlatformMessageId, emoji: string | null): Promise<void> {
    try {
      const key = parsePlatformMessageId(message);
      if (key.chat !== chat) return;
      const fromMe = this.options.account.mode === 'own';
      const reaction = content.reactionMessage(key, fromMe, emoji, this.options.now());
      await this.relay(chat, reaction, this.newId(chat));
    } catch {
      // Nothing is lost.
    }
  }

  /** Never throws. Does nothing unless the user has switched it on; on one's own number nobody would see it. */
  async markRead(chat: OwnChat, message: PlatformMessageId): Promise<void> {
    const { account } = this.options;
    if (!this.options.readReceipts() || account.mode === 'own') return;
    try {
      const { chat: of, id, participant } = parsePlatformMessageId(message);
      if (of === chat)
        await this.options.line().socket.sendReceipt(chat, participant ?? undefined, [id], 'read');
    } catch {
      // Nothing is lost.
    }
  }

  /** Never throws. On one's own number nobody would see it. */
  async showTyping(chat: OwnChat): Promise<void> {
    if (this.options.account.mode === 'own' && !isGroup(chat)) return;
    try {
      await this.options.line().socket.sendPresenceUpdate('composing', chat);
    } catch {
      // Nothing is lost.
    }
  }

  /** Asks our own phone for a key that it has given already: it acknowledges that it was asked. Never throws. */
  async askPhone(): Promise<void> {
    try {
      const { socket } = this.options.line();
      const keyId = Buffer.from(socket.authState.creds.myAppStateKeyId ?? '', 'base64');
      const appStateSyncKeyRequest = { keyIds: keyId.length > 0 ? [{ keyId }] : [] };
      const request = {
        protocolMessage: { type: this.types.APP_STATE_SYNC_KEY_REQUEST, appStateSyncKeyRequest },
      };
      const attributes = { category: 'peer', push_priority: 'high_force' };
      await this.inOrder(() =>
        socket.relayMessage(this.options.account.address, request, { additionalAttributes: attributes }),
      );
    } catch {
      // Asked again tomorrow.
    }
  }

  private async say(chat: OwnChat, message: proto.IMessage, key: string): Promise<SentId> {
    const id = makeMessageId(this.options.account.address, chat, key);
    this.options.line();
    try {
      this.options.sent.add(chat, id, message, this.options.now());
    } catch (error) {
      throw toPlatformError(error, 'unreachable');
    }
    await this.relay(chat, message, id);
    return makeSentId(id);
  }

  /** Gone out and taken by WhatsApp when it resolves. */
  private async relay(
    chat: OwnChat,
    message: proto.IMessage,
    messageId: string,
    additionalAttributes: Record<string, string> = {},
  ): Promise<void> {
    const { socket, ended } = this.options.line();
    await this.attempt(async () => {
      const answer = socket.waitForMessage(messageId, this.options.patience);
      answer.catch(() => undefined);
      const gone = this.inOrder(() =>
        socket.relayMessage(chat, message, { messageId, additionalAttributes }),
      );
      await orEnded(gone, ended);
      acknowledged(await orEnded(answer, ended));
    }, 'uncertain');
  }

  /** Baileys would send two at once in either order. */
  private inOrder<Result>(step: () => Promise<Result>): Promise<Result> {
    const result = this.last.then(step, step);
    this.last = result.catch(() => undefined);
    return result;
  }

  private async attempt<Result>(
    work: () => Promise<Result>,
    otherwise: 'uncertain' | 'unreachable',
  ): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw toPlatformError(error, otherwise);
    }
  }

  private newId(chat: OwnChat): string {
    return makeMessageId(this.options.account.address, chat, randomUUID());
  }
}

/** Baileys leaves what it waits for hanging when a connection ends. */
function orEnded<Result>(work: Promise<Result>, ended: Promise<unknown>): Promise<Result> {
  work.catch(() => undefined);
  return Promise.race([
    work,
    ended.then((): Result => {
      throw new Error('the connection has ended');
    }),
  ]);
}

function parse<Result>(work: () => Result): Result {
  try {
    return work();
  } catch {
    throw new PlatformError('refused');
  }
}
