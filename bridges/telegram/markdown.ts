/** Reads a model's Markdown into pieces of text that each carry the HTML tags Telegram knows. Pure. */
import { lexer, type Token, type Tokens } from 'marked';
import { decodeEntities } from '../entities.js';
import { layOut } from '../table.js';

/** Of a table, in columns. */
const WIDEST_COLUMN = 40;

/** An HTML tag around some text. Compared by identity: two bold words side by side are two tags. */
export interface Tag {
  readonly name: 'a' | 'b' | 'blockquote' | 'code' | 'i' | 'pre' | 's';
  readonly open: string;
  readonly close: string;
  /** Where a link leads. */
  readonly href?: string;
}

/** A run of visible text within its tags, outermost first. */
export interface Piece {
  readonly text: string;
  readonly tags: readonly Tag[];
}

interface Context {
  readonly tags: readonly Tag[];
  /** What each further line of a list item starts with. */
  readonly indent: string;
}

type Reader = (token: Token, context: Context) => Piece[];

/** Never throws: what cannot be read as Markdown is taken as it stands. */
export function toPieces(markdown: string): Piece[] {
  if (isTangle(markdown)) return asWritten(markdown);
  try {
    return joinBlocks(lexer(clean(markdown)), { tags: [], indent: '' }, '\n\n');
  } catch {
    // Quotes nested some thousands deep exhaust the stack.
    return asWritten(markdown);
  }
}

/** The reader's time grows with the square of the marks in one paragraph; nobody writes this many in earnest. */
const MOST_MARKS = 3_000;

const isTangle = (markdown: string): boolean =>
  markdown.length > MOST_MARKS &&
  markdown.split(/\n\s*\n/).some((block) => block.length > MOST_MARKS && countMarks(block) > MOST_MARKS);

const countMarks = (block: string): number => block.match(/[*_]+/g)?.length ?? 0;

export const asWritten = (text: string): Piece[] => [{ text: clean(text), tags: [] }];

/** Telegram takes no control characters and no half of a character. */
const clean = (text: string): string => text.toWellFormed().replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '');

const readers: Partial<Record<string, Reader>> = {
  space: () => [],
  checkbox: () => [],
  paragraph: inline,
  heading: (token, context) => inline(token, within(context, simpleTag('b'))),
  text: (token, context) =>
    'tokens' in token
      ? inline(token, context)
      : [words(decodeEntities((token as Tokens.Text).text), context)],
  escape: (token, context) => [words((token as Tokens.Escape).text, context)],
  strong: (token, context) => inline(token, within(context, simpleTag('b'))),
  em: (token, context) => inline(token, within(context, simpleTag('i'))),
  del: (token, context) => inline(token, within(context, simpleTag('s'))),
  br: (_token, context) => [words('\n', context)],
  hr: (_token, context) => [words('———', context)],
  html: (token, context) => [words(isLineBreak(token.raw) ? '\n' : token.raw.trimEnd(), context)],
  codespan: (token, context) => codeSpan((token as Tokens.Codespan).text, context),
  code: (token, context) => codeBlock(token as Tokens.Code, context),
  table: (token, context) => [
    { text: tableText(token as Tokens.Table), tags: onlyQuotes(context, preTag('')) },
  ],
  link: (token, context) => link(token as Tokens.Link, context),
  image: (token, context) => image(token as Tokens.Image, context),
  list: (token, context) => list(token as Tokens.List, context),
  blockquote: (token, context) =>
    joinBlocks(childrenOf(token), within(context, simpleTag('blockquote')), '\n\n' + context.indent),
};

function read(token: Token, context: Context): Piece[] {
  const reader = readers[token.type];
  // What we do not know, such as a link definition, is shown as it was written: nothing gets lost.
  return reader ? reader(token, context) : [words(token.raw.trimEnd(), context)];
}

function inline(token: Token, context: Context): Piece[] {
  return childrenOf(token).flatMap((child) => read(child, context));
}

const childrenOf = (token: Token): Token[] => ('tokens' in token ? (token.tokens ?? []) : []);

function joinBlocks(tokens: Token[], context: Context, gap: string): Piece[] {
  const pieces: Piece[] = [];
  for (const token of tokens) {
    const block = read(token, context).filter((piece) => piece.text !== '');
    if (block.length === 0) continue;
    if (pieces.length > 0) pieces.push({ text: gap, tags: context.tags });
    for (const piece of block) pieces.push(piece);
  }
  return pieces;
}

const words = (text: string, { tags, indent }: Context): Piece => ({
  // Cleaned once more: an entity may stand for a control character.
  text: indent === '' ? clean(text) : clean(text).replaceAll('\n', '\n' + indent),
  tags,
});

function list({ items, ordered, start }: Tokens.List, context: Context): Piece[] {
  const first = typeof start === 'number' ? start : 1;
  const inner = { tags: context.tags, indent: context.indent + '  ' };
  return items.flatMap((item, index) => {
    const number = ordered ? `${first + index}. ` : '';
    const mark = item.task ? (item.checked ? '☑ ' : '☐ ') : ordered ? '' : '• ';
    const lead = (index > 0 ? '\n' + context.indent : '') + number + mark;
    return [{ text: lead, tags: context.tags }, ...joinBlocks(item.tokens, inner, '\n' + inner.indent)];
  });
}

function codeBlock({ text, lang }: Tokens.Code, context: Context): Piece[] {
  const language = /^[\w+#.-]+/.exec(lang ?? '')?.[0] ?? '';
  return [{ text, tags: onlyQuotes(context, preTag(language)) }];
}

/** Telegram has no code within a link: the link is worth more. */
function codeSpan(text: string, context: Context): Piece[] {
  const linked = context.tags.some((tag) => tag.name === 'a');
  return linked ? [words(text, context)] : [{ text, tags: onlyQuotes(context, simpleTag('code')) }];
}

function link(token: Tokens.Link, context: Context): Piece[] {
  const tag = linkTag(token.href);
  return inline(token, tag ? within(context, tag) : context);
}

function image({ href, text }: Tokens.Image, context: Context): Piece[] {
  const tag = linkTag(href);
  return [words(decodeEntities(text) || href, tag ? within(context, tag) : context)];
}

function tableText({ header, align, rows }: Tokens.Table): string {
  const plain = { tags: [], indent: '' };
  const cellText = (cell: Tokens.TableCell): string =>
    cell.tokens
      .flatMap((token) => read(token, plain))
      .map((piece) => piece.text)
      .join('')
      .replaceAll('\n', ' ');
  return layOut(
    [header, ...rows].map((row) => row.map(cellText)),
    align,
    WIDEST_COLUMN,
  );
}

/** Adds a tag inside the others; one that is there already changes nothing, and Telegram refuses some twice. */
function within({ tags, indent }: Context, tag: Tag): Context {
  return { indent, tags: tags.some(({ name }) => name === tag.name) ? tags : [...tags, tag] };
}

/** Code carries no other markup at Telegram, but may stand in a quote. */
const onlyQuotes = ({ tags }: Context, tag: Tag): Tag[] => [
  ...tags.filter(({ name }) => name === 'blockquote'),
  tag,
];

const simpleTag = (name: Tag['name']): Tag => ({ name, open: `<${name}>`, close: `</${name}>` });

const preTag = (language: string): Tag =>
  language
    ? { name: 'pre', open: `<pre><code class="language-${language}">`, close: '</code></pre>' }
    : simpleTag('pre');

function linkTag(raw: string): Tag | null {
  const href = decodeEntities(raw);
  // Anything else either does nothing at Telegram or should not be clicked.
  if (!/^(?:https?:\/\/|tg:\/\/|mailto:)\S+$/i.test(href)) return null;
  return { name: 'a', open: `<a href="${escapeHtml(href)}">`, close: '</a>', href };
}

const isLineBreak = (html: string): boolean => /^<br\s*\/?>$/i.test(html);

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign);
