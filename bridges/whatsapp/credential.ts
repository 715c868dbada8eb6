/** What a user gives to link WhatsApp, and what the bridge keeps of it beside the keys in its store. */
import * as z from 'zod';

/**
 * `own` is the user's own number: they write to themselves. `dedicated` is a number that only the assistant has: whoever sends
 * the `/link` code to it writes there.
 */
const mode = z.enum(['own', 'dedicated']);

/** Whether the other side sees that a message was read. */
const readReceipts = z.boolean().optional();

export const whatsappLinkRequest = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('qr'), mode, readReceipts }),
  z.strictObject({
    method: z.literal('code'),
    mode,
    readReceipts,
    /** With the country's code; blanks, dashes and the plus in front may be there. */
    phone: z
      .string()
      .max(40)
      .transform((text) => text.replace(/^\s*\+|[\s().-]/g, ''))
      .pipe(z.string().regex(/^[1-9]\d{6,14}$/, 'is not a phone number with its country code')),
  }),
]);
export type WhatsAppLinkRequest = z.infer<typeof whatsappLinkRequest>;

export const whatsappCredential = z.strictObject({ mode, readReceipts: z.boolean() });
export type WhatsAppCredential = z.infer<typeof whatsappCredential>;
