/** The slash commands, the same on every channel: the agent room answers them, a bridge shows them in its native menu. */

export interface CommandLine {
  name: string;
  /** One line for /help and for the menu. */
  summary: string;
}

/** In the order in which people need them. */
export const commandLines = [
  { name: 'help', summary: 'what I understand' },
  { name: 'new', summary: 'start a new conversation' },
  { name: 'stop', summary: 'stop the answer I am writing' },
  { name: 'retry', summary: 'answer my last message again' },
  { name: 'undo', summary: 'take the last message and its answer back' },
  { name: 'status', summary: 'model, channels and what I am doing' },
  { name: 'usage', summary: 'tokens and cost, by day and model' },
  { name: 'budget', summary: 'the most I may spend a day and a month' },
  { name: 'model', summary: 'which model answers, here or everywhere' },
  { name: 'memory', summary: 'what I remember; search, forget, prompt' },
  { name: 'remind', summary: 'set, list and cancel reminders' },
  { name: 'files', summary: 'the files in your workspace' },
  { name: 'privacy', summary: 'where your data lies and what went where' },
  { name: 'clear', summary: 'delete conversations and memory; with files if you like' },
  { name: 'delete', summary: 'delete your container, or your whole account' },
  { name: 'export', summary: 'everything of yours in one file' },
  { name: 'private', summary: 'ask something that is kept nowhere' },
  { name: 'allow', summary: 'in a group: I answer you there; /disallow ends it' },
  { name: 'link', summary: 'your linked channels, and how to add one' },
  { name: 'unlink', summary: 'unlink a channel' },
  { name: 'settings', summary: 'time zone, quiet hours, busy mode and more' },
] as const satisfies readonly CommandLine[];

export type CommandName = (typeof commandLines)[number]['name'];
