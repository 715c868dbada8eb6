/** What was chosen to link WhatsApp, as the container reads it. */
import type { LinkRequest } from './useLinking';

export interface WhatsAppFields {
  number: 'own' | 'dedicated';
  by: 'qr' | 'code';
  phone: string;
}

/** The number with its country code; null when it is none. */
export function phoneDigits(typed: string): string | null {
  const digits = typed
    .trim()
    .replace(/^(?:\+|00)/, '')
    .replace(/[\s()./-]/g, '');
  return /^[1-9]\d{6,14}$/.test(digits) ? digits : null;
}

/** The counterpart is `whatsappLink` in contracts/worker-door.ts. */
export const whatsappRequest = ({ number, by, phone }: WhatsAppFields): LinkRequest => ({
  credential:
    by === 'code' ? { method: by, mode: number, phone: phoneDigits(phone) } : { method: by, mode: number },
});
