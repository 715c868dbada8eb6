/** The branded identifiers that cross a door; only the code that makes one may look inside it. */
import * as z from 'zod';

/** The channels Ara knows. A channel is one folder in `bridges/`. */
export const channelKind = z.enum(['telegram', 'matrix', 'whatsapp', 'web']);
export type ChannelKind = z.infer<typeof channelKind>;

/** Channels that are linked with a credential. The browser needs none: it is always there. */
export const linkableKind = channelKind.exclude(['web']);
export type LinkableKind = z.infer<typeof linkableKind>;

/** The model providers whose keys the gateway keeps; `compatible` is any server that speaks OpenAI's API. */
export const provider = z.enum(['anthropic', 'openai', 'google', 'compatible']);
export type Provider = z.infer<typeof provider>;

/** An account's opaque id: a UUID made by the gateway, the same in labels, folders and jobs. */
export const accountId = z.uuid().brand<'AccountId'>();
export type AccountId = z.infer<typeof accountId>;

/** A chat as its bridge names it (for Telegram `<chat id>` or `<chat id>.<topic id>`); opaque to everyone else. */
export const chatId = z.string().min(1).max(200).brand<'ChatId'>();
export type ChatId = z.infer<typeof chatId>;

/** A message as its platform names it, unique within the channel of one account. */
export const platformMessageId = z.string().min(1).max(200).brand<'PlatformMessageId'>();
export type PlatformMessageId = z.infer<typeof platformMessageId>;
