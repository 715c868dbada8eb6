/** Reads a model's Markdown into runs of text that each carry the marks WhatsApp knows. Pure. */
import { lexer, type Token, type Tokens } from 'marked';
import { decodeEntities } from '../entities.js';
import { layOut } from '../table.js';

/** Of a table, in columns: a phone shows about this many in a line. */
const WIDEST_COLUMN = 30;

/** How a run is shown. `block` is code of several lines, which carries nothing else. */
export type Mark = 'bold' | 'italic' | 'strike' | 'code' | 'block' | 'quote';

export interface Run {
  readonly text: string;
  readonly marks: readonly Mark[];
}

interface Context {
  readonly marks: readonly Mark[];
  /** What each further line of a list item starts with. */
  readonly indent: string;
}

type Reader = (token: Token, context: Context) => Run[];

/** Never throws: what cannot be read as Markdown is taken as it stands. */
export function toRuns(markdown: string): Run[] {
  if (isTangle(markdown)) return asWritten(markdown);
  try {
    return joinBlocks(lexer(clean(markdown)), { marks: [], indent: '' }, '\n\n');
  } catch {
    return asWritten(markdown);
  }
}

/** The reader's time grows with the square of the marks in one paragraph; nobody writes this many in earnest. */
const MOST_MARKS = 3_000;

const isTangle = (markdown: string): boolean =>
  markdown.length > MOST_MARKS &&
  markdown.split(/\n\s*\n/).some((block) => (block.match(/[*_]+/g)?.length ?? 0) > MOST_MARKS);

export const asWritten = (text: string): Run[] => [{ text: clean(text), marks: [] }];

const clean = (text: string): string => text.toWellFormed().replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '');

const readers: Partial<Record<string, Reader>> = {
  space: () => [],
  checkbox: () => [],
  paragraph: inline,
  heading: (token, context) => inline(token, within(context, 'bold')),
  text: (token, context) =>
    'tokens' in token
      ? inline(token, context)
      : [words(decodeEntities((token as Tokens.Text).text), context)],
  escape: (token, context) => [words((token as Tokens.Escape).text, context)],
  strong: (token, context) => inline(token, within(context, 'bold')),
  em: (token, context) => inline(token, within(context, 'italic')),
  del: (token, context) => inline(token, within(context, 'strike')),
  br: (_token, context) => [words('\n', context)],
  hr: (_token, context) => [words('———', context)],
  html: (token, context) => [words(/^<br\s*\/?>$/i.test(token.raw) ? '\n' : token.raw.trimEnd(), context)],
  codespan: (token) => [{ text: (token as Tokens.Codespan).text.replaceAll('`', 'ˋ'), marks: ['code'] }],
  code: (token) => [block((token as Tokens.Code).text)],
  table: (token) => [block(tableText(token as Tokens.Table))],
  link: (token, context) => link(token as Tokens.Link, context),
  image: (token, context) => image(token as Tokens.Image, context),
  list: (token, context) => list(token as Tokens.List, context),
  blockquote: (token, context) => joinBlocks(childrenOf(token), within(context, 'quote'), '\n\n'),
};

function read(token: Token, context: Context): Run[] {
  const reader = readers[token.type];
  // What we do not know, such as a link definition, is shown as it was written: nothing gets lost.
  return reader ? reader(token, context) : [words(token.raw.trimEnd(), context)];
}

function inline(token: Token, context: Context): Run[] {
  return childrenOf(token).flatMap((child) => read(child, context));
}

const childrenOf = (token: Token): Token[] => ('tokens' in token ? (token.tokens ?? []) : []);

function joinBlocks(tokens: Token[], context: Context, gap: string): Run[] {
  const runs: Run[] = [];
  for (const token of tokens) {
    const found = read(token, context).filter(({ text }) => text !== '');
    if (found.length === 0) continue;
    if (runs.length > 0) runs.push({ text: gap, marks: context.marks.filter((mark) => mark === 'quote') });
    for (const run of found) runs.push(run);
  }
  return runs;
}

const words = (text: string, { marks, indent }: Context): Run => ({
  text: indent === '' ? clean(text) : clean(text).replaceAll('\n', '\n' + indent),
  marks,
});

/** The fence cannot stand within itself. */
const block = (text: string): Run => ({ text: text.replaceAll('```', '` ` `'), marks: ['block'] });

function list({ items, ordered, start }: Tokens.List, context: Context): Run[] {
  const first = typeof start === 'number' ? start : 1;
  const inner = { marks: context.marks, indent: context.indent + '  ' };
  return items.flatMap((item, index) => {
    const number = ordered ? `${first + index}. ` : '';
    const mark = item.task ? (item.checked ? '☑ ' : '☐ ') : ordered ? '' : '• ';
    const lead = (index > 0 ? '\n' + context.indent : '') + number + mark;
    return [{ text: lead, marks: context.marks }, ...joinBlocks(item.tokens, inner, '\n' + inner.indent)];
  });
}

/** WhatsApp has no links with a text of their own: the address stands behind it. */
function link(token: Tokens.Link, context: Context): Run[] {
  const shown = inline(token, context);
  const text = shown.map((run) => run.text).join('');
  const href = decodeEntities(token.href);
  if (!/^(?:https?:\/\/|mailto:)\S+$/i.test(href)) return shown;
  if (text === href || text === href.replace(/^(?:https?:\/\/|mailto:)/i, '')) return [words(href, context)];
  return [...shown, words(` (${href})`, context)];
}

function image({ href, text }: Tokens.Image, context: Context): Run[] {
  const shown = decodeEntities(text);
  return [words(shown ? `${shown} (${href})` : href, context)];
}

function tableText({ header, align, rows }: Tokens.Table): string {
  const plain = { marks: [], indent: '' };
  const cellText = (cell: Tokens.TableCell): string =>
    cell.tokens
      .flatMap((token) => read(token, plain))
      .map(({ text }) => text)
      .join('')
      .replaceAll('\n', ' ');
  return layOut(
    [header, ...rows].map((row) => row.map(cellText)),
    align,
    WIDEST_COLUMN,
  );
}

const within = ({ marks, indent }: Context, mark: Mark): Context => ({
  indent,
  marks: marks.includes(mark) ? marks : [...marks, mark],
});
