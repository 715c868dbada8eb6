/** What a message of Telegram brings beside its text: files, and what can be said in words. Pure. */
import * as z from 'zod';
import type { Attachment } from '../../contracts/message.js';

// Only what is read is checked, and a file that is not of this form must not cost the message.
const lenient = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);
const fileFields = {
  file_id: z.string().min(1).max(8_000),
  file_size: z.int().nonnegative().optional().catch(undefined),
};
const file = z.object({
  ...fileFields,
  file_name: z.string().optional().catch(undefined),
  mime_type: z.string().optional().catch(undefined),
});
const place = z.object({ latitude: z.number(), longitude: z.number() });

/** The fields of a message that are read here. */
export const mediaFields = {
  photo: lenient(z.array(z.object({ ...fileFields, width: z.number(), height: z.number() }))),
  voice: lenient(file),
  audio: lenient(file),
  video: lenient(file),
  video_note: lenient(file),
  animation: lenient(file),
  document: lenient(file),
  sticker: lenient(z.object({ emoji: z.string().optional() })),
  venue: lenient(z.object({ location: place, title: z.string(), address: z.string() })),
  location: lenient(place),
  contact: lenient(
    z.object({ phone_number: z.string(), first_name: z.string(), last_name: z.string().optional() }),
  ),
};
export type Media = z.infer<z.ZodObject<typeof mediaFields>>;

/** The kinds of files, the one that says most first: an animation comes as a document as well. */
const KINDS = [
  ['voice', 'voice'],
  ['audio', 'audio'],
  ['video', 'video'],
  ['video_note', 'video'],
  ['animation', 'video'],
  ['document', 'file'],
] as const;

/** A message of Telegram has at most one; an album is several messages. */
export function attachmentsOf(said: Media): Attachment[] {
  const largest = said.photo?.toSorted((a, b) => b.width * b.height - a.width * a.height)[0];
  if (largest) {
    const { file_id: reference, file_size: size = null } = largest;
    // Telegram makes a JPEG of every photo.
    return [{ kind: 'image', name: null, type: 'image/jpeg', size, reference }];
  }
  for (const [field, kind] of KINDS) {
    const found = said[field];
    if (!found) continue;
    const { file_id: reference, file_size: size = null, mime_type: type = '', file_name: name = '' } = found;
    return [
      { kind: kindOf(kind, type), name: shortened(name, 255), type: shortened(type, 100), size, reference },
    ];
  }
  return [];
}

/** What is no file and no text, in words; empty when there is no such thing. */
export function wordsOf({ sticker, venue, location, contact }: Media): string {
  if (sticker) return `(sticker${sticker.emoji ? `: ${sticker.emoji}` : ''})`;
  if (venue) return `(place: ${venue.title}, ${venue.address}, ${coordinates(venue.location)})`;
  if (location) return `(location: ${coordinates(location)})`;
  if (contact)
    return `(contact: ${[contact.first_name, contact.last_name].filter(Boolean).join(' ')}, ${contact.phone_number})`;
  return '';
}

/** A picture that was sent as a file is one. */
const kindOf = (kind: Attachment['kind'], type: string): Attachment['kind'] =>
  kind === 'file' && type.startsWith('image/') ? 'image' : kind;

const coordinates = ({ latitude, longitude }: z.infer<typeof place>): string => `${latitude}, ${longitude}`;

const shortened = (text: string, most: number): string | null =>
  text.slice(0, most).toWellFormed().replaceAll('\0', '') || null;
