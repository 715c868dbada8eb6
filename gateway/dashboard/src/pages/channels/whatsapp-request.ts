/** What was chosen to link WhatsApp, as the container reads it. */
import type { LinkRequest } from './useLinking';

export interface WhatsAppFields {
  number: 'own' | 'dedicated';
  by: 'qr' | 'code';
  phone: string;
  /** Of a number of its own: with your own there is nobody to see them. */
  readReceipts: boolean;
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
export function whatsappRequest({ number, by, phone, readReceipts }: WhatsAppFields): LinkRequest {
  const receipts = number === 'dedicated' ? { readReceipts } : {};
  return {
    credential: {
      method: by,
      mode: number,
      ...receipts,
      ...(by === 'code' ? { phone: phoneDigits(phone) } : {}),
    },
  };
}
