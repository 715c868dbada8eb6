import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { render } from './render.js';

const html = (markdown: string): string => render(markdown, 8_000)[0]?.body ?? '';

describe('render', () => {
  it.each([
    ['plain', '<p>plain</p>'],
    ['**b** *i* ~~s~~ `c<d`', '<p><strong>b</strong> <em>i</em> <del>s</del> <code>c&lt;d</code></p>'],
    ['# Title', '<h1>Title</h1>'],
    ['- a\n- [x] b', '<ul><li>a</li><li>☑ b</li></ul>'],
    ['2. a\n3. b', '<ol start="2"><li>a</li><li>b</li></ol>'],
    ['```js\na\n\nb\n```', '<pre><code class="language-js">a\n\nb</code></pre>'],
    ['> q', '<blockquote><p>q</p></blockquote>'],
    [
      '| a | b |\n|---|---|\n| 1 | 2 |',
      '<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>',
    ],
    ['[x](https://example.org/"a)', '<p><a href="https://example.org/&quot;a">x</a></p>'],
    ['[x](javascript:alert(1))', '<p>x</p>'],
    ['![cat](https://example.org/c.png)', '<p><a href="https://example.org/c.png">cat</a></p>'],
    ['<img src=x onerror=y>', '&lt;img src=x onerror=y&gt;'],
  ])('%s', (markdown, expected) => expect(html(markdown)).toBe(expected));

  it('carries only tags of the specification, whatever a model writes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'<>"\'&*_`[]()!#-|\n ab:/=script'), maxLength: 200 }),
        (text) => {
          for (const { body } of render(text, 100)) {
            const tags = body.match(/<[^>]*>/g) ?? [];
            for (const tag of tags) expect(tag).toMatch(ALLOWED);
            expect(body.replace(/<[^>]*>/g, '')).not.toMatch(/[<>]/);
          }
        },
      ),
    );
  });

  it('loses no word when it splits, and keeps code as code', () => {
    const words = Array.from({ length: 900 }, (_, index) => `word${index}`);
    const markdown = `${words.slice(0, 400).join(' ')}\n\n\`\`\`ts\n${words.slice(400).join('\n')}\n\`\`\`\n\nend`;
    const parts = render(markdown, 1_000);
    for (const { plain } of parts) expect(plain.length).toBeLessThanOrEqual(1_000);
    expect(parts.flatMap(({ plain }) => plain.match(/word\d+/g) ?? [])).toEqual(words);
    for (const { body, plain } of parts.slice(3, -1))
      if (plain.includes('word500')) expect(body).toMatch(/^<pre><code/);
  });

  it('says nothing for nothing, and something for anything else', () => {
    expect(render(' \n', 100)).toEqual([]);
    for (const text of ['[]()', '**', '```', '[a]: https://example.org'])
      expect(render(text, 100)).toHaveLength(1);
  });

  it('is done soon with tangles', () => {
    const since = performance.now();
    for (const mark of ['*', '_', '[', '> ', '`', '**a ', '<']) render(mark.repeat(20_000), 8_000);
    expect(performance.now() - since).toBeLessThan(5_000);
  });
});

const ALLOWED =
  /^<\/?(?:p|h[1-6]|strong|em|del|br|hr|code|pre|blockquote|ol|ul|li|table|thead|tbody|tr|th|td|a)(?: (?:href|class|start)="[^"<>]*")?>$/;
