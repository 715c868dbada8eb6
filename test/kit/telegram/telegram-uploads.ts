/** The files that a bot sends in the fake Telegram: as they are, as a photo, or as a voice note. */
import type { Message } from '@grammyjs/types';
import { added } from './telegram-media.js';
import { Upload } from './telegram-multipart.js';
import type { Arguments } from './telegram-parameters.js';
import { ApiProblem, badRequest } from './telegram-problem.js';
import { format, newMessage, post, type SendEvents } from './telegram-sending.js';
import type { BotState, SentMessage } from './telegram-state.js';

const MAX_FILE = 50_000_000;
const MAX_PHOTO = 10 * 1_048_576;
const PICTURE = /^(?:\xff\xd8\xff|\x89PNG|RIFF.{4}WEBP|GIF8|BM)/s;

export function sendDocument(
  bot: BotState,
  given: Arguments<'sendDocument'>,
  events: SendEvents,
): Message.DocumentMessage {
  const upload = uploaded(given.document, 'document');
  if (upload.name === '') throw badRequest('the document has no name');
  const file = { file_name: upload.name, mime_type: 'application/octet-stream' };
  return send(bot, given, events, upload, 'document', () => ({
    document: { ...added(bot, 'documents', upload.content), ...file },
  }));
}

/** Telegram looks at a photo before it takes it. */
export function sendPhoto(
  bot: BotState,
  given: Arguments<'sendPhoto'>,
  events: SendEvents,
): Message.PhotoMessage {
  const upload = uploaded(given.photo, 'photo');
  if (upload.content.length > MAX_PHOTO)
    throw badRequest(
      `file of size ${upload.content.length} bytes is too big for a photo; the maximum size is ${MAX_PHOTO} bytes`,
    );
  if (!PICTURE.test(upload.content.toString('latin1', 0, 16))) throw badRequest('IMAGE_PROCESS_FAILED');
  return send(bot, given, events, upload, 'photo', () => ({
    photo: [{ ...added(bot, 'photos', upload.content), width: 1, height: 1 }],
  }));
}

/** Anything but Opus in Ogg it would show as music or as a document. */
export function sendVoice(
  bot: BotState,
  given: Arguments<'sendVoice'>,
  events: SendEvents,
): Message.VoiceMessage {
  const upload = uploaded(given.voice, 'voice');
  if (!upload.content.toString('latin1', 0, 64).includes('OpusHead'))
    throw badRequest('the fake takes Opus in Ogg only');
  if (bot.refusesVoice) throw badRequest('VOICE_MESSAGES_FORBIDDEN');
  const duration = given.duration ?? 0;
  return send(bot, given, events, upload, 'voice', () => ({
    voice: { ...added(bot, 'voice', upload.content), duration, mime_type: 'audio/ogg' },
  }));
}

/** Telegram takes the ids of its own files and addresses as well; nobody here sends one. */
function uploaded(given: unknown, what: string): Upload {
  if (!(given instanceof Upload)) throw badRequest(`there is no ${what} in the request`);
  if (given.content.length === 0) throw badRequest('file must be non-empty');
  if (given.content.length > MAX_FILE) throw new ApiProblem(413, 'Request Entity Too Large');
  return given;
}

function send<Fields extends object>(
  bot: BotState,
  given: Parameters<typeof newMessage>[1] &
    Pick<Arguments<'sendDocument'>, 'caption' | 'parse_mode' | 'caption_entities'>,
  events: SendEvents,
  upload: Upload,
  shownAs: SentMessage['shownAs'],
  fieldsOf: () => Fields,
): Omit<Message.CaptionableMessage, 'caption'> & Fields & { caption?: string } {
  const caption = given.caption ? format(given.caption, given.parse_mode, given.caption_entities) : null;
  const message = { ...newMessage(bot, given), ...fieldsOf(), ...(caption && { caption: caption.text }) };
  // A chat's lines are texts; this one says that there is a file.
  const line = { ...message, text: `[${upload.name}]${caption ? ` ${caption.text}` : ''}` };
  post(bot, given, events, line, {
    text: caption?.text ?? '',
    html: given.caption ?? '',
    entities: [],
    document: upload,
    shownAs,
  });
  return message;
}
