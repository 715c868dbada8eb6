/** One script for every provider: a conversation with a round of tools, told to each through its own library. */
import Anthropic from '@anthropic-ai/sdk';
import type { MessageParam } from '@anthropic-ai/sdk/resources/messages/messages.js';
import { GoogleGenAI, type Content } from '@google/genai';
import OpenAI from 'openai';
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions/completions.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { trustTestCertificates } from '../certificates.js';
import { dialogue } from './dialogue.js';
import { startInternet, type Internet } from '../internet.js';
import type { Said } from '../said.js';

const KEY = 'sk-test-key';
const schema = { type: 'object' as const, properties: { fact: { type: 'string' } }, required: ['fact'] };
const NOW = '(It is Tuesday, 9:14.)';

let internet: Internet;
let heard: Said[];

beforeAll(async () => {
  await trustTestCertificates();
  internet = await startInternet();
  for (const provider of ['anthropic', 'openai', 'google'] as const) internet[provider].keys.add(KEY);
});
afterAll(() => internet.stop());
beforeEach(() => {
  heard = [];
  const script = dialogue([
    [
      'my sister',
      (said) => {
        heard.push(said);
        return { text: 'I note it.', toolCalls: [{ name: 'remember', arguments: { fact: 'Ida' } }] };
      },
      (said) => {
        heard.push(said);
        return { text: `Noted: ${said.toolResults[0]?.text}` };
      },
    ],
    [/^what\b/i, { text: 'Nothing.' }],
  ]);
  for (const provider of ['anthropic', 'openai', 'google', 'compatible'] as const)
    internet[provider].script(script);
});

/** What a client of one provider does: asks, and asks again with the results of the tools that were called. */
type Talk = (text: string) => Promise<string>;

const talks: Record<string, Talk> = {
  anthropic: async (text) => {
    const client = new Anthropic({ apiKey: KEY, baseURL: internet.anthropic.url, maxRetries: 0 });
    const tools = [{ name: 'remember', input_schema: schema }];
    const messages: MessageParam[] = [
      {
        role: 'user',
        content: [
          { type: 'text', text },
          { type: 'text', text: NOW },
        ],
      },
    ];
    for (;;) {
      const request = { model: 'claude-test', max_tokens: 100, system: 'Be kind.', tools, messages };
      const { content } = await client.messages.stream(request).finalMessage();
      const calls = content.filter((block) => block.type === 'tool_use');
      if (calls.length === 0)
        return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
      messages.push({ role: 'assistant', content });
      const results = calls.map(({ id, input }) => ({
        type: 'tool_result' as const,
        tool_use_id: id,
        content: JSON.stringify(input),
      }));
      messages.push({ role: 'user', content: results });
    }
  },
  openai: (text) => talkCompletions(internet.openai.url, text),
  compatible: (text) => talkCompletions(`${internet.compatible.url}/behind/a/proxy`, text),
  google: async (text) => {
    const client = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: internet.google.url } });
    const tools = [{ functionDeclarations: [{ name: 'remember', parametersJsonSchema: schema }] }];
    const contents: Content[] = [{ role: 'user', parts: [{ text }, { text: NOW }] }];
    for (;;) {
      const config = { systemInstruction: 'Be kind.', tools };
      const answer = await client.models.generateContent({ model: 'gemini-3.8-flash', contents, config });
      const content = answer.candidates?.[0]?.content;
      if (!content || !answer.functionCalls) return answer.text ?? '';
      contents.push(content);
      const parts = answer.functionCalls.map(({ id = '', name = '', args }) => ({
        functionResponse: { id, name, response: { output: JSON.stringify(args) } },
      }));
      contents.push({ role: 'user', parts });
    }
  },
};

async function talkCompletions(url: string, text: string): Promise<string> {
  const client = new OpenAI({ apiKey: KEY, baseURL: `${url}/v1`, maxRetries: 0 });
  const tools = [{ type: 'function' as const, function: { name: 'remember', parameters: schema } }];
  const messages: ChatCompletionMessageParam[] = [
    { role: 'system', content: 'Be kind.' },
    {
      role: 'user',
      content: [
        { type: 'text', text },
        { type: 'text', text: NOW },
      ],
    },
  ];
  for (;;) {
    const request = { model: 'gpt-test', messages, tools };
    const { message } = await client.chat.completions.stream(request).finalChatCompletion().then(first);
    const calls = (message.tool_calls ?? []).filter((call) => call.type === 'function');
    if (calls.length === 0) return message.content ?? '';
    const tool_calls = calls.map(({ id, function: { name, arguments: json } }) => ({
      id,
      type: 'function' as const,
      function: { name, arguments: json },
    }));
    messages.push({ role: 'assistant', content: message.content, tool_calls });
    for (const { id, function: called } of calls)
      messages.push({ role: 'tool', tool_call_id: id, content: called.arguments });
  }
}

const first = <Choice>({ choices }: { choices: Choice[] }): Choice => choices[0]!;

describe.each(Object.entries(talks))('a conversation with %s', (_provider, talk) => {
  it('goes through its rounds of tools', async () => {
    expect(await talk('Her name is Ida, my sister.')).toBe('Noted: {"fact":"Ida"}');
    const request = { system: 'Be kind.', text: 'Her name is Ida, my sister.', tools: ['remember'] };
    expect(heard).toEqual([
      { ...request, round: 0, toolResults: [] },
      { ...request, round: 1, toolResults: [{ name: 'remember', text: '{"fact":"Ida"}' }] },
    ]);
  });

  it('knows patterns, and echoes what nobody scripted', async () => {
    expect(await talk('What do you know?')).toBe('Nothing.');
    expect(await talk('Hello')).toBe('echo: Hello');
  });
});

it('a line that has no step for a round is a mistake in the script', async () => {
  internet.openai.script(dialogue([['again', { toolCalls: [{ name: 'remember', arguments: {} }] }]]));
  await expect(talks['openai']?.('once again')).rejects.toMatchObject({ status: 599 });
});
