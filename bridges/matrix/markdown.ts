/** Writes a model's Markdown as the HTML that Matrix clients show: only tags that its specification lists. Pure. */
import { lexer, type Token, type Tokens } from 'marked';
import { decodeEntities } from '../entities.js';

type Writer = (token: Token) => string;

/** Never throws: what cannot be read as Markdown is taken as it stands. */
export function toHtml(markdown: string): string {
  try {
    return blocks(lexer(markdown)).trim();
  } catch {
    // Quotes nested some thousands deep exhaust the stack.
    return escapeHtml(markdown);
  }
}

const writers: Partial<Record<string, Writer>> = {
  space: () => '',
  checkbox: () => '',
  def: () => '',
  paragraph: (token) => `<p>${inline(token)}</p>`,
  heading: (token) => {
    const level = Math.min(6, Math.max(1, (token as Tokens.Heading).depth));
    return `<h${level}>${inline(token)}</h${level}>`;
  },
  text: (token) =>
    'tokens' in token ? inline(token) : escapeHtml(decodeEntities((token as Tokens.Text).text)),
  escape: (token) => escapeHtml((token as Tokens.Escape).text),
  strong: (token) => `<strong>${inline(token)}</strong>`,
  em: (token) => `<em>${inline(token)}</em>`,
  del: (token) => `<del>${inline(token)}</del>`,
  br: () => '<br>',
  hr: () => '<hr>',
  // A model's HTML is shown, not done.
  html: (token) => (/^<br\s*\/?>$/i.test(token.raw.trim()) ? '<br>' : escapeHtml(token.raw)),
  codespan: (token) => `<code>${escapeHtml((token as Tokens.Codespan).text)}</code>`,
  code: (token) => code(token as Tokens.Code),
  blockquote: (token) => `<blockquote>${blocks(childrenOf(token))}</blockquote>`,
  list: (token) => list(token as Tokens.List),
  table: (token) => table(token as Tokens.Table),
  link: (token) => link((token as Tokens.Link).href, inline(token)),
  // A picture from elsewhere would tell its server who reads; Matrix has none of those.
  image: (token) => {
    const { href, text } = token as Tokens.Image;
    return link(href, escapeHtml(decodeEntities(text) || href));
  },
};

function write(token: Token): string {
  const writer = writers[token.type];
  return writer ? writer(token) : escapeHtml(token.raw);
}

const blocks = (tokens: Token[]): string =>
  tokens
    .map(write)
    .filter((block) => block !== '')
    .join('\n');
const inline = (token: Token): string => childrenOf(token).map(write).join('');
const childrenOf = (token: Token): Token[] => ('tokens' in token ? (token.tokens ?? []) : []);

function code({ text, lang }: Tokens.Code): string {
  const language = /^[\w+#.-]+/.exec(lang ?? '')?.[0];
  const attribute = language ? ` class="language-${language}"` : '';
  return `<pre><code${attribute}>${escapeHtml(text)}</code></pre>`;
}

function list({ items, ordered, start }: Tokens.List): string {
  const tag = ordered ? 'ol' : 'ul';
  const from = ordered && typeof start === 'number' && start !== 1 ? ` start="${start}"` : '';
  const written = items.map(({ task, checked, tokens }) => {
    const mark = task ? (checked ? '☑ ' : '☐ ') : '';
    return `<li>${mark}${blocks(tokens)}</li>`;
  });
  return `<${tag}${from}>${written.join('')}</${tag}>`;
}

function table({ header, rows }: Tokens.Table): string {
  const row = (cells: Tokens.TableCell[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${cell.tokens.map(write).join('')}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${row(header, 'th')}</thead><tbody>${rows.map((cells) => row(cells, 'td')).join('')}</tbody></table>`;
}

function link(raw: string, inner: string): string {
  const href = decodeEntities(raw);
  // Anything else does nothing in a client, or should not be clicked.
  return /^(?:https?|mailto|matrix):\S+$/i.test(href) ? `<a href="${escapeHtml(href)}">${inner}</a>` : inner;
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign);
