/** Takes in what a sync brought: reads it, asks the host about each sender, and has the rest written down. */
import type { ChatId } from '../../contracts/ids.js';
import type { InboundMessage } from '../../contracts/message.js';
import type { BridgeHost } from '../bridge.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint.js';
import type { Choices } from './choices.js';
import { roomPath, type Client } from './client.js';
import type { EncryptionMode } from './credential.js';
import type { Engine } from './crypto/engine.js';
import { matrixEvent, readEvents, type MatrixEvent, type RawEvent, type SyncAnswer } from './events.js';
import { isFinal, isPassing, MatrixFailure } from './failure.js';
import { makeChatId, makePlatformMessageId } from './ids.js';
import {
  clean,
  isVerification,
  mentions,
  readMessage,
  readReaction,
  withAlias,
  withoutAddress,
  type Said,
  type Self,
} from './inbound.js';
import { NoticeClock, notices, type Notice } from './notices.js';
import { Originals } from './originals.js';
import type { Rooms } from './rooms.js';
import { eventsSince } from './timeline.js';
import { TransportError } from './transport.js';
import { Unread } from './unread.js';

export interface IntakeOptions {
  host: BridgeHost;
  client: Client;
  rooms: Rooms;
  choices: Choices;
  userId: string;
  mode: EncryptionMode;
  /** How long a message may stay unreadable before the user is told, milliseconds. */
  keyPatience: number;
  isOwner(user: string): boolean;
  /** Sends a short notice; must not throw. */
  notify(chat: ChatId, text: string): void;
}

/** What one sync comes to, until it is written down. */
interface Batch {
  messages: Omit<InboundMessage, 'position'>[];
  notices: [ChatId, string][];
}

type Joined = SyncAnswer['rooms']['join'][string];

const QUOTED = 1_000;
const MOST_TRIES = 10;

export class Intake {
  /** The chat in which an owner wrote last, for what concerns no room. */
  lastChat: ChatId | null = null;
  private readonly clock = new NoticeClock();
  private readonly unread: Unread;
  private readonly originals: Originals;
  /** The rooms to enter, with how often that was tried. */
  private readonly invitations = new Map<string, number>();
  private self: Promise<Self> | null = null;

  constructor(
    private readonly options: IntakeOptions,
    private readonly engine: Engine | null,
  ) {
    this.unread = new Unread(options.host.store);
    this.originals = new Originals(options.host.store);
  }

  /**
   * Hands in what is for us, in one transaction with the token of the next sync; only then are notices sent.
   * @throws MatrixFailure or TransportError: nothing was handed in then, and the same sync may be taken again
   */
  async take(answer: SyncAnswer, signal: AbortSignal): Promise<void> {
    const { host } = this.options;
    const before = readCheckpoint(host.checkpoint());
    const batch: Batch = { messages: [], notices: [] };
    await this.engine?.receive(answer);
    await this.acceptInvitations(answer);
    const read = this.engine ? await this.readLate(this.engine, batch) : [];
    // With the first sync begins what we listen to.
    for (const [room, joined] of before ? Object.entries(answer.rooms.join) : []) {
      await this.readRoom(room, joined, before?.since ?? '', batch).catch((error: unknown) => {
        // We were put out of it meanwhile: nothing can be said there any more.
        if (!isFinal(error)) throw error;
      });
    }
    // Stopped meanwhile: nothing was promised, so the same comes again.
    if (signal.aborted) return;
    // Positions begin at the time, so that they ascend from one linking to the next.
    let position = before?.position ?? Date.now();
    const messages = batch.messages.map((message) => ({ ...message, position: ++position }));
    host.accept(messages, writeCheckpoint({ since: answer.next_batch, position }));
    for (const event of read) this.unread.remove(event);
    for (const [chat, text] of batch.notices) this.options.notify(chat, text);
  }

  private async readRoom(room: string, joined: Joined, since: string, batch: Batch): Promise<void> {
    if (joined.timeline.limited) this.options.rooms.forget(room);
    for (const { event } of readEvents(joined.state.events)) this.options.rooms.note(room, event);
    const events = await eventsSince(this.options.client, this.options.userId, room, joined, since);
    for (const event of events) await this.readEvent(room, event, batch);
  }

  /** An owner's only: nobody else gets us to be anywhere. */
  private async acceptInvitations({ rooms }: SyncAnswer): Promise<void> {
    for (const [room, { invite_state: state }] of Object.entries(rooms.invite)) {
      // What is said of a room that we are not in has no ids.
      const events = state.events as Partial<MatrixEvent>[];
      const isOurs = events.some(
        ({ type, state_key: user, sender }) =>
          type === 'm.room.member' &&
          user === this.options.userId &&
          typeof sender === 'string' &&
          this.options.isOwner(sender),
      );
      if (isOurs) this.invitations.set(room, 0);
    }
    for (const [room, tries] of this.invitations) {
      const isIn = await this.options.client.joinRoom(room).then(
        () => true,
        (error: unknown) => {
          // A room that lives elsewhere must not keep us from those that are here.
          if (!(error instanceof MatrixFailure) || isPassing(error)) throw error;
          return isFinal(error) || tries >= MOST_TRIES;
        },
      );
      if (isIn) this.invitations.delete(room);
      else this.invitations.set(room, tries + 1);
    }
  }

  /** Messages whose key came after them. @returns those that were read now */
  private async readLate(engine: Engine, batch: Batch): Promise<ReturnType<Unread['all']>> {
    const read = [];
    for (const late of this.unread.all()) {
      const decrypted = await engine.decrypt(late.room, late.raw);
      if (decrypted !== null) {
        if (this.originals.isOriginal(late.event))
          await this.readClear(late.room, clearEvent(late, decrypted), batch);
        read.push(late);
      } else if (!late.told && Date.now() - late.at >= this.options.keyPatience) {
        this.unread.markTold(late);
        this.say(late.room, 'noKey', batch);
      }
    }
    return read;
  }

  private async readEvent(room: string, event: RawEvent, batch: Batch): Promise<void> {
    const { type, sender, content, state_key: stateKey } = event.event;
    if (stateKey !== undefined) return this.options.rooms.note(room, event.event);
    if (sender === this.options.userId || !this.options.isOwner(sender)) return;
    if (isVerification(type, content)) return this.engine?.receiveVerification(room, event.raw);
    if (type === 'm.room.encrypted') return this.readEncrypted(room, event, batch);
    if (type === 'm.reaction') return this.readTap(event.event, batch);
    if (type !== 'm.room.message') return;
    const { isEncrypted } = await this.options.rooms.of(room);
    // Anybody who runs the homeserver can write such a message in the owner's name.
    if (isEncrypted) return this.say(room, 'notEncrypted', batch);
    if (this.options.mode === 'required') return this.say(room, 'mustEncrypt', batch);
    await this.readClear(room, event.event, batch);
  }

  private async readEncrypted(room: string, event: RawEvent, batch: Batch): Promise<void> {
    if (!this.engine) return this.say(room, 'cannotDecrypt', batch);
    const decrypted = await this.engine.decrypt(room, event.raw);
    if (decrypted === null) {
      if (!this.unread.keep(room, event)) this.say(room, 'noKey', batch);
      return;
    }
    if (!this.originals.isOriginal(event.event)) return;
    const clear = clearEvent(event, decrypted);
    if (isVerification(clear.type, clear.content)) return this.engine.receiveVerification(room, decrypted);
    await this.readClear(room, clear, batch);
  }

  private async readClear(room: string, event: MatrixEvent, batch: Batch): Promise<void> {
    const said = readMessage(event);
    if (!said) return;
    const chat = makeChatId({ room, thread: said.thread });
    const whole = makeChatId({ room, thread: null });
    const platformId = makePlatformMessageId(event.event_id);
    if (!chat || !whole || !platformId) return;
    const quoted = said.replyTo === null ? null : await this.quotedEvent(room, said.replyTo);
    const heard = await this.hear(room, event, said, quoted);
    if (heard === null) return;
    const { admitted, reply } = this.options.host.admit(event.sender, heard.text, whole);
    if (reply !== null) batch.notices.push([chat, reply]);
    if (!admitted || (heard.isGroup && !this.options.host.allowsGroup(whole))) return;
    this.lastChat = chat;
    batch.messages.push({
      channel: 'matrix',
      chat,
      platformId,
      sentAt: event.origin_server_ts,
      text: heard.text,
      attachments: said.attachment ? [said.attachment] : [],
      quoted: quoted?.text.slice(0, QUOTED).toWellFormed() ?? null,
    });
  }

  /** Null where others are too, and it was said to them. */
  private async hear(
    room: string,
    event: MatrixEvent,
    said: Said,
    quoted: { sender: string } | null,
  ): Promise<{ text: string; isGroup: boolean } | null> {
    const { others } = await this.options.rooms.of(room);
    if (others.every((user) => this.options.isOwner(user)))
      return { text: withAlias(said.text), isGroup: false };
    const self = await this.whoWeAre();
    if (!mentions(event, self) && quoted?.sender !== this.options.userId) return null;
    return { text: withAlias(withoutAddress(said.text, self)), isGroup: true };
  }

  private readTap(event: MatrixEvent, batch: Batch): void {
    const tapped = readReaction(event);
    const chat = tapped && this.options.choices.chatOf(tapped.event, tapped.key);
    const platformId = makePlatformMessageId(event.event_id);
    if (!tapped || !chat || !platformId) return;
    const { admitted } = this.options.host.admit(event.sender, tapped.key, chat);
    const sentAt = event.origin_server_ts;
    if (admitted) batch.messages.push({ channel: 'matrix', chat, platformId, sentAt, text: tapped.key });
  }

  /** Null when it cannot be had: what was said about it is worth more. */
  private async quotedEvent(room: string, id: string): Promise<{ sender: string; text: string } | null> {
    try {
      const raw = await this.options.client.call('GET', `${roomPath(room)}/event/${encodeURIComponent(id)}`);
      const event = matrixEvent.parse(raw);
      const decrypted = event.type === 'm.room.encrypted' ? await this.engine?.decrypt(room, raw) : null;
      const clear = decrypted ? clearEvent({ event, raw }, decrypted) : event;
      return { sender: event.sender, text: readMessage(clear)?.text || clean(clear.content['body']) };
    } catch (error) {
      if (error instanceof TransportError || isPassing(error)) throw error;
      return null;
    }
  }

  private whoWeAre(): Promise<Self> {
    const { client, userId } = this.options;
    this.self ??= client.getUserProfile(userId).then(
      (profile: unknown) => {
        const { displayname: name } = profile as { displayname?: unknown };
        return { userId, displayName: typeof name === 'string' && name !== '' ? name : null };
      },
      () => ({ userId, displayName: null }),
    );
    return this.self;
  }

  private say(room: string, notice: Notice, batch: Batch): void {
    const chat = makeChatId({ room, thread: null });
    if (chat && this.clock.isDue(room, notice)) batch.notices.push([chat, notices[notice]]);
  }
}

/** What was inside; who sent it, and when, is told by the event around it. */
function clearEvent({ event }: RawEvent, decrypted: unknown): MatrixEvent {
  const { type, content } = decrypted as { type?: unknown; content?: unknown };
  return matrixEvent.parse({ ...event, type, content });
}
