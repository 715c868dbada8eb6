/** The bot's menu of commands in Telegram's own clients. */
import type { Api } from 'grammy';
import { commandLines } from '../../contracts/commands.js';
import { notReached, type Unlinked } from '../bridge.js';
import { toPlatformError } from './failure.js';

/** Best effort: the commands work without the menu. Never throws. */
export async function setMenu(api: Api): Promise<void> {
  const commands = commandLines.map(({ name, summary }) => ({ command: name, description: summary }));
  await api.setMyCommands(commands).catch(() => undefined);
}

/** Undoes at Telegram what linking did there. Never throws. */
export async function undoLink(api: Api): Promise<Unlinked> {
  const steps = [api.deleteWebhook({ drop_pending_updates: false }), api.deleteMyCommands()];
  const failed = (await Promise.allSettled(steps)).find(({ status }) => status === 'rejected');
  return failed?.status === 'rejected' ? notReached(toPlatformError(failed.reason)) : { reached: true };
}
