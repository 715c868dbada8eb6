/** The sealed message: the only form in which a message is ever outside its user's container. */
import * as z from 'zod';
import { accountId, channelKind } from './ids.js';

/** Most bytes of plaintext in one sealed message: Telegram's webhook bodies and our own text limit fit. */
export const MAX_SEALED_BYTES = 1_048_576;

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/, 'is not base64');

/**
 * `crypto_box` (X25519, XSalsa20-Poly1305). A `message` was sealed by the container to itself and holds an
 * `InboundMessage`; a `webhook` was sealed by the gateway and holds the raw body as the platform sent it.
 * The header (every field but `nonce` and `box`) is repeated inside the box, so that it cannot be changed.
 */
export const sealedHeader = z.strictObject({
  v: z.literal(1),
  kind: z.enum(['message', 'webhook']),
  account: accountId,
  channel: channelKind,
  /** Names the message in the queue: a hash, never a platform id, so that the centre knows no chat. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
});
export type SealedHeader = z.infer<typeof sealedHeader>;

export const sealedMessage = sealedHeader.extend({
  nonce: base64.length(32),
  box: base64.max(Math.ceil((MAX_SEALED_BYTES + 1024) / 3) * 4),
});
export type SealedMessage = z.infer<typeof sealedMessage>;
