/** How a server answers Chat Completions, whole and streamed; OpenAI and those that speak like it share it. */
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionCreateParams,
  ChatCompletionMessageParam,
  ChatCompletionUserMessageParam,
} from 'openai/resources/chat/completions/completions.js';
import type { CompletionUsage } from 'openai/resources/completions.js';
import { serverSentEvent } from '../listener.js';
import type { Dialect, FullAnswer, StreamedAnswer } from './model-answer.js';
import { bearerOf } from './model-server.js';
import { saidIn, type SaidMessage } from '../said.js';

type Body = ChatCompletionCreateParams;
/** DeepSeek's field, which many servers have taken over; OpenAI keeps the words of its reasoning to itself. */
type Delta = ChatCompletionChunk.Choice.Delta & { reasoning_content?: string };

/** Everything but what is asked, where, and how it is refused. */
export function completionsDialect(showsReasoning: boolean) {
  return {
    keyOf: bearerOf,
    streams: (body) => body.stream === true,
    thinks: (body) => body.reasoning_effort !== 'none',
    callPrefix: 'call_',
    said: ({ messages, tools = [] }) =>
      saidIn(
        messages.filter(isTalk).map((message, at, all) => saidMessage(message, all[at - 1])),
        {
          system: messages
            .filter((each) => !isTalk(each))
            .map(textsOf)
            .flat()
            .join('\n'),
          tools: tools.flatMap((tool) => (tool.type === 'function' ? [tool.function.name] : [])),
        },
      ),
    whole: (body, answer) => wholeAnswer(body, answer, showsReasoning),
    stream: (body, answer) => streamedAnswer(body, answer, showsReasoning),
  } satisfies Partial<Dialect<Body>>;
}

const FINISH_REASONS = { end: 'stop', length: 'length', tools: 'tool_calls' } as const;

function wholeAnswer(body: Body, answer: FullAnswer, showsReasoning: boolean): ChatCompletion {
  const { text, toolCalls, thinking } = answer;
  const reasoning = showsReasoning && thinking.length > 0 ? { reasoning_content: thinking.join('') } : {};
  const calls = toolCalls.map(({ id, name, arguments: pieces }) => ({
    id,
    type: 'function' as const,
    function: { name, arguments: pieces.join('') },
  }));
  return {
    ...frame(body, answer),
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text.length === 0 && calls.length > 0 ? null : text.join(''),
          refusal: null,
          ...reasoning,
          ...(calls.length > 0 && { tool_calls: calls }),
        },
        finish_reason: FINISH_REASONS[answer.stop],
        logprobs: null,
      },
    ],
    usage: usageOf(answer, showsReasoning),
  };
}

function streamedAnswer(body: Body, answer: FullAnswer, showsReasoning: boolean): StreamedAnswer {
  const deltas: Delta[] = answer.text.map((content) => ({ content }));
  if (showsReasoning) deltas.unshift(...answer.thinking.map((reasoning_content) => ({ reasoning_content })));
  for (const [index, { id, name, arguments: pieces }] of answer.toolCalls.entries()) {
    // The name comes first and whole, the arguments behind it in pieces.
    deltas.push({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] });
    for (const piece of pieces) deltas.push({ tool_calls: [{ index, function: { arguments: piece } }] });
  }
  const usage: ChatCompletionChunk = {
    ...frame(body, answer),
    object: 'chat.completion.chunk',
    choices: [],
    usage: usageOf(answer, showsReasoning),
  };
  return {
    start: chunk(body, answer, { role: 'assistant', content: '', refusal: null }),
    pieces: deltas.map((delta) => chunk(body, answer, delta)),
    end: [
      chunk(body, answer, {}, FINISH_REASONS[answer.stop]),
      body.stream_options?.include_usage ? serverSentEvent(usage) : '',
      'data: [DONE]\n\n',
    ].join(''),
  };
}

function chunk(
  body: Body,
  answer: FullAnswer,
  delta: Delta,
  finish: ChatCompletionChunk.Choice['finish_reason'] = null,
): string {
  const event: ChatCompletionChunk = {
    ...frame(body, answer),
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    // Only who asked for the usage sees the field, and sees it empty until the last chunk.
    ...(body.stream_options?.include_usage && { usage: null }),
  };
  return serverSentEvent(event);
}

const frame = (body: Body, answer: FullAnswer): { id: string; created: number; model: string } => ({
  id: `chatcmpl-${answer.id}`,
  created: Math.floor(Date.now() / 1000),
  model: body.model,
});

/** Who shows the reasoning itself does not count it. */
function usageOf({ tokens }: FullAnswer, showsReasoning: boolean): CompletionUsage {
  const { input, cached, cacheWrite, output, thinking } = tokens;
  const prompt = input + cached + cacheWrite;
  const usage = { prompt_tokens: prompt, completion_tokens: output, total_tokens: prompt + output };
  const ofPrompt = { prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: cacheWrite } };
  if (showsReasoning) return cached + cacheWrite > 0 ? { ...usage, ...ofPrompt } : usage;
  return { ...usage, ...ofPrompt, completion_tokens_details: { reasoning_tokens: thinking } };
}

const isTalk = ({ role }: ChatCompletionMessageParam): boolean => role !== 'system' && role !== 'developer';

function textsOf({ content }: ChatCompletionMessageParam): string[] {
  if (typeof content === 'string') return [content];
  return (content ?? []).flatMap((part) => (part.type === 'text' ? [part.text] : []));
}

function saidMessage(
  message: ChatCompletionMessageParam,
  before: ChatCompletionMessageParam | undefined,
): SaidMessage {
  const texts = textsOf(message);
  if (message.role === 'user')
    return { by: 'user', texts: before?.role === 'tool' ? textsBesideImages(message) : texts };
  if (message.role === 'tool')
    return { by: 'user', texts: [], results: [{ id: message.tool_call_id, text: texts.join('') }] };
  const calls = message.role === 'assistant' ? (message.tool_calls ?? []) : [];
  return {
    by: 'model',
    texts,
    calls: calls.flatMap((call) =>
      call.type === 'function' ? [{ id: call.id, name: call.function.name }] : [],
    ),
  };
}

/** What a tool gave to see comes as if from the user, each picture behind a text that says whose it is. */
function textsBesideImages({ content }: ChatCompletionUserMessageParam): string[] {
  if (typeof content === 'string') return [content];
  return content.flatMap((part, at) =>
    part.type === 'text' && content[at + 1]?.type !== 'image_url' ? [part.text] : [],
  );
}
