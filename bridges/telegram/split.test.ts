import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { render } from './render.js';

/** What a reader sees. Throws unless the text is HTML as Telegram takes it: known tags, closed in order. */
function visible(html: string): string {
  const open: string[] = [];
  let text = '';
  for (const [token] of html.matchAll(/<[^<>]*>|&(?:amp|lt|gt|quot);|[^<>&]|[<>&]/g)) {
    const opens =
      /^<(b|i|s|code|pre|blockquote)>$|^<(a) href="[^"<>]+">$|^<(code) class="language-[\w+#.-]+">$/.exec(
        token,
      );
    const closes = /^<\/(\w+)>$/.exec(token);
    const name = opens?.[1] ?? opens?.[2] ?? opens?.[3];
    const inside = open.at(-1);
    if (name && (inside === 'code' || (inside === 'pre' && !opens?.[3])))
      throw new Error('markup inside code');
    if (name) open.push(name);
    else if (closes) expect(open.pop()).toBe(closes[1]);
    else if (/^[<>&]$/.test(token) || token.startsWith('<')) throw new Error(`stray ${token}`);
    else text += { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' }[token] ?? token;
  }
  expect(open).toEqual([]);
  return text;
}

const bodies = (markdown: string, limit: number): string[] => render(markdown, limit).map(({ body }) => body);
const bare = (text: string): string => text.replace(/\s+/g, '');
const GIANT = 1_000_000_000;

const words = fc
  .array(fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'abcdeé日😀.') }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((list) => list.join(' '));
const block = fc.oneof(
  words,
  words.map((text) => `## ${text}`),
  words.map((text) => `- ${text.replaceAll(' ', '\n- ')}`),
  words.map((text) => `> **${text}**`),
  words.map((text) => '```ts\n' + text.replaceAll(' ', '\n  ') + '\n```'),
  words.map((text) => `[${text}](https://x.org) and \`${text}\``),
  words.map((text) => `| a | ${text} |\n|---|---|\n| b | c |`),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(...'*_`~[]()<>#-|&;:!\n 1a\\'), maxLength: 60 }),
);
const documents = fc.array(block, { maxLength: 8 }).map((blocks) => blocks.join('\n\n'));

describe('render: splitting', () => {
  it('gives valid HTML within the limit, and loses nothing', () => {
    fc.assert(
      fc.property(documents, fc.integer({ min: 20, max: 300 }), (markdown, limit) => {
        const parts = bodies(markdown, limit).map(visible);
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(limit);
        for (const part of parts) expect(part.isWellFormed()).toBe(true);
        const whole = bodies(markdown, GIANT).map(visible).join('');
        // A part in which there is nothing to see is not sent.
        const seen = (text: string): string =>
          bare(text).replace(/[\p{Cc}\p{Cf}\u115f\u1160\u2800\u3164\uffa0]/gu, '');
        expect(seen(parts.join(''))).toBe(seen(whole));
      }),
      { numRuns: 1500 },
    );
  });

  it('keeps every word whole', () => {
    const prose = fc.array(fc.string({ minLength: 1, maxLength: 20, unit: fc.constantFrom(...'abcé') }), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(prose, fc.integer({ min: 20, max: 200 }), (list, limit) => {
        expect(bodies(list.join(' '), limit).flatMap((part) => part.split(/\s+/))).toEqual(list);
      }),
    );
  });

  it('leaves what was sent as it is when a paragraph is added', () => {
    const paragraphs = fc.array(words, { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(paragraphs, fc.integer({ min: 30, max: 200 }), (list, limit) => {
        const text = list.map((paragraph) => `p ${paragraph}`).join('\n\n');
        let before: string[] = [];
        for (let end = 1; end <= text.length; end += 7) {
          const now = bodies(text.slice(0, end), limit);
          expect(now.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
          before = now;
        }
      }),
      { numRuns: 60 },
    );
  });

  it('prefers the end of a block, then of a line, then of a sentence', () => {
    expect(bodies('a'.repeat(30) + '\n\n' + 'b '.repeat(20), 50)).toEqual([
      'a'.repeat(30),
      'b '.repeat(20).trim(),
    ]);
    expect(bodies('a'.repeat(30) + '\n' + 'b '.repeat(20), 50)).toEqual([
      'a'.repeat(30),
      'b '.repeat(20).trim(),
    ]);
    expect(bodies('One two three four five six. Seven eight nine ten.', 40)).toEqual([
      'One two three four five six.',
      'Seven eight nine ten.',
    ]);
  });

  it('moves a code block whole when it fits into a part', () => {
    expect(bodies('Look:\n\n```js\n' + 'x;\n'.repeat(15) + '```', 48)).toEqual([
      'Look:',
      `<pre><code class="language-js">${'x;\n'.repeat(15).trim()}</code></pre>`,
    ]);
  });

  it('cuts a longer one at line ends, keeps its indentation and opens it again in its language', () => {
    const parts = bodies('```py\n' + '    line\n'.repeat(10) + '```', 50);
    expect(parts).toHaveLength(2);
    for (const part of parts)
      expect(part).toMatch(/^<pre><code class="language-py">( {4}line\n?)+<\/code><\/pre>$/);
    expect(parts.map(visible).join('\n')).toBe('    line\n'.repeat(10).trimEnd());
  });

  it('cuts a word longer than a part between characters, not inside one', () => {
    const family = '👨‍👩‍👧‍👦';
    const parts = bodies(family.repeat(20), 30);
    for (const part of parts) expect(part.replaceAll(family, '')).toBe('');
    const accented = bodies('e\u0301\u0323'.repeat(50), 20);
    for (const part of accented) expect(part.length % 3).toBe(0);
    expect(bodies('a' + '\u0301'.repeat(100), 30).join('')).toBe('a' + '\u0301'.repeat(100));
  });

  it('carries bold and links across a cut', () => {
    expect(bodies('**' + 'word '.repeat(10).trim() + '**', 25)).toEqual([
      '<b>word word word word word</b>',
      '<b>word word word word word</b>',
    ]);
  });

  it('holds the limit of Telegram exactly', () => {
    expect(bodies('x'.repeat(4096), 4096)).toHaveLength(1);
    expect(bodies('x'.repeat(4097), 4096).map((part) => part.length)).toEqual([4096, 1]);
    expect(bodies('&'.repeat(4096), 4096)).toHaveLength(1);
  });

  it('is fast', () => {
    const paragraph =
      'Some **bold** words, a [link](https://x.org) and `code`, again and again.\n\n- one\n- two\n\n';
    const long = (paragraph.repeat(10) + '```ts\n' + 'const a = 1;\n'.repeat(30) + '```\n\n')
      .repeat(160)
      .slice(0, 200_000);
    render(long.slice(0, 20_000), 4096);
    const whole = timeOf(1, () => render(long, 4096));
    const short = timeOf(1000, () => render('Hello **you**, how do you do?', 4096));
    // The figures meant are 200 ms and 0.3 ms; the bounds leave room for a busy machine.
    expect(whole).toBeLessThan(1000);
    expect(short).toBeLessThan(1);
  });
});

function timeOf(times: number, work: () => unknown): number {
  const start = performance.now();
  for (let time = 0; time < times; time++) work();
  return (performance.now() - start) / times;
}
