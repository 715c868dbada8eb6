/** Deleting as a person does it in a chat: asked for, the code typed, and the receipt read that is promised. */
import { Installation } from '../installation.js';
import { ask, type Chat } from './chat.js';

export interface Receipt {
  kind: string;
  notReached: { what: string; why: string }[];
  verification: { found: number; places: { place: string; found: number }[] };
}

/** What leads to the receipt, in the message that promises it. */
export const tokenIn = (text: string): string => /\/receipt#([A-Za-z0-9_-]{43})/.exec(text)?.[1] ?? '';

/** @param words as `delete account`; `sign` is what stands before commands there */
export async function deleteIn(
  ara: Installation,
  chat: Chat,
  words: string,
  sign: '/' | '!' = '/',
): Promise<Receipt> {
  const [command] = words.split(' ');
  const question = await ask(chat, `${sign}${words}`, `${command} confirm`);
  const [, code = ''] = /confirm (\d{6})/.exec(question.text) ?? [];
  const begun = await ask(chat, `${sign}${command} confirm ${code}`, 'Confirmed');
  const path = `/v1/receipts/${tokenIn(begun.text)}/file`;
  await Installation.until(async () => (await ara.send('GET', path)).status === 200, 40_000);
  return (JSON.parse((await ara.send('GET', path)).text) as { receipt: Receipt }).receipt;
}
