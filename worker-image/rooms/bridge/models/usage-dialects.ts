/** How each provider says in its answers what they took. */
import type { Provider } from '../../../../contracts/ids.js';

/** What a message of a provider says; null where it does not. */
export interface Said {
  input: number | null;
  cached: number | null;
  cacheWrite: number | null;
  output: number | null;
  /** More will not be said, though the stream may go on. */
  final: boolean;
}

export interface Dialect {
  /** What a line with the usage has in it. Inside of text it would have a backslash before each quote. */
  usage: RegExp;
  /** Where a string of the model's own words begins: their length is the estimate when no count comes. */
  words: RegExp;
  said(message: Fields): Said;
}

type Fields = Readonly<Record<string, unknown>>;

const openai: Dialect = {
  usage: /"usage"\s*:\s*\{/,
  words: /"(?:content|refusal|arguments|reasoning|reasoning_content|text)"\s*:\s*"/g,
  said(message) {
    const usage = fieldsOf(message['usage']);
    const details = fieldsOf(usage['prompt_tokens_details']);
    const cached = countOf(details['cached_tokens']);
    const cacheWrite = countOf(details['cache_write_tokens']);
    return {
      // The second of each pair: of speech that was written down.
      input: without(countOf(usage['prompt_tokens'] ?? usage['input_tokens']), cached, cacheWrite),
      cached,
      cacheWrite,
      output: countOf(usage['completion_tokens'] ?? usage['output_tokens']),
      final: true,
    };
  },
};

export const dialects: Record<Provider, Dialect> = {
  anthropic: {
    usage: /"usage"\s*:\s*\{/,
    words: /"(?:text|thinking|partial_json)"\s*:\s*"/g,
    said(message) {
      const begins = message['type'] === 'message_start';
      const usage = fieldsOf(begins ? fieldsOf(message['message'])['usage'] : message['usage']);
      return {
        input: countOf(usage['input_tokens']),
        cached: countOf(usage['cache_read_input_tokens']),
        cacheWrite: countOf(usage['cache_creation_input_tokens']),
        // The first message counts what there is of an answer by then.
        output: begins ? null : countOf(usage['output_tokens']),
        final: !begins,
      };
    },
  },
  openai,
  compatible: openai,
  google: {
    usage: /"usageMetadata"\s*:\s*\{/,
    words: /"(?:text|args)"\s*:\s*["{]/g,
    said(message) {
      const usage = fieldsOf(message['usageMetadata']);
      const cached = countOf(usage['cachedContentTokenCount']);
      const words = countOf(usage['candidatesTokenCount']);
      const thoughts = countOf(usage['thoughtsTokenCount']);
      const [candidate] = Array.isArray(message['candidates']) ? (message['candidates'] as unknown[]) : [];
      return {
        input: without(countOf(usage['promptTokenCount']), cached),
        cached,
        cacheWrite: null,
        output: words === null && thoughts === null ? null : (words ?? 0) + (thoughts ?? 0),
        // Each piece of an answer has a count of what has come so far.
        final: 'finishReason' in fieldsOf(candidate),
      };
    },
  },
};

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
const countOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
const without = (whole: number | null, ...parts: (number | null)[]): number | null =>
  whole === null ? null : parts.reduce<number>((left, part) => Math.max(0, left - (part ?? 0)), whole);

/** A line as the object it holds; an empty one when it holds none. */
export function messageOf(line: string): Fields {
  try {
    return fieldsOf(JSON.parse(line.replace(/^data:/, '')));
  } catch {
    return {};
  }
}
