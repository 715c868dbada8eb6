/** Checks the parser of Telegram's HTML against what Telegram documents. */
import { describe, expect, it } from 'vitest';
import { FormatError, parseHtml } from './telegram-html.js';

describe('parseHtml', () => {
  it.each([
    ['plain', 'plain', []],
    ['<b>a</b><strong>b</strong>', 'ab', ['bold 0 1', 'bold 1 1']],
    ['<i>a</i> <em>b</em>', 'a b', ['italic 0 1', 'italic 2 1']],
    ['<u>a</u><ins>b</ins>', 'ab', ['underline 0 1', 'underline 1 1']],
    [
      '<s>a</s><strike>b</strike><del>c</del>',
      'abc',
      ['strikethrough 0 1', 'strikethrough 1 1', 'strikethrough 2 1'],
    ],
    ['<b>a<i>b</i></b>', 'ab', ['bold 0 2', 'italic 1 1']],
    ['<B>a</b>', 'a', ['bold 0 1']],
    ['<code>x &lt; y</code>', 'x < y', ['code 0 5']],
    ['<code class="language-c">x</code>', 'x', ['code 0 1']],
    ['<pre>x\ny</pre>', 'x\ny', ['pre 0 3']],
    ['<pre><code class="language-python">x</code></pre>', 'x', ['pre 0 1 python']],
    ['<pre><code>x</code></pre>', 'x', ['pre 0 1']],
    ['<code>a<b>b</b></code>', 'ab', ['code 0 2']],
    [
      '<a href="https://a.example/?x=1&amp;y=2">here</a>',
      'here',
      ['text_link 0 4 https://a.example/?x=1&y=2'],
    ],
    ["<a href='tg://user?id=1'>you</a>", 'you', ['text_link 0 3 tg://user?id=1']],
    ['<a href="https://a.example/>">x</a>', 'x', ['text_link 0 1 https://a.example/>']],
    ['<blockquote>q</blockquote>', 'q', ['blockquote 0 1']],
    ['<blockquote expandable>q</blockquote>', 'q', ['expandable_blockquote 0 1']],
    ['<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>', 'ab', ['spoiler 0 1', 'spoiler 1 1']],
    ['&lt;&gt;&amp;&quot;&#65;&#x1F600;', '<>&"A😀', []],
    ['a & b &nbsp; &copy;', 'a & b &nbsp; &copy;', []],
    ['😀<b>x</b>', '😀x', ['bold 2 1']],
    ['  <b> x </b>\n', 'x', ['bold 0 1']],
    ['<b></b>x', 'x', []],
    ['1 > 0', '1 > 0', []],
  ])('reads %j', (html, text, entities) => {
    const parsed = parseHtml(html);
    expect(parsed.text).toBe(text);
    const told = parsed.entities.map((entity) =>
      [
        entity.type,
        entity.offset,
        entity.length,
        'url' in entity ? entity.url : '',
        'language' in entity ? entity.language : '',
      ]
        .filter((part) => part !== '')
        .join(' '),
    );
    expect(told).toEqual(entities);
  });

  it.each([
    ['a <b>x', 'Can\'t find end tag corresponding to start tag "b"'],
    ['<b>x</i>', 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
    ['<b><i>x</b></i>', 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'],
    ['x</b>', 'Unexpected end tag at byte offset 1'],
    ['ä <p>x</p>', 'Unsupported start tag "p" at byte offset 3'],
    ['x < y', 'Unclosed start tag at byte offset 2'],
    ['x < y > z', 'Unsupported start tag "" at byte offset 2'],
    ['<b>x</b', 'Unclosed end tag at byte offset 4'],
    ['<span>x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
    ['<a href>x</a>', 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'],
    ['<a ="x">x</a>', 'Empty attribute name in the tag "a" at byte offset 0'],
  ])('refuses %j', (html, complaint) => {
    expect(() => parseHtml(html)).toThrow(new FormatError(complaint));
  });
});
