/** Says what came with a message and how it is fetched: the reference holds the file's own key. Pure. */
import type { proto } from '@whiskeysockets/baileys';
import * as z from 'zod';
import type { Attachment } from '../../contracts/message.js';

/** The kinds of WhatsApp, each with keys of its own derivation. */
export const mediaKind = z.enum(['image', 'video', 'audio', 'document', 'sticker']);
export type MediaKind = z.infer<typeof mediaKind>;

/** All that is needed to fetch and to check a file. */
const reference = z.strictObject({
  kind: mediaKind,
  /** On the media host. */
  path: z.string().regex(/^\/[\x21-\x7e]{1,2000}$/),
  /** base64 */
  key: z.base64().length(44),
  /** Of the encrypted file, base64. */
  hash: z.base64().length(44),
});
export type MediaReference = z.infer<typeof reference>;

/** Null when it is none of ours. */
export function parseReference(text: string): MediaReference | null {
  try {
    return reference.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

interface Media {
  directPath?: string | null;
  mediaKey?: Uint8Array | null;
  fileEncSha256?: Uint8Array | null;
  fileLength?: number | { toNumber(): number } | null;
  mimetype?: string | null;
  fileName?: string | null;
  title?: string | null;
  ptt?: boolean | null;
}

const base64 = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('base64');

/** None where nothing is attached, or where it cannot be fetched. */
export function attachmentOf(content: proto.IMessage): Attachment[] {
  return mediaKind.options.flatMap((kind) => {
    const media = (kind === 'video' && content.ptvMessage) || content[`${kind}Message`];
    if (!media) return [];
    const { directPath: path, mediaKey, fileEncSha256 } = media;
    const found = reference.safeParse({ kind, path, key: base64(mediaKey), hash: base64(fileEncSha256) });
    if (!found.success) return [];
    const described = {
      kind: kindFor(kind, media),
      name: nameOf(media),
      type: typeOf(media),
      size: sizeOf(media),
    };
    return [{ ...described, reference: JSON.stringify(found.data) }];
  });
}

function kindFor(kind: MediaKind, { ptt }: Media): Attachment['kind'] {
  if (kind === 'audio') return ptt ? 'voice' : 'audio';
  if (kind === 'sticker') return 'image';
  return kind === 'document' ? 'file' : kind;
}

const nameOf = ({ fileName, title }: Media): string | null => {
  const name = (fileName || title || '')
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 255)
    .toWellFormed();
  return name === '' ? null : name;
};

const typeOf = ({ mimetype }: Media): string | null => mimetype?.slice(0, 100).toWellFormed() || null;

function sizeOf({ fileLength }: Media): number | null {
  const size = typeof fileLength === 'object' ? fileLength?.toNumber() : fileLength;
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : null;
}
