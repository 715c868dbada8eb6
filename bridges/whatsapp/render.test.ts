import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { render } from './render.js';

const bodies = (markdown: string, limit = 4_096): string[] => render(markdown, limit).map(({ body }) => body);

describe('Markdown on WhatsApp', () => {
  it.each([
    ['plain', 'plain'],
    ['**bold** and *italic*', '*bold* and _italic_'],
    ['***both***', '_*both*_'],
    ['~~gone~~', '~gone~'],
    ['`code` in line', '`code` in line'],
    ['# Title\ntext', '*Title*\n\ntext'],
    ['- one\n- two\n  - deep', '• one\n• two\n  • deep'],
    ['1. one\n2. two', '1. one\n2. two'],
    ['- [x] done\n- [ ] open', '☑ done\n☐ open'],
    ['> said\n> twice', '> said\n> twice'],
    ['```js\nlet a = 1;\n```', '```\nlet a = 1;\n```'],
    ['[a page](https://example.com/x)', 'a page (https://example.com/x)'],
    ['<https://example.com>', 'https://example.com'],
    ['[x](javascript:alert(1))', 'x'],
    ['![cat](https://example.com/c.png)', 'cat (https://example.com/c.png)'],
    ['| a | b |\n|---|--:|\n| 1 | 22 |', '```\na |  b\n--+---\n1 | 22\n```'],
    ['one\n\ntwo', 'one\n\ntwo'],
    ['a &lt; b &amp;&amp; c', 'a < b && c'],
    ['un**believ**able', 'unbelievable'],
    ['**two\nlines**', '*two*\n*lines*'],
    ['---', '———'],
    ['snake_case_name', 'snake_case_name'],
  ])('%j becomes %j', (markdown, body) => expect(bodies(markdown)).toEqual([body]));

  it('has no marks in what is shown plain', () => {
    expect(render('**a** `b` > c', 100)).toEqual([{ body: '*a* `b` > c', plain: 'a b > c' }]);
  });

  it('cuts between paragraphs, lines, sentences, words', () => {
    expect(bodies('aaaa aaaa\n\nbbbb', 12)).toEqual(['aaaa aaaa', 'bbbb']);
    expect(bodies('Aaaa. Bbbb. Cccc.', 12)).toEqual(['Aaaa. Bbbb.', 'Cccc.']);
    expect(bodies('aaaaaaaa bbbbbbbb', 12)).toEqual(['aaaaaaaa', 'bbbbbbbb']);
    expect(bodies('a'.repeat(25), 12)).toEqual(['a'.repeat(12), 'a'.repeat(12), 'a']);
  });

  it('carries marks over a cut', () => {
    expect(bodies('**aaaaaaaa bbbbbbbb**', 12)).toEqual(['*aaaaaaaa*', '*bbbbbbbb*']);
    expect(bodies('```\naaaaaaaa\nbbbbbbbb\n```', 12)).toEqual(['```\naaaaaaaa\n```', '```\nbbbbbbbb\n```']);
  });

  const markdown = fc
    .array(
      fc.oneof(
        fc.constantFrom('**', '*', '_', '`', '```\n', '\n', '\n\n', '- ', '> ', '~~', ' ', '. ', '😀'),
        fc.string(),
      ),
    )
    .map((pieces) => pieces.join(''));

  it('loses nothing, and no part is too long', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 16, max: 80 }),
        (all, limit) => {
          const parts = render(all.join(' '), limit);
          expect(parts.flatMap(({ plain }) => plain.split(/\s+/))).toEqual(all);
          for (const { plain } of parts) expect(plain.length).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });

  it('throws nothing, gives something for whatever can be seen, and leaves alone what was cut', () => {
    fc.assert(
      fc.property(markdown, fc.integer({ min: 16, max: 60 }), (text, limit) => {
        const parts = render(text, limit);
        if (/[\p{L}\p{N}]/u.test(text)) expect(parts.length).toBeGreaterThan(0);
        for (const { plain, body } of parts) {
          expect(plain.length).toBeLessThanOrEqual(limit);
          expect(body.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('leaves what was sent as it is when more is appended', () => {
    const words = fc.array(fc.constantFrom('word', 'a sentence.', '\n\n', '\n', 'more'), {
      minLength: 5,
      maxLength: 60,
    });
    fc.assert(
      fc.property(words, fc.integer({ min: 16, max: 60 }), (all, limit) => {
        const whole = render(all.join(' '), limit);
        for (let end = 1; end < all.length; end += 3) {
          const sent = render(all.slice(0, end).join(' '), limit).slice(0, -1);
          expect(whole.slice(0, sent.length).map(({ plain }) => plain)).toEqual(
            sent.map(({ plain }) => plain),
          );
        }
      }),
      { numRuns: 300 },
    );
  });
});
