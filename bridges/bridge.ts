/** The contract of a bridge: what every channel must do, what it may do, and what the bridge room does for it. */
import type { ChannelState } from '../contracts/channel-state.js';
import type { ChannelKind, ChatId } from '../contracts/ids.js';
import type { InboundMessage } from '../contracts/message.js';
import type { Agent } from 'node:https';

/** What a channel can carry, as data the room reads instead of asking which channel it is. */
export interface Capabilities {
  /** Longest message in UTF-16 code units, after the platform has parsed the markup. */
  maxText: number;
  /** Least time between two edits of one message, milliseconds. */
  editInterval: number;
  /** Largest file the platform takes, in bytes. */
  maxFile: number;
}

/** One outgoing message: `body` as the platform wants it, `plain` for when the platform refuses the markup. */
export interface Part {
  body: string;
  plain: string;
  /**
   * Only on the last part of a finished answer: what the user may answer with one tap. The text says it too, so that a
   * bridge without buttons may leave them out.
   */
  choices?: readonly string[];
}

/** A file that goes to a chat: what it is called there, and where its `size` bytes lie. */
export interface OutgoingFile {
  name: string;
  path: string;
  size: number;
  /** Where the user finds it in their workspace, if it lies there. */
  workspacePath?: string;
}

/** The platform's name of a message we sent; opaque outside its bridge. */
export type SentId = string & { readonly __brand: 'SentId' };

/**
 * A bridge. The constructor does no work; `start` never throws and never blocks: trouble is a state.
 * `send` and `edit` throw only `PlatformError`.
 */
export interface Bridge {
  readonly kind: ChannelKind;
  readonly capabilities: Capabilities;
  /** Begins to receive, by polling or by webhook. Twice is once. */
  start(): void;
  /** Stops receiving. What was accepted is already with the host. */
  stop(): Promise<void>;
  /** Splits and renders Markdown. Pure; at least one part unless the text is blank. */
  render(markdown: string): Part[];
  send(chat: ChatId, part: Part): Promise<SentId>;
  /** Turns a raw webhook body into what it holds, through the host. @throws AraError `bad-request`. */
  takeWebhook?(body: Buffer): Promise<'accepted' | 'duplicate'>;
  /** Undoes at the platform what linking did there (webhook, commands). Never throws. */
  unlink(): Promise<void>;
}

/** Optional ability: change a message that was sent. */
export interface CanEdit {
  edit(chat: ChatId, sent: SentId, part: Part): Promise<void>;
}

/** Optional ability: show that an answer is being written. Never throws; lasts a few seconds. */
export interface CanShowTyping {
  showTyping(chat: ChatId): Promise<void>;
}

/** Optional ability: send a file. Throws only `PlatformError`. */
export interface CanSendFile {
  sendFile(chat: ChatId, file: OutgoingFile): Promise<SentId>;
}

/** Optional ability: take back a message that was sent. Throws only `PlatformError`; one that is gone already is no error. */
export interface CanDelete {
  delete(chat: ChatId, sent: SentId): Promise<void>;
}

export const canEdit = (bridge: Bridge): bridge is Bridge & CanEdit => 'edit' in bridge;
export const canShowTyping = (bridge: Bridge): bridge is Bridge & CanShowTyping => 'showTyping' in bridge;
export const canSendFile = (bridge: Bridge): bridge is Bridge & CanSendFile => 'sendFile' in bridge;
export const canDelete = (bridge: Bridge): bridge is Bridge & CanDelete => 'delete' in bridge;

/** Whether a sender may write. `reply` is a sentence to send to that chat, at most once; null is silence. */
export interface Admission {
  admitted: boolean;
  reply: string | null;
}

/** What the bridge room gives a bridge. */
export interface BridgeHost {
  /** Every connection to the outside goes through this agent: the egress door, TLS end to end. */
  readonly agent: Agent;
  /** Where webhooks can reach this channel, or null: poll. */
  readonly webhookUrl: string | null;
  /** Decides about a sender, and consumes `/link CODE`; the chat is where they wrote it. */
  admit(sender: string, text: string, chat?: ChatId): Admission;
  /**
   * Writes messages and the platform's checkpoint into the journal, in one durable transaction; when it returns,
   * the platform may be told. Each message is marked new or seen before.
   */
  accept(messages: InboundMessage[], checkpoint: string | null): { fresh: number };
  /** The checkpoint of the last `accept`, or null. */
  checkpoint(): string | null;
  /** Reports a state; `webhookSecretHash` is the SHA-256 of the webhook's secret, hex. */
  report(state: ChannelState, webhookSecretHash?: string): void;
  /** Remembers the webhook's secret with the credentials, encrypted. */
  readonly webhookSecret: string;
}

/** What a platform said when it did not take a message, as far as the room must know it. */
export type PlatformRefusal =
  | 'rate-limited' // not taken; try again after `retryAfter`
  | 'unreachable' // not taken: the request never left
  | 'uncertain' // the request left and no answer came: it may have been taken
  | 'bad-credential' // not taken; the channel needs to be linked again
  | 'refused'; // not taken and never will be (blocked by the user, chat gone)

export class PlatformError extends Error {
  override readonly name = 'PlatformError';
  constructor(
    readonly refusal: PlatformRefusal,
    /** Milliseconds to wait, for `rate-limited`. */
    readonly retryAfter = 0,
    options?: ErrorOptions,
  ) {
    super(`platform: ${refusal}`, options);
  }
}
