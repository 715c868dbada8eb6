/** Sends to Matrix; throws only `PlatformError`. */
import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { ChatId, PlatformMessageId } from '../../contracts/ids.js';
import { PlatformError, type OutgoingFile, type Part, type SentId } from '../bridge.js';
import { matrixCapabilities } from './capabilities.js';
import type { Choices } from './choices.js';
import { roomPath, type Client } from './client.js';
import { editContent, fileContent, noticeContent, reactionContent, textContent } from './content.js';
import type { EncryptionMode } from './credential.js';
import type { Engine } from './crypto/engine.js';
import { toPlatformError } from './failure.js';
import { makeSentId, parseChatId, parseEventId } from './ids.js';
import { openStream, sealStream } from './media.js';
import { parseReference } from './reference.js';
import type { Room, Rooms } from './rooms.js';

export interface OutboundHost {
  readonly client: Client;
  /** The same with the patience that a file takes. */
  readonly forFiles: Client;
  readonly rooms: Rooms;
  readonly choices: Choices;
  readonly userId: string;
  readonly mode: EncryptionMode;
  isOwner(user: string): boolean;
  /** Null where encryption is off. */
  engine(): Promise<Engine | null>;
  onBadCredential(): void;
}

/** How long the sign that we type stays, unless it is shown anew or something is said. */
const TYPING_FOR = 8_000;

/** Remembered to be taken back without asking for them. */
const MOST_REACTIONS = 500;

export class Outbound {
  private readonly typingIn = new Set<string>();
  private readonly reactions = new Map<PlatformMessageId, string>();

  constructor(private readonly host: OutboundHost) {}

  send(chat: ChatId, part: Part, key: string): Promise<SentId> {
    return this.attempt(async () => {
      const { room, thread } = parseChatId(chat);
      const event = await this.put(room, 'm.room.message', textContent(part, thread), `ara-${key}`);
      this.endTyping(room);
      await this.host.choices.withdraw(chat);
      await this.offer(chat, room, event, part, key);
      return makeSentId(event);
    });
  }

  edit(chat: ChatId, sent: SentId, part: Part): Promise<void> {
    return this.attempt(async () => {
      const [{ room }, event] = [parseChatId(chat), parseEventId(sent)];
      await this.put(room, 'm.room.message', editContent(part, event), randomUUID());
      // An answer that was shown as it grew ends with an edit.
      this.endTyping(room);
      await this.offer(chat, room, event, part, `edit-${event.replace(/\W/g, '')}`);
    });
  }

  /** A short word of the bridge's own, also where the mode forbids answers. */
  notify(chat: ChatId, part: Part): Promise<void> {
    return this.attempt(async () => {
      const { room, thread } = parseChatId(chat);
      await this.put(room, 'm.room.message', noticeContent(part, thread), randomUUID(), true);
    });
  }

  delete(chat: ChatId, sent: SentId): Promise<void> {
    return this.attempt(async () => {
      const [{ room }, event] = [parseChatId(chat), parseEventId(sent)];
      await this.host.client.redact(room, event, `ara-back-${event.replace(/\W/g, '')}`);
    });
  }

  sendFile(chat: ChatId, file: OutgoingFile, key: string): Promise<SentId> {
    return this.attempt(async () => {
      const { room, thread } = parseChatId(chat);
      if (file.size > matrixCapabilities.maxFile) throw new PlatformError('refused');
      const { isEncrypted } = await this.roomOf(room, false);
      const handle = await open(file.path);
      try {
        const content = handle.createReadStream({ autoClose: false });
        const lies = isEncrypted ? await this.uploadSealed(content, file) : await this.upload(content, file);
        const event = await this.put(room, 'm.room.message', fileContent(file, lies, thread), `ara-${key}`);
        return makeSentId(event);
      } finally {
        await handle.close();
      }
    });
  }

  fetch(reference: string, stop: AbortSignal): Promise<Readable> {
    return this.attempt(async () => {
      const file = parseReference(reference);
      const content = await this.host.forFiles.download(file.url, stop);
      stop.addEventListener('abort', () => content.destroy(new PlatformError('unreachable')), { once: true });
      return 'key' in file ? openStream(content, file) : content;
    });
  }

  /** Never throws: the sign is a courtesy. */
  async showTyping(chat: ChatId): Promise<void> {
    await this.courtesy(async () => {
      const { room } = parseChatId(chat);
      await this.roomOf(room, false);
      this.typingIn.add(room);
      await this.type(room, true);
    });
  }

  /** Never throws. */
  async react(chat: ChatId, message: PlatformMessageId, emoji: string | null): Promise<void> {
    await this.courtesy(async () => {
      const [{ room }, event] = [parseChatId(chat), parseEventId(message)];
      await this.roomOf(room, false);
      const before =
        this.reactions.get(message) ?? (emoji === null ? await this.ownReaction(room, event) : null);
      if (before) await this.host.client.redact(room, before, `ara-back-${before.replace(/\W/g, '')}`);
      this.reactions.delete(message);
      if (emoji === null) return;
      const content = reactionContent(event, emoji);
      if (this.reactions.size >= MOST_REACTIONS) this.reactions.clear();
      this.reactions.set(message, await this.host.client.sendOnce(room, 'm.reaction', content, randomUUID()));
    });
  }

  /** Never throws. */
  async markRead(chat: ChatId, message: PlatformMessageId): Promise<void> {
    await this.courtesy(async () => {
      await this.host.client.sendReadReceipt(parseChatId(chat).room, parseEventId(message));
    });
  }

  private async put(
    room: string,
    type: string,
    content: object,
    transaction: string,
    anyway = false,
  ): Promise<string> {
    const known = await this.roomOf(room, anyway);
    if (!known.isEncrypted) return this.host.client.sendOnce(room, type, content, transaction);
    const engine = await this.host.engine();
    if (!engine && anyway) return this.host.client.sendOnce(room, type, content, transaction);
    if (!engine) throw new PlatformError('refused');
    const sealed = await engine.encrypt(room, known, type, content);
    return this.host.client.sendOnce(room, 'm.room.encrypted', sealed, transaction);
  }

  /** Only rooms that an owner is in are spoken in, and in `required` mode only encrypted ones. */
  private async roomOf(id: string, anyway: boolean): Promise<Room> {
    const room = await this.host.rooms.of(id);
    const isOurs = room.others.some((user) => this.host.isOwner(user));
    const isOpen = this.host.mode === 'required' && !room.isEncrypted;
    if (!isOurs || (isOpen && !anyway)) throw new PlatformError('refused');
    return room;
  }

  private async offer(chat: ChatId, room: string, event: string, part: Part, key: string): Promise<void> {
    if (!part.choices?.length) return;
    // A reaction is never encrypted: it would tell the homeserver what was asked.
    const { isEncrypted } = await this.host.rooms.of(room);
    if (!isEncrypted) await this.host.choices.offer(chat, room, event, part.choices, key);
  }

  private async upload(content: Readable, { size, type, name }: OutgoingFile): Promise<{ url: string }> {
    return { url: await this.host.forFiles.uploadStream(content, size, type, name) };
  }

  private async uploadSealed(content: Readable, { size, type }: OutgoingFile): Promise<{ file: object }> {
    const sealing = sealStream(content);
    const url = await this.host.forFiles.uploadStream(
      sealing.content,
      size,
      'application/octet-stream',
      null,
    );
    return { file: { ...sealing.fileAt(url), mimetype: type } };
  }

  /** What we put there in a run before this one. */
  private async ownReaction(room: string, event: string): Promise<string | null> {
    const at = `${encodeURIComponent(event)}/m.annotation/m.reaction`;
    const path = `${roomPath(room).replace('/v3/', '/v1/')}/relations/${at}`;
    const { chunk } = await this.host.client.call('GET', path);
    const events = Array.isArray(chunk) ? (chunk as { sender?: unknown; event_id?: unknown }[]) : [];
    const own = events.find(({ sender }) => sender === this.host.userId)?.event_id;
    return typeof own === 'string' ? own : null;
  }

  private endTyping(room: string): void {
    if (this.typingIn.delete(room)) void this.courtesy(() => this.type(room, false));
  }

  private async type(room: string, typing: boolean): Promise<void> {
    const path = `${roomPath(room)}/typing/${encodeURIComponent(this.host.userId)}`;
    await this.host.client.call('PUT', path, {
      body: { typing, ...(typing ? { timeout: TYPING_FOR } : {}) },
    });
  }

  private async courtesy(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch {
      // Nothing is lost.
    }
  }

  private async attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const refusal = toPlatformError(error);
      if (refusal.refusal === 'bad-credential') this.host.onBadCredential();
      throw refusal;
    }
  }
}
