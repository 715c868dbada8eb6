/** Receives by webhook: tells Telegram where to post, and takes in the bodies the gateway passes on. */
import type { Api } from 'grammy';
import { createHash } from 'node:crypto';
import type { BridgeHost } from '../bridge.js';
import { AraError } from '../../contracts/errors.js';
import { parseBody } from './inbound.js';
import type { Intake } from './intake.js';
import type { Recovery } from './recovery.js';
import { forGrammy } from './transport.js';
import type { WebhookOrder } from './webhook-order.js';

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
      forGrammy(recovery.signal),
    );
  });
}

/** @throws AraError `bad-request`; `platform-unreachable` when the bot's name was needed and could not be had. */
export async function takeWebhook(
  body: Buffer,
  intake: Intake,
  order: WebhookOrder,
): Promise<'accepted' | 'duplicate'> {
  const update = parseBody(body);
  const read = await intake.read(update).catch((error: unknown) => {
    throw error instanceof AraError ? error : new AraError('platform-unreachable');
  });
  const number = numberOf(update);
  await order.turnOf(number);
  return intake.take([read], String(order.taken(number))) ? 'accepted' : 'duplicate';
}

/** What has been read has a number; 0 goes before all others. */
function numberOf(update: unknown): number {
  const { update_id: number } = update as { update_id?: unknown };
  return Number.isSafeInteger(number) ? (number as number) : 0;
}
