/** Real grammY clients for the fake Telegram, and the words of a refused call. */
import { Agent } from 'node:https';
import { Bot, GrammyError } from 'grammy';
import type { FakeBot, FakeTelegram } from './telegram.js';

/** `ca` is the authority of the fake's certificate. */
export function grammyBot(telegram: FakeTelegram, { token }: Pick<FakeBot, 'token'>, ca: string): Bot {
  const agent = new Agent({ keepAlive: true, ca });
  return new Bot(token, { client: { apiRoot: telegram.url, baseFetchConfig: { agent, compress: true } } });
}

/** What the API refuses a call with: `400 Bad Request: …`. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof GrammyError) return `${error.error_code} ${error.description}`;
    throw error;
  }
  throw new Error('the call was not refused');
}
