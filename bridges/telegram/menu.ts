/** The bot's menu of commands in Telegram's own clients. */
import type { Api } from 'grammy';

const commands = [
  { command: 'help', description: 'What I can do' },
  { command: 'new', description: 'Start a new conversation' },
  { command: 'status', description: 'How your assistant is doing' },
  { command: 'stop', description: 'Stop the current answer' },
];

/** Best effort: the commands work without the menu. Never throws. */
export async function setMenu(api: Api): Promise<void> {
  await api.setMyCommands(commands).catch(() => undefined);
}

/** Undoes at Telegram what linking did there. Never throws. */
export async function undoLink(api: Api): Promise<void> {
  await Promise.allSettled([api.deleteWebhook({ drop_pending_updates: false }), api.deleteMyCommands()]);
}
