/** What an unscripted model echoed: messages that came close together are one question, and one echo of all of them. */
import type { Installation, User } from '../installation.js';
import type { SentMessage } from '../telegram/telegram.js';

const ECHO = 'echo: ';

/** The user's messages of which a message to them is the echo; none if it is not. */
const echoed = ({ text }: SentMessage): string[] =>
  text.startsWith(ECHO) ? text.slice(ECHO.length).split('\n\n') : [];

/** Every message of the user that was echoed, in the order of the echoes. */
export const echoes = ({ internet }: Installation, { bot, owner }: User, threadId?: number): string[] =>
  internet.telegram.messages(bot, owner, threadId).flatMap(echoed);

/** Resolves once this message has been echoed, alone or with others. */
export async function waitForEcho(
  { internet }: Installation,
  { bot }: User,
  words: string,
  within: number,
): Promise<void> {
  await internet.telegram.waitForMessage(bot, (message) => echoed(message).includes(words), within);
}
