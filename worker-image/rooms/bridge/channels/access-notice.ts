/** Tells the user in a chat of theirs that an operator has opened access to their account. */
import { WEB_CHAT } from '../../../../bridges/web/ids.js';
import type { AccessNotice } from '../../../../contracts/worker-door.js';
import type { Channels } from './channels.js';

/** Whether a chat has taken it. */
export async function tellOfAccess(
  channels: Pick<Channels, 'bridge' | 'placeToTell'>,
  { id, reason, endsAt }: AccessNotice,
): Promise<boolean> {
  // The messenger that was used last, if one works; else the browser's chat, which keeps it.
  const { channel, chat } = channels.placeToTell({ channel: 'web', chat: WEB_CHAT });
  const bridge = channels.bridge(channel);
  if (!bridge) return false;
  try {
    for (const [at, part] of bridge.render(words(reason, endsAt)).entries())
      await bridge.send(chat, part, `access-${id}-${at}`);
    return true;
  } catch {
    // The dashboard has it as well.
    return false;
  }
}

function words(reason: string, endsAt: number): string {
  const until = new Date(endsAt).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length).replace('T', ' ');
  return `⚠️ The operator of this installation has opened access to your data until ${until} UTC. Their reason: “${reason.replaceAll(/[`*_[\]<>]/g, '')}”. It is in your audit trail, and on your dashboard under Privacy.`;
}
