/** Makes what goes out: texts, edits, deletions, reactions and files, as WhatsApp's messages. Pure. */
import type { proto } from '@whiskeysockets/baileys';
import type { OutgoingFile } from '../bridge.js';
import type { MediaKind } from './attachment.js';
import { MAX_PICTURE } from './capabilities.js';
import type { MessageKey } from './ids.js';
import type { Library } from './library.js';
import type { Uploaded } from './media-host.js';
import type { OwnChat } from './own-chat.js';

/** Never with a preview: making one would mean fetching what a link leads to. */
export const textMessage = (text: string): proto.IMessage => ({ extendedTextMessage: { text } });

/** The library's names for the kinds of such messages. */
type Types = Library['proto']['Message']['ProtocolMessage']['Type'];

const ownKey = (chat: OwnChat, id: string): proto.IMessageKey => ({ remoteJid: chat, fromMe: true, id });

export const editMessage = (
  { MESSAGE_EDIT }: Types,
  chat: OwnChat,
  id: string,
  text: string,
  now: number,
): proto.IMessage => ({
  protocolMessage: {
    key: ownKey(chat, id),
    type: MESSAGE_EDIT,
    editedMessage: textMessage(text),
    timestampMs: now,
  },
});

export const revokeMessage = ({ REVOKE }: Types, chat: OwnChat, id: string): proto.IMessage => ({
  protocolMessage: { key: ownKey(chat, id), type: REVOKE },
});

/** An empty text takes the reaction away. */
export const reactionMessage = (
  { chat, id, participant }: MessageKey,
  fromMe: boolean,
  emoji: string | null,
  now: number,
): proto.IMessage => ({
  reactionMessage: {
    key: { remoteJid: chat, fromMe, id, ...(participant === null ? {} : { participant }) },
    text: emoji ?? '',
    senderTimestampMs: now,
  },
});

/** The kind that a file goes as: what WhatsApp does not show as a picture goes as a file. */
export function mediaKindOf({ kind, type, size }: OutgoingFile): MediaKind {
  if (kind === 'voice') return 'audio';
  const isPicture = kind === 'image' && /^image\/(?:jpeg|png)$/.test(type) && size <= MAX_PICTURE;
  return isPicture ? 'image' : 'document';
}

export function fileMessage(
  { name, type }: OutgoingFile,
  kind: MediaKind,
  uploaded: Uploaded,
  seconds: number | null,
): proto.IMessage {
  const media = { ...uploaded, mimetype: type };
  if (kind === 'image') return { imageMessage: media };
  if (kind === 'document') return { documentMessage: { ...media, fileName: name, title: name } };
  // Only this type is shown as a voice note.
  const voice = { ...media, mimetype: 'audio/ogg; codecs=opus', ptt: true };
  return { audioMessage: seconds === null ? voice : { ...voice, seconds } };
}
