/** Shows a decrypted message on a phone, as WhatsApp's own app does: edits, deletions and reactions change what is there. */
import { normalizeMessageContent, proto } from '@whiskeysockets/baileys';
import type { MediaHost, MediaKind } from './media.js';
import type { Phone, ShownMessage } from './world.js';

const kinds: MediaKind[] = ['image', 'video', 'audio', 'document', 'sticker'];

export function show(phone: Phone, id: string, chat: string, from: string, message: proto.IMessage): void {
  const content = normalizeMessageContent(message);
  if (!content || phone.shown.some((known) => known.id === id)) return;
  if (content.protocolMessage) return change(phone, chat, from, content.protocolMessage);
  if (content.reactionMessage) return react(phone, from, content.reactionMessage);
  const text = textOf(content);
  const file = fileOf(phone.network.media, content);
  if (text === null && !file) return;
  const reactions = new Map<string, string>();
  phone.shown.push({ id, chat, from, content, text: text ?? '', file, edits: 0, deleted: false, reactions });
}

function change(phone: Phone, chat: string, from: string, said: proto.Message.IProtocolMessage): void {
  const changed = phone.shown.find((known) => known.id === said.key?.id && known.chat === chat);
  // Nobody changes what another wrote.
  if (!changed || changed.from !== from) return;
  if (said.type === proto.Message.ProtocolMessage.Type.REVOKE) changed.deleted = true;
  if (said.type !== proto.Message.ProtocolMessage.Type.MESSAGE_EDIT) return;
  changed.text = textOf(said.editedMessage ?? {}) ?? '';
  changed.edits++;
}

function react(phone: Phone, from: string, { key, text }: proto.Message.IReactionMessage): void {
  const reactions =
    phone.shown.find(({ id }) => id === key?.id)?.reactions ?? phone.network.reactionsTo(key?.id);
  if (text) reactions.set(from, text);
  else reactions.delete(from);
}

const textOf = (content: proto.IMessage): string | null =>
  content.conversation ?? content.extendedTextMessage?.text ?? null;

function fileOf(media: MediaHost, content: proto.IMessage): ShownMessage['file'] {
  for (const kind of kinds) {
    const fields = content[`${kind}Message`];
    if (!fields) continue;
    return {
      kind,
      name: 'fileName' in fields ? (fields.fileName ?? null) : null,
      type: fields.mimetype ?? null,
      voice: 'ptt' in fields && fields.ptt === true,
      content: media.open(fields, kind),
    };
  }
  return null;
}
