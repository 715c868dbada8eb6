/** What people send in the fake Telegram beside texts, in the form in which Telegram tells a bot of it. */
import type { Message } from '@grammyjs/types';
import type { BotState } from './telegram-state.js';

interface Sound {
  content: Buffer;
  name?: string;
  type?: string;
}

/** One of them. */
export type Shared =
  | { photo: Buffer }
  | { voice: Buffer }
  | { audio: Sound }
  | { video: Sound }
  | { animation: Sound }
  | { document: Sound }
  | { sticker: string }
  | { location: { latitude: number; longitude: number } }
  | { contact: { phone_number: string; first_name: string } };

/** The fields of the message; the bytes are there for `getFile`. */
export function mediaOf(bot: BotState, shared: Shared): Partial<Message> {
  if ('photo' in shared) return { photo: sizesOf(bot, shared.photo) };
  if ('voice' in shared)
    return { voice: { ...added(bot, 'voice', shared.voice), duration: 3, mime_type: 'audio/ogg' } };
  if ('audio' in shared) return { audio: { ...named(bot, 'music', shared.audio), duration: 3 } };
  if ('video' in shared)
    return { video: { ...named(bot, 'videos', shared.video), width: 640, height: 480, duration: 3 } };
  if ('animation' in shared) {
    const animation = named(bot, 'animations', shared.animation);
    // Told twice, for bots from before there were animations.
    return { animation: { ...animation, width: 320, height: 240, duration: 3 }, document: animation };
  }
  if ('document' in shared) return { document: named(bot, 'documents', shared.document) };
  if ('sticker' in shared) {
    const size = { width: 512, height: 512, is_animated: false, is_video: false };
    const file = added(bot, 'stickers', Buffer.from('sticker'));
    return { sticker: { ...file, ...size, type: 'regular', emoji: shared.sticker } };
  }
  if ('location' in shared) return { location: shared.location };
  return { contact: shared.contact };
}

interface FileOfTelegram {
  file_id: string;
  file_unique_id: string;
  file_size: number;
}

/** Something for `getFile` and the download that follows. */
export function added(bot: BotState, folder: string, content: Buffer, path?: string): FileOfTelegram {
  const id = `file${bot.files.size + 1}`;
  const file = { file_id: id, file_unique_id: `unique${id}`, file_size: content.length };
  bot.files.set(id, { ...file, file_path: path ?? `${folder}/file_${bot.files.size}.bin`, content });
  return file;
}

function named(
  bot: BotState,
  folder: string,
  { content, name, type }: Sound,
): FileOfTelegram & { file_name?: string; mime_type?: string } {
  return {
    ...added(bot, folder, content),
    ...(name !== undefined && { file_name: name }),
    ...(type !== undefined && { mime_type: type }),
  };
}

/** Telegram makes smaller ones of a photo, and tells the smallest first. */
function sizesOf(bot: BotState, content: Buffer): NonNullable<Message['photo']> {
  return [90, 320, 1_280].map((width) => ({
    ...added(bot, 'photos', width === 1_280 ? content : content.subarray(0, width)),
    width,
    height: Math.round((width * 3) / 4),
  }));
}
