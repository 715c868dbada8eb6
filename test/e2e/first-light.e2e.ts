/** First light on Docker: what a user sees of Ara from the first message on. */
import { describe, expect, it } from 'vitest';
import type { User } from '../kit/installation.js';
import type { SentMessage } from '../kit/telegram/telegram.js';
import { conversations, haveMessages } from './conversations.js';
import { installed } from './installed.js';

const setup = installed({ runtime: 'docker' });

conversations(setup);

describe('a long answer', () => {
  it('appears while it is written, in one message that is edited', async () => {
    const words = Array.from({ length: 30 }, (_, at) => `word${at} `);
    setup.internet.anthropic.script(() => ({ text: words.join(''), chunks: words, perChunkMs: 120 }));
    const user = await setup.ara.addUser('stream');
    const whole = words.join('').trim();
    const done = setup.internet.telegram.waitForMessage(user.bot, ({ text }) => text === whole);
    setup.ara.say(user, 'count');
    const message = await done;
    setup.internet.anthropic.script(undefined);
    expect(answersTo(user)).toHaveLength(1);
    expect(message.edits.length).toBeGreaterThanOrEqual(2);
    // Shown as it grows, and never faster than the platform likes.
    const shown = [...message.edits];
    for (const text of shown) expect(whole.startsWith(text)).toBe(true);
    expect(shown.map(({ length }) => length)).toEqual(
      shown.map(({ length }) => length).sort((a, b) => a - b),
    );
  });

  it('of more than one message comes whole, with its code block in one piece', async () => {
    const code = Array.from({ length: 90 }, (_, at) => `const value${at} = compute(${at});`).join('\n');
    const paragraphs = (from: number): string =>
      Array.from({ length: 20 }, (_, at) =>
        `Paragraph ${from + at}. ${'Lorem ipsum. '.repeat(10)}`.trim(),
      ).join('\n\n');
    const text = `${paragraphs(0)}\n\n\`\`\`ts\n${code}\n\`\`\`\n\n${paragraphs(20)}\n\nThe end.`;
    setup.internet.anthropic.script(() => ({ text }));
    const user = await setup.ara.addUser('long');
    const last = setup.internet.telegram.waitForMessage(user.bot, (message) =>
      message.text.endsWith('The end.'),
    );
    setup.ara.say(user, 'tell me all');
    await last;
    setup.internet.anthropic.script(undefined);
    const parts = answersTo(user);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(part.text.length).toBeLessThanOrEqual(4096);
    const blocks = parts.flatMap((part) =>
      part.entities
        .filter(({ type }) => type === 'pre')
        .map(({ offset, length }) => part.text.slice(offset, offset + length)),
    );
    expect(blocks).toEqual([code]);
    const words = (value: string): string[] => value.split(/\s+/).filter(Boolean);
    const said = words(text.replace('```ts', '').replace('```', ''));
    expect(words(parts.map((part) => part.text).join(' '))).toEqual(said);
  });

  it('is formatted as Markdown means it', async () => {
    const text =
      '# Title\n\n**bold** and *italic* and `code` and [a link](https://example.org/)\n\n- one\n- two\n\n1 < 2 & 3';
    setup.internet.anthropic.script(() => ({ text }));
    const user = await setup.ara.addUser('markdown');
    const done = setup.internet.telegram.waitForMessage(user.bot, (message) =>
      message.text.includes('1 < 2 & 3'),
    );
    setup.ara.say(user, 'format it');
    const message = await done;
    setup.internet.anthropic.script(undefined);
    const marked = message.entities.map(({ type, offset, length }) => [
      type,
      message.text.slice(offset, offset + length),
    ]);
    expect(marked).toContainEqual(['bold', 'bold']);
    expect(marked).toContainEqual(['italic', 'italic']);
    expect(marked).toContainEqual(['code', 'code']);
    expect(marked).toContainEqual(['text_link', 'a link']);
    expect(message.text).not.toMatch(/[*`#]/);
  });
});

describe('a command', () => {
  it('is answered without the model', async () => {
    const user = await setup.ara.addUser('commander');
    const before = setup.internet.anthropic.requests.length;
    expect(await told(user, '/help', 'Commands:')).toContain('/stop');
    expect(await told(user, '/status', 'Model:')).toContain('Anthropic claude-sonnet-5-5');
    expect(await told(user, '/staus', 'Did you mean')).toContain('Did you mean /status?');
    expect(await told(user, '/gibberish', '/gibberish')).not.toContain('Did you mean');
    expect(await told(user, '/stop', 'not writing')).toBe('I am not writing an answer in this chat.');
    expect(setup.internet.anthropic.requests.length).toBe(before);
  });

  it('/new leaves the old conversation behind', async () => {
    const user = await setup.ara.addUser('renewed');
    await setup.ara.ask(user, 'my colour is green');
    await told(user, '/new', 'New conversation');
    const before = setup.internet.anthropic.requests.length;
    await setup.ara.ask(user, 'what is my colour?');
    const [request] = setup.internet.anthropic.requests.slice(before);
    expect(JSON.stringify(request?.body.messages)).not.toContain('green');
  });

  it('/stop ends a slow answer at once, and the user sees that', async () => {
    const user = await setup.ara.addUser('stopper');
    const chunks = Array.from({ length: 200 }, (_, at) => `slow${at} `);
    setup.internet.anthropic.script(() => ({ text: chunks.join(''), chunks, perChunkMs: 100 }));
    const before = setup.internet.anthropic.requests.length;
    const begun = setup.internet.telegram.waitForMessage(user.bot, ({ text }) => text.startsWith('slow0'));
    setup.ara.say(user, 'tell me a long story');
    const message = await begun;
    const request = setup.internet.anthropic.requests[before];
    const stopped = setup.internet.telegram.waitForMessage(user.bot, ({ text }) => text.endsWith('Stopped.'));
    await told(user, '/stop', 'I stop.');
    expect(await stopped).toBe(message);
    await setup.internet.anthropic.waitForRequest((each) => each === request && each.aborted);
    setup.internet.anthropic.script(undefined);
    await haveMessages(setup.ara, user, { cancelled: 1, answered: 1 });
    expect(await setup.ara.ask(user, 'still there?')).toBe('echo: still there?');
  });
});

/** The user writes, and the bot's answer is the one with these words in it. */
async function told(user: User, text: string, words: string): Promise<string> {
  const answer = setup.internet.telegram.waitForMessage(user.bot, (message) => message.text.includes(words));
  setup.ara.say(user, text);
  return (await answer).text;
}

const answersTo = ({ bot, owner }: User): SentMessage[] =>
  setup.internet.telegram.messages(bot, owner).filter(({ text }) => !text.startsWith('Linked'));
