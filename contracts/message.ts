/** What a message is once it has left its platform's own form. */
import * as z from 'zod';
import { channelKind, chatId, platformMessageId } from './ids.js';

/** Longest text that is taken from one message, in UTF-16 code units. */
export const MAX_TEXT = 100_000;

/** Most files of one message. */
export const MAX_ATTACHMENTS = 10;

/** A file that came with a message. Its bytes are still with the platform, and its bridge fetches them. */
export const attachment = z.strictObject({
  kind: z.enum(['image', 'voice', 'audio', 'video', 'file']),
  /** As its sender named it; null when they did not. Never a path to be trusted. */
  name: z.string().max(255).nullable(),
  /** The media type that its sender claims. */
  type: z.string().max(100).nullable(),
  /** Bytes, as the platform says; null when it does not. */
  size: z.int().nonnegative().nullable(),
  /** How its bridge fetches it; opaque outside, and a secret where it holds a key. */
  reference: z.string().max(8_000),
});
export type Attachment = z.infer<typeof attachment>;

export const inboundMessage = z.strictObject({
  channel: channelKind,
  chat: chatId,
  /** The dedupe key: for Telegram `<chat id>.<message id>`. */
  platformId: platformMessageId,
  /** The platform's own order within the account (Telegram: `update_id`), ascending. */
  position: z.int().nonnegative(),
  /** When the user sent it, milliseconds since 1970. */
  sentAt: z.int().nonnegative(),
  /** Empty only when something is attached. */
  text: z.string().max(MAX_TEXT),
  attachments: z.array(attachment).max(MAX_ATTACHMENTS).default([]),
  /** The text of the message that this one replies to, cut short; null when it replies to none. */
  quoted: z.string().max(1_000).nullable().default(null),
});
type Whole = z.infer<typeof inboundMessage>;
/** What is usually not there may be left out where a message is made. */
export type InboundMessage = Omit<Whole, Optional> & Partial<Pick<Whole, Optional>>;
type Optional = 'attachments' | 'quoted';

/** How a message ended. Each accepted message gets exactly one. */
export const outcome = z.enum(['answered', 'failed', 'cancelled']);
export type Outcome = z.infer<typeof outcome>;
