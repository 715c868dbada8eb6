import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Markdown } from './Markdown';

const render = (text: string): string => renderToStaticMarkup(createElement(Markdown, { text }));

describe('Markdown of a model', () => {
  it('becomes headings, lists, tables and code', () => {
    const html = render(
      '# Title\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nlet x = 1 < 2;\n```\n\n**bold** `code`',
    );
    for (const part of ['<ol', '<td', '<pre', 'let x = 1 &lt; 2;', '<strong', 'bold'])
      expect(html).toContain(part);
  });

  it('shows HTML as the text that it is', () => {
    const html = render('<img src=x onerror=alert(1)>\n\nhello <script>alert(1)</script> <b>you</b>');
    expect(html).not.toMatch(/<(img|script|b)\b/);
    expect(html).toContain('&lt;script&gt;');
  });

  it('fetches no picture: its words become a link', () => {
    const html = render('![plums](https://evil.example/?q=canary)');
    expect(html).not.toContain('<img');
    expect(html).toContain('rel="noopener noreferrer"');
  });

  it('lets only links of some kinds lead anywhere', () => {
    for (const address of [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'data:text/html,x',
      '/v1/me/keys',
      'vbscript:x',
    ])
      expect(render(`[press](${address})`)).not.toContain('href');
    expect(render('[press](https://example.org)')).toContain('href="https://example.org"');
  });

  it('never makes an element that runs or loads something, whatever comes', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '![',
      '](',
      ')',
      '"',
      'javascript:',
      'https://e.example/',
      '<svg onload=',
      '`',
      '|',
      '\n',
      '\n\n',
      '- ',
      '# ',
      '&lt;',
      'x',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const html = render(pieces.join(''));
        expect(html).not.toMatch(/<(script|img|svg|iframe|object|embed|style|link|form)\b/i);
        expect(html).not.toMatch(/href="(?!https?:\/\/|mailto:|tel:)/i);
      }),
      { numRuns: 300 },
    );
  });
});
