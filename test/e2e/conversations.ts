/** What a linked user must get from Ara, whatever it runs on: the tests of first light, for any installation. */
import { describe, expect, it } from 'vitest';
import { echoes, waitForEcho } from '../kit/models/echoes.js';
import type { Installation, User } from '../kit/installation.js';
import type { SentMessage } from '../kit/telegram/telegram.js';
import type { Installed } from './installed.js';

export function conversations(setup: Installed): void {
  describe('an answer', () => {
    it('comes from Anthropic, once, and is counted', async () => {
      const alice = await setup.ara.addUser('alice');
      expect(await setup.ara.ask(alice, 'how are you?')).toBe('echo: how are you?');
      expect(answers(alice)).toEqual(['echo: how are you?']);
      await counted(alice, { answered: 1 });
      expect(setup.internet.anthropic.violations).toEqual([]);
      expect(setup.internet.telegram.violations).toEqual([]);
    });

    it('comes from OpenAI where that is the key', async () => {
      const { openai } = setup.internet;
      const olga = await setup.ara.addUser('olga', { openai: 'sk-openai-test-key' });
      const before = openai.requests.length;
      expect(await setup.ara.ask(olga, 'and you?')).toBe('echo: and you?');
      expect(openai.requests.length).toBe(before + 1);
      expect(openai.violations).toEqual([]);
    });

    it('comes from the second provider when the first fails, and says so', async () => {
      const { anthropic, openai } = setup.internet;
      const frida = await setup.ara.addUser('frida', {
        anthropic: 'sk-ant-frida-key',
        openai: 'sk-openai-frida-key',
      });
      anthropic.script(() => ({ error: { status: 529, type: 'overloaded_error', message: 'Overloaded' } }));
      const before = openai.requests.length;
      const answer = await setup.ara.ask(frida, 'who is there?');
      anthropic.script(undefined);
      expect(answer).toBe(
        'Anthropic does not answer, so OpenAI (gpt-6-sol) answers this one.\n\necho: who is there?',
      );
      expect(openai.requests.length).toBe(before + 1);
    });

    it('remembers what was said before', async () => {
      const { anthropic } = setup.internet;
      const mia = await setup.ara.addUser('mia');
      await setup.ara.ask(mia, 'my colour is red');
      const asked = anthropic.waitForRequest(({ body }) => lastOf(body) === 'what is my colour?');
      await setup.ara.ask(mia, 'what is my colour?');
      const { body } = await asked;
      expect(body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
      expect(JSON.stringify(body.messages)).toContain('my colour is red');
    });
  });

  describe('order', () => {
    it('is kept over twenty quick messages in one chat, however many become one question', async () => {
      const quick = await setup.ara.addUser('quick');
      const numbers = Array.from({ length: 20 }, (_, at) => at + 1);
      const last = waitForEcho(setup.ara, quick, 'number 20', 30_000);
      for (const number of numbers) setup.ara.say(quick, `number ${number}`);
      await last;
      expect(echoes(setup.ara, quick)).toEqual(numbers.map((number) => `number ${number}`));
      await counted(quick, { answered: 20 });
    });

    it('keeps the topics of one chat apart', async () => {
      const { anthropic } = setup.internet;
      const tom = await setup.ara.addUser('tom');
      await setup.ara.ask(tom, 'my colour is red', 10_000, 5);
      await setup.ara.ask(tom, 'my colour is blue', 10_000, 7);
      const asked = anthropic.waitForRequest(({ body }) => lastOf(body) === 'which is it?');
      await setup.ara.ask(tom, 'which is it?', 10_000, 5);
      const sent = JSON.stringify((await asked).body.messages);
      expect(sent).toContain('red');
      expect(sent).not.toContain('blue');
      expect(answers(tom, 5)).toEqual(['echo: my colour is red', 'echo: which is it?']);
      expect(answers(tom, 7)).toEqual(['echo: my colour is blue']);
    });
  });

  const sentTo = ({ bot, owner }: User, threadId?: number): SentMessage[] =>
    setup.internet.telegram.messages(bot, owner, threadId);

  /** All that the bot wrote to its owner, without the welcome. */
  const answers = (user: User, threadId?: number): string[] =>
    sentTo(user, threadId)
      .map(({ text }) => text)
      .filter((text) => !text.startsWith('Linked'));

  const counted = (user: User, messages: Record<string, number>): Promise<void> =>
    haveMessages(setup.ara, user, messages);
}

/** The journal says so: each message has its outcome, and there are no others. The last one is written after the send. */
export async function haveMessages(
  ara: Installation,
  user: User,
  messages: Record<string, number>,
): Promise<void> {
  await expect.poll(async () => (await ara.status(user.id)).container.messages).toEqual(messages);
}

/** The last words of the user in a request to a model. */
export function lastOf(body: { messages: readonly { content: unknown }[] }): string {
  const content = body.messages.at(-1)?.content;
  if (typeof content === 'string') return content;
  const [block] = content as { text?: string }[];
  return block?.text ?? '';
}
