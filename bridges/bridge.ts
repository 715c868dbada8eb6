/** The contract of a bridge: what every channel must do, what it may do, and what the bridge room does for it. */
import type { ChannelState } from '../contracts/channel-state.js';
import type { WhyNotReached } from '../contracts/deletion.js';
import type { ChannelKind, ChatId, PlatformMessageId } from '../contracts/ids.js';
import type { InboundMessage } from '../contracts/message.js';
import type { LinkSettings, OwnDevice } from '../contracts/worker-door.js';
import type { Agent } from 'node:https';
import type { Readable } from 'node:stream';

/** What a channel can carry, as data the room reads instead of asking which channel it is. */
export interface Capabilities {
  /** Longest message in UTF-16 code units, after the platform has parsed the markup. */
  maxText: number;
  /** Least time between two edits of one message, milliseconds. */
  editInterval: number;
  /** Largest file the platform takes, in bytes. */
  maxFile: number;
  /** Whether a message that is sent twice with one key is shown once, so that a crash in between needs no mark. */
  repeatsSafely: boolean;
  /** How long after it was sent a message can still be changed, milliseconds; null for always. */
  editAge: number | null;
  /** What the table of channels in `docs/users/channels.md` says, a line each; what is not named is not offered. */
  features: Partial<Record<Feature, string>>;
}

/** The lines of the table of channels. The text of each says how far it goes, in a few words. */
export type Feature =
  | 'formatting'
  | 'long messages'
  | 'streaming by edits'
  | 'typing'
  | 'buttons'
  | 'command menu'
  | 'replies'
  | 'threads'
  | 'reactions'
  | 'read receipts'
  | 'images'
  | 'files'
  | 'voice notes'
  | 'groups'
  | 'end-to-end encryption'
  | 'catching up'
  | 'no repeats after a crash';

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
  /** How it is shown where the platform tells them apart: as what its content is, or as a voice note. */
  kind: 'image' | 'voice' | 'file';
  /** The media type of its content. */
  type: string;
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
  /**
   * `key` names the message for good, in letters, digits and dashes: sent again after a crash, it comes with the same one.
   */
  send(chat: ChatId, part: Part, key: string): Promise<SentId>;
  /** Turns a raw webhook body into what it holds, through the host. @throws AraError `bad-request`. */
  takeWebhook?(body: Buffer): Promise<'accepted' | 'duplicate'>;
  /** Undoes at the platform what linking did there (webhook, commands, device). Never throws. */
  unlink(): Promise<Unlinked>;
}

/** Whether the platform has said that it knows; if not, what lies there may still think that it is linked. */
export type Unlinked = { reached: true } | { reached: false; why: WhyNotReached };

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
  sendFile(chat: ChatId, file: OutgoingFile, key: string): Promise<SentId>;
}

/** Optional ability: take back a message that was sent. Throws only `PlatformError`; one that is gone already is no error. */
export interface CanDelete {
  delete(chat: ChatId, sent: SentId): Promise<void>;
}

/** Optional ability: fetch what came with a message. The stream fails with a `PlatformError`. */
export interface CanFetch {
  /** @param reference of an `Attachment` @throws PlatformError */
  fetch(reference: string, stop: AbortSignal): Promise<Readable>;
}

/** Optional ability: put a sign on a message of the user's, or take ours away. Never throws: it is no part of an answer. */
export interface CanReact {
  react(chat: ChatId, message: PlatformMessageId, emoji: string | null): Promise<void>;
}

/** Optional ability: show that a message was read. Never throws. */
export interface CanMarkRead {
  markRead(chat: ChatId, message: PlatformMessageId): Promise<void>;
}

/** Optional ability: settings that can be changed while it runs. */
export interface CanBeSet {
  /** Null where nobody would see what they change. */
  settings(): LinkSettings | null;
  /** Takes effect at once. @returns the credential as it is to be kept from now on */
  change(settings: LinkSettings): unknown;
}

/** Optional ability: says which device others see, and by which key they know it; null where it encrypts nothing. */
export interface CanShowFingerprint {
  fingerprint(): Promise<OwnDevice | null>;
}

export const canBeSet = (bridge: Bridge): bridge is Bridge & CanBeSet => 'change' in bridge;
export const canShowFingerprint = (bridge: Bridge): bridge is Bridge & CanShowFingerprint =>
  'fingerprint' in bridge;
export const canFetch = (bridge: Bridge): bridge is Bridge & CanFetch => 'fetch' in bridge;
export const canReact = (bridge: Bridge): bridge is Bridge & CanReact => 'react' in bridge;
export const canMarkRead = (bridge: Bridge): bridge is Bridge & CanMarkRead => 'markRead' in bridge;
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
  /** PEM of whom the operator trusts beside the authorities of the internet; the agent knows it. */
  readonly extraTrust?: string | null;
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
  /** What the bridge keeps on the volume: keys of its own, sessions. */
  readonly store: BridgeStore;
  /** Who may write, as the platform names them; empty before anybody is linked. Nothing is ever sent to anybody else. */
  owners(): readonly string[];
  /** Whether the owner has allowed this group with `/allow`, which `admit` takes as it takes `/link`. */
  allowsGroup(chat: ChatId): boolean;
}

/** A bridge's own records, encrypted with the container's key; gone when the channel is unlinked or linked anew. */
export interface BridgeStore {
  get(name: string): Uint8Array | null;
  /** Those whose names begin so, in the order of their names. */
  list(prefix: string): [name: string, value: Uint8Array][];
  /** All or none, and on the disk when it returns; null removes. */
  write(changes: Iterable<readonly [name: string, value: Uint8Array | null]>): void;
  /**
   * A folder for a library that keeps files of its own, made at the first call and gone with the records. Nothing encrypts it:
   * the library does, with a secret that lies among the records.
   */
  folder(): string;
}

/** What linking gives: what to keep, how people call the other side, and the owner where linking itself proves who it is. */
export interface Linked {
  credential: unknown;
  address: string;
  /** Null: whoever sends `/link CODE`. */
  owner: { id: string; chat: ChatId } | null;
}

/** What has to be done on another device, shown until the next step. Both are secrets for as long as they are valid. */
export type PairingStep = { kind: 'qr' | 'code'; text: string; expiresAt: number };

export interface LinkingHost {
  readonly agent: Agent;
  /** See `BridgeHost`. */
  readonly extraTrust?: string | null;
  /** Empty at first; what is written becomes the bridge's once linking has succeeded. */
  readonly store: BridgeStore;
  /** Called again with each new step. */
  show(step: PairingStep): void;
  readonly stop: AbortSignal;
}

/** A channel's own code, loaded only when the user links it or has linked it. */
export interface BridgeModule {
  /** How the names of those records in the store begin that hold what people wrote: they go when memory is cleared. */
  readonly words: readonly string[];
  /**
   * Checks what the user gave, and pairs where the channel is linked by another device.
   * @throws AraError `bad-request`, `bad-credential`, `platform-unreachable`, `pairing-expired`
   */
  link(raw: unknown, host: LinkingHost): Promise<Linked>;
  makeBridge(host: BridgeHost, credential: unknown): Bridge;
  /**
   * Whether a new link leaves something of the one before it at the platform, such as a device, which `unlink` takes away
   * without harm to the new one.
   */
  leavesBehind(before: unknown, now: unknown): boolean;
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

/** What an unlinking comes to that failed so. */
export const notReached = ({ refusal }: PlatformError): Unlinked => ({
  reached: false,
  why: refusal === 'bad-credential' ? 'refused' : 'no-answer',
});
