/** The usage meter: what each provider says is found however its bytes are cut, and no stream costs memory or much time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Provider } from '../../../../contracts/ids.js';
import type { Tokens } from './prices.js';
import { UsageMeter, type CallFacts } from './usage-meter.js';

const ended: CallFacts = { ended: true, inputTokens: 1_000, maxTokens: 500, seconds: 0 };
const brokenOff: CallFacts = { ...ended, ended: false };

function metered(provider: Provider, pieces: Iterable<Buffer | string>, facts = ended, streamed = true) {
  const meter = new UsageMeter(provider, streamed);
  for (const piece of pieces) {
    const bytes = Buffer.from(piece);
    meter.read(bytes);
    // What follows in the chain may change the bytes in place.
    bytes.fill('*');
  }
  return meter.tokens(facts);
}

const lines = (...messages: unknown[]): string =>
  messages
    .map((message) => `data: ${typeof message === 'string' ? message : JSON.stringify(message)}\n\n`)
    .join('');
const named = (...messages: { type: string }[]): string =>
  messages.map((message) => `event: ${message.type}\n${lines(message)}`).join('');

/** Words that look like what the meter looks for. */
const decoy = '{"usage": {"input_tokens": 1, "output_tokens": 1}} \\"usage\\":{ ünï 🌱 \n data: {"usage":{}}';

const anthropicStart = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    content: [],
    usage: {
      input_tokens: 30,
      cache_creation_input_tokens: 200,
      cache_read_input_tokens: 1_000,
      output_tokens: 2,
    },
  },
};
const anthropicWords = [
  { type: 'ping' },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Let me see.' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: decoy } },
  { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: decoy } },
];
const openaiWords = [
  { id: 'c1', choices: [{ index: 0, delta: { role: 'assistant', content: '' } }], usage: null },
  { id: 'c1', choices: [{ index: 0, delta: { content: decoy } }], usage: null },
  {
    id: 'c1',
    choices: [{ index: 0, delta: { tool_calls: [{ function: { arguments: decoy } }] } }],
    usage: null,
  },
  { id: 'c1', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: null },
];
const googlePiece = (text: string, candidatesTokenCount: number, more: object = {}) => ({
  candidates: [
    {
      content: {
        parts: [
          { text },
          {
            functionCall: {
              name: 'f',
              args: { usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1 } },
            },
          },
        ],
      },
      ...more,
    },
  ],
  usageMetadata: {
    promptTokenCount: 1_230,
    cachedContentTokenCount: 1_000,
    candidatesTokenCount,
    thoughtsTokenCount: 30,
  },
});

const streams: Record<Provider, { stream: string; whole: string; tokens: Tokens }> = {
  anthropic: {
    stream: named(
      anthropicStart,
      ...anthropicWords,
      {
        type: 'message_delta',
        delta: { stop_reason: 'end_turn' },
        usage: { input_tokens: null, output_tokens: 70 },
      } as never,
      { type: 'message_stop' },
    ),
    whole: JSON.stringify({
      type: 'message',
      content: [
        { type: 'text', text: decoy },
        { type: 'tool_use', input: { usage: { input_tokens: 1, output_tokens: 1 } } },
      ],
      usage: { ...anthropicStart.message.usage, output_tokens: 70 },
    }),
    tokens: { input: 30, cached: 1_000, cacheWrite: 200, output: 70 },
  },
  openai: {
    stream: lines(
      ...openaiWords,
      {
        choices: [],
        usage: {
          prompt_tokens: 1_230,
          completion_tokens: 70,
          prompt_tokens_details: { cached_tokens: 1_000, cache_write_tokens: 200 },
          completion_tokens_details: { reasoning_tokens: 60 },
        },
      },
      '[DONE]',
    ),
    whole: JSON.stringify({
      choices: [{ message: { content: decoy } }],
      usage: {
        prompt_tokens: 1_230,
        completion_tokens: 70,
        prompt_tokens_details: { cached_tokens: 1_000, cache_write_tokens: 200 },
      },
    }),
    tokens: { input: 30, cached: 1_000, cacheWrite: 200, output: 70 },
  },
  compatible: {
    // No blank, a comment to keep the line open, no end of line at the end.
    stream: `: PROCESSING\n\ndata:${JSON.stringify({ choices: [], usage: { prompt_tokens: 12, completion_tokens: 7 } })}`,
    whole: JSON.stringify({ usage: { prompt_tokens: 12, completion_tokens: 7 } }, null, 2),
    tokens: { input: 12, cached: 0, cacheWrite: 0, output: 7 },
  },
  google: {
    stream: lines(
      googlePiece(decoy, 20),
      googlePiece('b', 30),
      googlePiece('', 40, { finishReason: 'STOP' }),
    ),
    whole: JSON.stringify(googlePiece(decoy, 40, { finishReason: 'STOP' }), null, 2),
    tokens: { input: 230, cached: 1_000, cacheWrite: 0, output: 70 },
  },
};
const providers = Object.keys(streams) as Provider[];
const crlf = (text: string): string => text.replaceAll('\n', '\r\n');

describe.each(providers)('what %s says', (provider) => {
  const { stream, whole, tokens } = streams[provider];

  it('is found wherever its stream is cut, with either end of line', () => {
    for (const text of [stream, crlf(stream)]) {
      const bytes = Buffer.from(text);
      for (let cut = 0; cut <= bytes.length; cut++)
        expect(metered(provider, [bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(tokens);
      expect(
        metered(
          provider,
          Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)),
        ),
      ).toEqual(tokens);
    }
  });

  it('is found in any pieces', () => {
    const bytes = Buffer.from(stream);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 20 }), (cuts) => {
        const at = [0, ...cuts.sort((one, other) => one - other), bytes.length];
        const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(metered(provider, pieces)).toEqual(tokens);
      }),
      { numRuns: 50 },
    );
  });

  it('is found in an answer that comes as a whole, wherever it is cut', () => {
    const bytes = Buffer.from(whole);
    for (let cut = 0; cut <= bytes.length; cut += 3)
      expect(metered(provider, [bytes.subarray(0, cut), bytes.subarray(cut)], ended, false)).toEqual(tokens);
  });

  it('is estimated, never thrown, when the stream breaks off anywhere', () => {
    const bytes = Buffer.from(stream);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const found = metered(provider, [bytes.subarray(0, cut)], brokenOff);
      expect(found?.input).toSatisfy((input: number) => input === tokens.input || input === 1_000);
      expect(found?.output).toBeLessThanOrEqual(500);
    }
  });
});

describe('an answer that breaks off', () => {
  it('has the input that was said, and an output as long as the words that came', () => {
    const words = { type: 'content_block_delta', delta: { type: 'text_delta', text: 'x'.repeat(300) } };
    const thoughts = {
      type: 'content_block_delta',
      delta: { type: 'thinking_delta', thinking: 'y'.repeat(30) },
    };
    expect(metered('anthropic', [named(anthropicStart, words, thoughts)], brokenOff)).toEqual({
      ...streams.anthropic.tokens,
      output: 110,
    });
  });

  it('in good order, but without the count at its end, is as long as its words too', () => {
    const words = { type: 'content_block_delta', delta: { type: 'text_delta', text: 'x'.repeat(300) } };
    expect(metered('anthropic', [named(anthropicStart, words)])?.output).toBe(100);
  });

  it.each([
    ['openai', { choices: [{ delta: { content: 'x'.repeat(60) } }] }],
    [
      'openai',
      { choices: [{ delta: { tool_calls: [{ function: { name: 'f', arguments: 'x'.repeat(60) } }] } }] },
    ],
    ['compatible', { choices: [{ delta: { reasoning_content: 'x'.repeat(60) } }] }],
    [
      'google',
      { candidates: [{ content: { parts: [{ text: 'x'.repeat(30) }, { text: 'x'.repeat(30) }] } }] },
    ],
    [
      'anthropic',
      { type: 'content_block_delta', delta: { type: 'input_json_delta', partial_json: 'x'.repeat(60) } },
    ],
  ] as const)('of %s is as long as its words, without what is around them', (provider, message) => {
    expect(metered(provider, [lines(message)], brokenOff)?.output).toBe(20);
    expect(metered(provider, [lines(message)])?.output).toBe(20);
  });

  it('is as long as a fast model could have made it unseen, up to its limit', () => {
    expect(metered('openai', [], { ...brokenOff, seconds: 2 })?.output).toBe(400);
    expect(metered('openai', [], { ...brokenOff, seconds: 60 })?.output).toBe(500);
    expect(metered('google', [lines(googlePiece('', 100))], { ...brokenOff, seconds: 1 })?.output).toBe(200);
    expect(metered('google', [lines(googlePiece('', 5_000))], { ...brokenOff, seconds: 1 })?.output).toBe(
      5_030,
    );
  });

  it('is counted as it was said when nothing more was to come', () => {
    for (const provider of ['anthropic', 'openai', 'google'] as const)
      expect(metered(provider, [streams[provider].stream], { ...brokenOff, seconds: 60 })).toEqual(
        streams[provider].tokens,
      );
  });

  it('is unknown when it was to come as a whole', () => {
    expect(metered('openai', ['{"choices": ['], brokenOff, false)).toBeNull();
  });
});

describe('a hostile stream', () => {
  const odd: [string, string][] = [
    ['no usage', lines({ choices: [] })],
    ['no number', lines({ usage: { prompt_tokens: '9', completion_tokens: null } })],
    ['a negative number', lines({ usage: { prompt_tokens: -9, completion_tokens: -1 } })],
    ['half a token', lines({ usage: { prompt_tokens: 0.5, completion_tokens: 1e300 } })],
    ['no object', lines('7', '[]', 'null', '"usage":{', '{"usage":{"a"')],
    ['no end', '{'.repeat(1_000)],
    ['bytes', String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code))],
  ];
  it.each(odd)('with %s is one without a count', (_name, stream) => {
    expect(metered('openai', [stream])).toEqual({ input: 1_000, cached: 0, cacheWrite: 0, output: 0 });
  });

  it('cannot make cached tokens out of nothing', () => {
    const usage = { prompt_tokens: 5, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 50 } };
    expect(metered('openai', [lines({ usage })])).toMatchObject({ input: 0, cached: 50 });
  });

  it.each([
    ['one line of 100 MB', (chunk: Buffer) => chunk.fill('x'), 65_536],
    [
      'one string of 100 MB',
      (chunk: Buffer) => chunk.fill('data: {"choices":[{"delta":{"content":"'),
      65_536,
    ],
    ['100 MB of short lines', (chunk: Buffer) => chunk.fill('data: {"usage":{"prompt_tokens":1}}\n'), 65_536],
    ['100 MB of empty lines', (chunk: Buffer) => chunk.fill('\n'), 65_536],
    ['100 MB of backslashes', (chunk: Buffer) => chunk.fill('\\'), 65_536],
  ])('of %s takes no memory and little work', (_name, fill, size) => {
    const chunk = fill(Buffer.alloc(size));
    const meter = new UsageMeter('openai', true);
    const before = process.memoryUsage.rss();
    let most = 0;
    const began = process.cpuUsage();
    for (let sent = 0; sent < 100e6; sent += size) {
      meter.read(chunk);
      most = Math.max(most, process.memoryUsage.rss() - before);
    }
    const tokens = meter.tokens(ended);
    expect(tokens?.output).toBeLessThanOrEqual(500);
    expect(most).toBeLessThan(64e6);
    // Microseconds of the processor: others may be at work on this machine.
    expect(process.cpuUsage(began).user).toBeLessThan(5e6);
  });

  it('of a whole answer that has no end takes no memory, and counts to the limit', () => {
    const meter = new UsageMeter('google', false);
    const before = process.memoryUsage.rss();
    const chunk = Buffer.alloc(65_536, ' ');
    for (let sent = 0; sent < 100e6; sent += chunk.length) meter.read(chunk);
    expect(process.memoryUsage.rss() - before).toBeLessThan(64e6);
    expect(meter.tokens(ended)?.output).toBe(500);
  });

  it('in single bytes takes no more memory than its longest line', () => {
    const meter = new UsageMeter('openai', true);
    const before = process.memoryUsage.rss();
    const byte = Buffer.from('x');
    for (let sent = 0; sent < 3e6; sent++) meter.read(byte);
    expect(process.memoryUsage.rss() - before).toBeLessThan(64e6);
  });
});
