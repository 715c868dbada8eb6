/** A person in a proof: an account, a key or two, a bot of their own, and what they say and are told. */
import type { Installation, KeyedProvider } from '../../test/kit/installation.js';
import type { FakeBot, SentMessage } from '../../test/kit/telegram/telegram.js';

export interface Person {
  /** The account. */
  id: string;
  bot: FakeBot;
  /** Their id at the platform, which is also the id of their private chat. */
  owner: number;
  firstName: string;
  username: string;
  /** The code that linked them. */
  code: string;
}

export interface PersonOptions {
  name: string;
  keys: Partial<Record<KeyedProvider, string>>;
  owner: number;
  token?: string;
  botUsername?: string;
  firstName?: string;
  username?: string;
}

const LINK_WITHIN = 15_000;

/** Makes an account, sets its keys, links its bot, as the commands would. */
export async function settle(ara: Installation, options: PersonOptions): Promise<Person> {
  const { name, keys, owner, token, firstName = 'Test', username = `${name}_person` } = options;
  const { internet } = ara;
  const { id } = await ara.api<{ id: string }>('POST', '/v1/accounts', { name });
  for (const provider of ['anthropic', 'openai', 'google'] as const)
    if (keys[provider]) await setKey(ara, id, provider, keys[provider]);
  const bot = internet.telegram.addBot({
    username: options.botUsername ?? `${name}_bot`,
    ...(token ? { token } : {}),
  });
  const { code } = await ara.link(id, bot.token);
  const person: Person = { id, bot, owner, firstName, username, code };
  const welcome = heard(ara, person, ({ text }) => text.startsWith('Linked'), LINK_WITHIN);
  say(ara, person, `/link ${code}`);
  await welcome;
  return person;
}

/** Sets a key that the provider knows. */
export async function setKey(
  ara: Installation,
  id: string,
  provider: KeyedProvider,
  key: string,
): Promise<void> {
  ara.internet[provider].keys.add(key);
  await ara.api('PUT', `/v1/accounts/${id}/keys/${provider}`, { key });
}

export function say(ara: Installation, { bot, owner, firstName, username }: Person, text: string): void {
  ara.internet.telegram.say(bot, { userId: owner, text, firstName, username });
}

/** The first message to this person that fits. */
export function heard(
  ara: Installation,
  { bot, owner }: Person,
  fits: (message: SentMessage) => boolean,
  within = 10_000,
): Promise<SentMessage> {
  return ara.internet.telegram.waitForMessage(
    bot,
    (message) => message.chatId === owner && fits(message),
    within,
  );
}

/** Says something and waits for the next message that has come since and fits; returns the milliseconds that took. */
export async function ask(
  ara: Installation,
  person: Person,
  text: string,
  fits: (text: string) => boolean,
  within = 10_000,
): Promise<number> {
  const before = new Set(ara.internet.telegram.messages(person.bot, person.owner));
  const began = performance.now();
  const answer = heard(ara, person, (message) => !before.has(message) && fits(message.text), within);
  say(ara, person, text);
  await answer;
  return performance.now() - began;
}
