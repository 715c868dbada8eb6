/** Tests of what becomes of a model's call of a tool. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { chatId } from '../../../../contracts/ids.js';
import { ToolBox } from './tool-box.js';
import { ToolError, type AnyTool, type ToolContext } from './tool.js';

const context: Omit<ToolContext, 'showImage'> = {
  turn: { id: 1, channel: 'telegram', chat: chatId.parse('1'), sentAt: 1 },
  signal: new AbortController().signal,
  react: () => undefined,
  sendFile: () => Promise.resolve(),
};

const tool = (
  run: (call: { word: string }, context: ToolContext) => unknown,
  more: object = {},
): AnyTool => ({
  name: 'say_word',
  description: 'Says a word.',
  arguments: z.strictObject({ word: z.string() }),
  result: z.object({ said: z.string() }),
  progress: 'Saying it',
  leavesTrace: true,
  run,
  ...more,
});

const call = (given: unknown, name = 'say_word') => ({
  type: 'tool-call' as const,
  id: 'a',
  name,
  arguments: given,
});

describe('ToolBox', () => {
  it('describes its tools by name and schema', () => {
    expect(new ToolBox([tool(() => ({ said: '' }))]).descriptions).toEqual([
      {
        name: 'say_word',
        description: 'Says a word.',
        parameters: {
          type: 'object',
          properties: { word: { type: 'string' } },
          required: ['word'],
          additionalProperties: false,
        },
      },
    ]);
  });

  it('runs a call and gives its result as JSON, with the images that it showed', async () => {
    const image = { mediaType: 'image/png' as const, data: 'aGk=' };
    const box = new ToolBox([
      tool(({ word }, { showImage }) => {
        showImage(image);
        return { said: word };
      }),
    ]);
    expect(await box.run(call({ word: 'hi' }), context)).toEqual({
      type: 'tool-result',
      id: 'a',
      name: 'say_word',
      text: '{"said":"hi"}',
      failed: false,
      images: [image],
    });
  });

  it.each([
    ['an unknown tool', call({}, 'fly'), 'There is no tool fly.'],
    ['wrong arguments', call({ word: 3 }), 'The arguments are not valid'],
    ['arguments that are no JSON', call('{"word": '), 'The arguments are not valid'],
  ])('answers %s with words for the model', async (_what, given, words) => {
    const result = await new ToolBox([tool(() => ({ said: '' }))]).run(given, context);
    expect(result.failed).toBe(true);
    expect(result.text).toContain(words);
  });

  it('hands on what a tool says of its failure, and nothing of ours', async () => {
    const fails = (error: Error): ToolBox =>
      new ToolBox([
        tool(() => {
          throw error;
        }),
      ]);
    expect((await fails(new ToolError('No such file.')).run(call({ word: 'x' }), context)).text).toBe(
      'No such file.',
    );
    const result = await fails(new Error('secret path /data')).run(call({ word: 'x' }), context);
    expect(result).toMatchObject({ failed: true });
    expect(result.text).not.toContain('secret');
  });

  it('takes a result that is not as promised for our mistake', async () => {
    expect(await new ToolBox([tool(() => ({}))]).run(call({ word: 'x' }), context)).toMatchObject({
      failed: true,
    });
  });

  it('cuts a result that is too long', async () => {
    const box = new ToolBox([tool(() => 'x'.repeat(100_000), { result: z.string() })]);
    expect((await box.run(call({ word: 'x' }), context)).text.length).toBeLessThan(25_000);
  });

  it('offers only what leaves no trace in a private turn', () => {
    const box = new ToolBox([tool(() => ({})), { ...tool(() => ({})), name: 'look', leavesTrace: false }]);
    expect(box.withoutTrace().descriptions.map(({ name }) => name)).toEqual(['look']);
  });
});
