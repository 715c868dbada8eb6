/**
 * The usage meter: reads out of the bytes of a passing answer what the provider says it took. It sees every byte, so it
 * is cheap: a line is parsed only if it can hold the usage, and of those only the first and the last. It holds one line
 * at most, up to a limit.
 */
import type { Provider } from '../../../../contracts/ids.js';
import { HeldLine } from './held-line.js';
import { BYTES_PER_TOKEN } from './model-call.js';
import type { Tokens } from './prices.js';
import { dialects, messageOf, type Dialect, type Said } from './usage-dialects.js';

/**
 * A model thinks unseen, and an answer that is given up early has no count of it: then time tells. About as fast as the
 * fastest models are, so that giving up early is no way to think for nothing.
 */
const TOKENS_PER_SECOND = 200;
const LINE_FEED = 0x0a;

/** What an estimate goes by. */
export interface CallFacts {
  /** The whole answer came. */
  ended: boolean;
  inputTokens: number;
  maxTokens: number;
  /** Since the call was sent. */
  seconds: number;
}

export class UsageMeter {
  private readonly dialect: Dialect;
  private readonly line = new HeldLine();
  private first: string | null = null;
  private last: string | null = null;
  private wordBytes = 0;

  constructor(
    provider: Provider,
    /** A stream of events; else one JSON text. */
    private readonly streamed: boolean,
  ) {
    this.dialect = dialects[provider];
  }

  /** Keeps nothing of the chunk itself, which may be changed afterwards. */
  read(chunk: Buffer): void {
    if (!this.streamed) return this.line.add(chunk);
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      if (this.line.empty) {
        if (end > from) this.readLine(chunk.toString('latin1', from, end));
      } else {
        this.line.add(chunk.subarray(from, end));
        this.readLine(this.takeLine());
      }
      from = end + 1;
    }
    if (from < chunk.length) this.line.add(chunk.subarray(from));
  }

  /**
   * What the provider said, and an estimate of what it did not say. Null when nobody can say: an answer that was to come
   * as a whole is written to its end whether or not anybody waits for it.
   */
  tokens({ ended, inputTokens, maxTokens, seconds }: CallFacts): Tokens | null {
    if (!ended && !this.streamed) return null;
    const rest = this.takeLine();
    if (ended) this.readLine(rest);
    else this.wordBytes += this.wordsIn(rest);
    const { input, cached, cacheWrite, output, final } = this.said();
    const known = { input: input ?? inputTokens, cached: cached ?? 0, cacheWrite: cacheWrite ?? 0 };
    if (typeof output === 'number' && (ended || final)) return { ...known, output };
    const seen = Math.max(this.wordBytes / BYTES_PER_TOKEN, seconds * TOKENS_PER_SECOND);
    return { ...known, output: Math.max(output ?? 0, Math.min(Math.ceil(seen), maxTokens)) };
  }

  private takeLine(): string {
    this.wordBytes += this.line.dropped;
    return this.line.take();
  }

  /** One character a byte: numbers are the same in it, and words are only measured. */
  private readLine(line: string): void {
    if (this.streamed && !line.startsWith('data:') && !line.startsWith('{')) return;
    this.wordBytes += this.wordsIn(line);
    if (!line.includes('"usage') || !this.dialect.usage.test(line)) return;
    this.first ??= line;
    this.last = line;
  }

  private wordsIn(line: string): number {
    const { words } = this.dialect;
    let bytes = 0;
    words.lastIndex = 0;
    while (words.exec(line)) {
      const begin = words.lastIndex;
      const end = line[begin - 1] === '{' ? line.length : endOfString(line, begin);
      bytes += end - begin;
      words.lastIndex = end;
    }
    return bytes;
  }

  /** What the last message says counts, and where it leaves something out, the first. */
  private said(): Partial<Said> {
    const messages = [this.first, this.last].filter((line) => line !== null).map(messageOf);
    const known = messages.flatMap((message) =>
      Object.entries(this.dialect.said(message)).filter(([, value]) => value !== null),
    );
    return Object.fromEntries(known);
  }
}

/** Where the string that begins here is closed, or the line ends. */
function endOfString(line: string, begin: number): number {
  for (let end = line.indexOf('"', begin); end >= 0; end = line.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (line[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return line.length;
}
