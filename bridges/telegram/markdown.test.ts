import { describe, expect, it } from 'vitest';
import { render } from './render.js';

const bodyOf = (markdown: string): string =>
  render(markdown, 4096)
    .map(({ body }) => body)
    .join('§');
const plainOf = (markdown: string): string =>
  render(markdown, 4096)
    .map(({ plain }) => plain)
    .join('§');

describe('render: Markdown to Telegram HTML', () => {
  it.each([
    ['text', 'Hello.', 'Hello.'],
    ['signs', '1 < 2 & "3" > 2', '1 &lt; 2 &amp; &quot;3&quot; &gt; 2'],
    [
      'entities',
      'AT&amp;T &lt;b&gt; &#233; &unknown; a&#7;b &#0; &#xd800;',
      'AT&amp;T &lt;b&gt; é &amp;unknown; ab \ufffd \ufffd',
    ],
    [
      'bold and italic',
      '**a** *b* ***c*** __d__ ~~e~~',
      '<b>a</b> <i>b</i> <i><b>c</b></i> <b>d</b> <s>e</s>',
    ],
    ['bold in bold', '# a **b**', '<b>a b</b>'],
    ['a heading', '## Title\nText', '<b>Title</b>\n\nText'],
    ['paragraphs and lines', 'a\nb  \nc\n\n\n\nd', 'a\nb\nc\n\nd'],
    ['code', '`a<b`', '<code>a&lt;b</code>'],
    ['code in bold', '**a `b` c**', '<b>a </b><code>b</code><b> c</b>'],
    [
      'a code block',
      '```ts title="x"\nif (a < b) {\n  c();\n}\n```',
      '<pre><code class="language-ts">if (a &lt; b) {\n  c();\n}</code></pre>',
    ],
    ['a code block without language', '```\na\n```', '<pre>a</pre>'],
    ['a language with signs', '```c++"><b>\na\n```', '<pre><code class="language-c++">a</code></pre>'],
    [
      'a fence that is not closed',
      'a\n```js\nlet b',
      'a\n\n<pre><code class="language-js">let b</code></pre>',
    ],
    ['emphasis that is not closed', 'a **b', 'a **b'],
    [
      'a link',
      '[a *b*](https://x.org/?q=1&r="2")',
      '<a href="https://x.org/?q=1&amp;r=&quot;2&quot;">a <i>b</i></a>',
    ],
    ['an address', 'see https://x.org/a.', 'see <a href="https://x.org/a">https://x.org/a</a>.'],
    ['a mail address', 'a@b.co', '<a href="mailto:a@b.co">a@b.co</a>'],
    ['tg link', '[u](tg://user?id=1)', '<a href="tg://user?id=1">u</a>'],
    ['a script', '[a](javascript:alert(1))', 'a'],
    ['a file', '[a](/etc/passwd)', 'a'],
    ['code in a link', '[`a`](https://x.org)', '<a href="https://x.org">a</a>'],
    ['an image', '![a cat](https://x.org/c.png)', '<a href="https://x.org/c.png">a cat</a>'],
    [
      'an image without words',
      '![](https://x.org/c.png)',
      '<a href="https://x.org/c.png">https://x.org/c.png</a>',
    ],
    ['a linked image', '[![a](https://x.org/i)](https://x.org)', '<a href="https://x.org">a</a>'],
    ['an empty image', '![]()', '![]()'],
    [
      'a reference',
      'see [1]\n\n[1]: https://x.org',
      'see <a href="https://x.org">1</a>\n\n[1]: https://x.org',
    ],
    ['a list', '- a\n- b\n\n  more\n- c', '• a\n• b\n  more\n• c'],
    ['numbers', '3. a\n4. b', '3. a\n4. b'],
    ['nesting', '1. a\n   - b\n     - c\n       d\n2. e', '1. a\n  • b\n    • c\n      d\n2. e'],
    ['tasks', '- [x] a\n- [ ] b', '☑ a\n☐ b'],
    ['code in a list', '- a\n\n  ```\n  b\n    c\n  ```\n- d', '• a\n  <pre>b\n  c</pre>\n• d'],
    ['a quote', '> a\n> b\n>\n> **c**', '<blockquote>a\nb\n\n<b>c</b></blockquote>'],
    ['a quote in a quote', '> a\n> > b', '<blockquote>a\n\nb</blockquote>'],
    ['code in a quote', '> a\n> ```\n> b\n> ```', '<blockquote>a\n\n<pre>b</pre></blockquote>'],
    ['a rule', 'a\n\n---\n\nb', 'a\n\n———\n\nb'],
    [
      'HTML',
      'a <b>b</b><br>c\n\n<div>\nd\n</div>',
      'a &lt;b&gt;b&lt;/b&gt;\nc\n\n&lt;div&gt;\nd\n&lt;/div&gt;',
    ],
    [
      'a table',
      '| a | bb |\n|:-:|---:|\n| **1** | 2 |\n| 333 | `日本` |',
      '<pre> a  |   bb\n----+-----\n 1  |    2\n333 | 日本</pre>',
    ],
    ['a control character', 'a\u0000b\u0007c\u001b[1m', 'abc[1m'],
    ['half of a character', 'a\ud83d', 'a\ufffd'],
  ])('%s', (_case, markdown, html) => {
    expect(bodyOf(markdown)).toBe(html);
  });

  it('has a plain form that tells where links lead', () => {
    expect(plainOf('**See** [the page](https://x.org) or https://y.org')).toBe(
      'See the page (https://x.org) or https://y.org',
    );
  });

  it.each(['', ' \n\t ', '\u200b', '\u2800'])('has no part for a blank text', (blank) => {
    expect(render(blank, 4096)).toEqual([]);
  });

  it.each([
    ['quotes', '>'.repeat(20_000) + 'a'],
    ['lists', Array.from({ length: 300 }, (_, depth) => ' '.repeat(depth * 2) + '- a').join('\n')],
    ['a tangle', '*a_'.repeat(10_000)],
    ['brackets', '['.repeat(20_000)],
    ['stars', '*a '.repeat(5_000)],
    ['tables', '|a'.repeat(2_000) + '\n' + '|-'.repeat(2_000)],
  ])('bears a depth of %s', (_case, markdown) => {
    const start = performance.now();
    expect(render(markdown, 4096).length).toBeGreaterThan(0);
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});
