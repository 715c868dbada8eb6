/** Receives by webhook: tells Telegram where to post, and takes in the bodies the gateway passes on. */
import type { Api } from 'grammy';
import { createHash } from 'node:crypto';
import type { BridgeHost } from '../bridge.js';
import { parseBody } from './inbound.js';
import type { Intake } from './intake.js';
import type { Recovery } from './recovery.js';

/** The hash by which the gateway knows Telegram's posts; it never holds the secret itself. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Sets the webhook, until it is set or the token is refused. True when it is set. Never throws. */
export function setWebhook(url: string, host: BridgeHost, api: Api, recovery: Recovery): Promise<boolean> {
  return recovery.insist(async () => {
    await api.setWebhook(
      url,
      {
        secret_token: host.webhookSecret,
        allowed_updates: ['message'],
        // One at a time: side by side they would overtake one another on the way.
        max_connections: 1,
        drop_pending_updates: false,
      },
      recovery.signal as unknown as Parameters<Api['setWebhook']>[2],
    );
  });
}

/** @throws AraError `bad-request`. */
export async function takeWebhook(body: Buffer, intake: Intake): Promise<'accepted' | 'duplicate'> {
  const read = await intake.read(parseBody(body));
  return intake.take([read], null) ? 'accepted' : 'duplicate';
}
