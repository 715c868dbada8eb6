/** Makes and reads the references of attachments: where the bytes lie, and the key where they are encrypted. */
import * as z from 'zod';
import type { Attachment } from '../../contracts/message.js';
import { PlatformError } from '../bridge.js';

const mxc = z
  .string()
  .max(1_000)
  .regex(/^mxc:\/\/[^/?#\s]+\/[\w-]+$/);

const short = z.string().max(100);

/** As the specification of encrypted attachments has it; only its second version is read. */
export const encryptedFile = z.object({
  url: mxc,
  key: z.object({ k: short }),
  iv: short,
  hashes: z.object({ sha256: short }),
  v: z.literal('v2'),
});
export type EncryptedFile = z.infer<typeof encryptedFile>;

const plainFile = z.object({ url: mxc });
const reference = z.union([encryptedFile, z.strictObject({ url: mxc })]);
export type Reference = z.infer<typeof reference>;

/** @throws PlatformError `refused` */
export function parseReference(text: string): Reference {
  try {
    return reference.parse(JSON.parse(text));
  } catch {
    throw new PlatformError('refused');
  }
}

const KINDS = { 'm.image': 'image', 'm.audio': 'audio', 'm.video': 'video', 'm.file': 'file' } as const;

/** Null for a message that carries no file. */
export function attachmentOf(content: Record<string, unknown>): Attachment | null {
  const kind = KINDS[content['msgtype'] as keyof typeof KINDS] as Attachment['kind'] | undefined;
  const isSealed = content['file'] !== undefined;
  const lies = isSealed ? encryptedFile.safeParse(content['file']) : plainFile.safeParse(content);
  if (!kind || !lies.success) return null;
  const info = (content['info'] ?? {}) as Record<string, unknown>;
  const isVoice = kind === 'audio' && 'org.matrix.msc3245.voice' in content;
  return {
    kind: isVoice ? 'voice' : kind,
    name: shortened(content['filename'] ?? content['body'], 255),
    type: shortened(info['mimetype'], 100),
    size: Number.isSafeInteger(info['size']) && Number(info['size']) >= 0 ? Number(info['size']) : null,
    reference: JSON.stringify(lies.data),
  };
}

const shortened = (value: unknown, most: number): string | null =>
  typeof value === 'string' && value !== ''
    ? value
        .replace(/\p{Cc}/gu, ' ')
        .slice(0, most)
        .toWellFormed()
    : null;
