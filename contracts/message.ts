/** What a message is once it has left its platform's own form. */
import * as z from 'zod';
import { channelKind, chatId, platformMessageId } from './ids.js';

/** Longest text that is taken from one message, in UTF-16 code units. */
export const MAX_TEXT = 100_000;

export const inboundMessage = z.strictObject({
  channel: channelKind,
  chat: chatId,
  /** The dedupe key: for Telegram `<chat id>.<message id>`. */
  platformId: platformMessageId,
  /** The platform's own order within the account (Telegram: `update_id`), ascending. */
  position: z.int().nonnegative(),
  /** When the user sent it, milliseconds since 1970. */
  sentAt: z.int().nonnegative(),
  text: z.string().min(1).max(MAX_TEXT),
});
export type InboundMessage = z.infer<typeof inboundMessage>;

/** How a message ended. Each accepted message gets exactly one. */
export const outcome = z.enum(['answered', 'failed', 'cancelled']);
export type Outcome = z.infer<typeof outcome>;
