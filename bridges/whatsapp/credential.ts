/** What the bridge keeps of a link beside the keys in its store; what the user gives for it is `whatsappLink` in the contracts. */
import * as z from 'zod';
import { whatsappMode } from '../../contracts/worker-door.js';

export const whatsappCredential = z.strictObject({ mode: whatsappMode, readReceipts: z.boolean() });
export type WhatsAppCredential = z.infer<typeof whatsappCredential>;
