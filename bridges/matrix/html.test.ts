import { describe, expect, it } from 'vitest';
import { htmlToMarkdown } from './html.js';

describe('htmlToMarkdown', () => {
  it.each([
    ['<p>One <strong>two</strong> <em>three</em></p><p>four</p>', 'One **two** *three*\n\nfour'],
    ['<del>a</del> <code>b`c</code>', '~~a~~ ``b`c``'],
    ['<pre><code class="language-js">let a;\n  let b;\n</code></pre>', '```\nlet a;\n  let b;\n```'],
    ['<ol start="3"><li>a</li><li>b<ul><li>c</li></ul></li></ol>', '3. a\n4. b\n\n  - c'],
    ['<blockquote>a<br>b</blockquote>c', '> a\n> b\n\nc'],
    ['<h2>Title</h2>text', '## Title\n\ntext'],
    ['<a href="https://example.org/?a=1&amp;b=2">here</a>', '[here](https://example.org/?a=1&b=2)'],
    ['<a href="https://matrix.to/#/@ara:example.org">Ara</a>: hi', 'Ara: hi'],
    ['<a href="javascript:x()">here</a>', 'here'],
    ['<mx-reply><blockquote>old</blockquote></mx-reply>new', 'new'],
    ['<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>', '| a | b |\n| 1 | 2 |'],
    ['a <img src="mxc://x/y" alt="cat"> b', 'a cat b'],
    ['<span data-mx-spoiler>x</span> &lt;b&gt; &#65;', 'x <b> A'],
    ['<script>x()</script><!-- y -->z', 'z'],
  ])('%s', (html, markdown) => expect(htmlToMarkdown(html)).toBe(markdown));

  it.each(['<', '<b', '</b>', '<b><i></b></i>', '</p></p>', '<a href=">x', '&;', '<b>'.repeat(5_000)])(
    'takes %j as it comes',
    (html) => expect(() => htmlToMarkdown(html)).not.toThrow(),
  );

  it.each(['<a "', '<b> ', ' ', '<pre> ', '</x>', '<p>', '&', '<a href="'])(
    'is done soon with much of %j',
    (piece) => {
      const since = performance.now();
      htmlToMarkdown(piece.repeat(100_000 / piece.length));
      expect(performance.now() - since).toBeLessThan(1_500);
    },
  );
});
