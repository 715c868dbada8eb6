/**
 * Markdown of a model as React elements, token by token. What a model writes is untrusted: HTML in it is shown as the text
 * that it is, only some kinds of links lead anywhere, and no picture is fetched, since its address could carry words away.
 */
import { Fragment, type ReactNode } from 'react';
import { lexer, type Token, type Tokens } from 'marked';
import { t } from '../texts';
import { cx } from './classes';

export function Markdown({ text, className }: { text: string; className?: string }) {
  return <div className={cx('grid grid-cols-1 gap-3 wrap-anywhere', className)}>{blocks(lexer(text))}</div>;
}

const blocks = (tokens: readonly Token[]): ReactNode[] =>
  tokens.map((token, index) => <Fragment key={index}>{block(token)}</Fragment>);

const inlines = (tokens: readonly Token[] | undefined, text = ''): ReactNode =>
  tokens ? tokens.map((token, index) => <Fragment key={index}>{inline(token)}</Fragment>) : decoded(text);

function block(token: Token): ReactNode {
  switch (token.type) {
    case 'heading':
      return <Title token={token as Tokens.Heading} />;
    case 'paragraph':
      return <p>{inlines(token.tokens)}</p>;
    case 'text':
      return inlines(token.tokens, token.raw);
    case 'code':
      return <Code token={token as Tokens.Code} />;
    case 'blockquote':
      return (
        <blockquote className="grid gap-2 border-l-3 border-line pl-4 text-soft">
          {blocks(token.tokens ?? [])}
        </blockquote>
      );
    case 'list':
      return <List token={token as Tokens.List} />;
    case 'table':
      return <TableOf token={token as Tokens.Table} />;
    case 'hr':
      return <hr className="border-line" />;
    case 'space':
    case 'def':
      return null;
    default:
      return <p>{token.raw}</p>;
  }
}

function inline(token: Token): ReactNode {
  switch (token.type) {
    case 'text':
      return inlines(token.tokens, token.raw);
    case 'escape':
      return (token as Tokens.Escape).text;
    case 'strong':
      return <strong className="font-semibold">{inlines(token.tokens)}</strong>;
    case 'em':
      return <em>{inlines(token.tokens)}</em>;
    case 'del':
      return <del>{inlines(token.tokens)}</del>;
    case 'codespan':
      return (
        <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-[0.88em]">
          {(token as Tokens.Codespan).text}
        </code>
      );
    case 'br':
      return <br />;
    case 'link':
      return (
        <SafeLink href={(token as Tokens.Link).href}>
          {inlines(token.tokens, (token as Tokens.Link).text)}
        </SafeLink>
      );
    case 'image':
      return (
        <SafeLink href={(token as Tokens.Image).href}>
          {t.chat.picture((token as Tokens.Image).text)}
        </SafeLink>
      );
    default:
      return token.raw;
  }
}

/** Models open with whatever level they like; below the page's own headings all are alike. */
const Title = ({ token }: { token: Tokens.Heading }) => (
  <p className={cx('font-semibold tracking-tight', token.depth < 3 && 'text-lg')}>{inlines(token.tokens)}</p>
);

const Code = ({ token }: { token: Tokens.Code }) => (
  <pre
    tabIndex={0}
    className="overflow-x-auto rounded-xl bg-sunken p-3.5 font-mono text-[0.88rem] whitespace-pre"
  >
    <code>{token.text}</code>
  </pre>
);

function List({ token }: { token: Tokens.List }) {
  const Kind = token.ordered ? 'ol' : 'ul';
  return (
    <Kind
      className={cx('grid gap-1.5 pl-6 marker:text-soft', token.ordered ? 'list-decimal' : 'list-disc')}
      {...(token.ordered && typeof token.start === 'number' ? { start: token.start } : {})}
    >
      {token.items.map((item, index) => (
        <li key={index} className={item.task ? 'list-none' : ''}>
          {item.task && (
            <input
              type="checkbox"
              checked={item.checked ?? false}
              disabled
              aria-label={item.text}
              className="mr-2 -ml-5"
            />
          )}
          {blocks(item.tokens.filter(({ type }) => type !== 'checkbox'))}
        </li>
      ))}
    </Kind>
  );
}

const TableOf = ({ token }: { token: Tokens.Table }) => (
  <div className="overflow-x-auto" tabIndex={0} role="group" aria-label={t.chat.table}>
    <table className="border-collapse text-[0.95em]">
      <thead>
        <tr>
          {token.header.map((cell, index) => (
            <th key={index} scope="col" className="border-b border-line py-1.5 pr-5 text-left font-semibold">
              {inlines(cell.tokens)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {token.rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, place) => (
              <td key={place} className="border-b border-line/60 py-1.5 pr-5 tabular-nums">
                {inlines(cell.tokens)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const LEADS_SOMEWHERE = /^(https?:\/\/|mailto:|tel:)/i;

function SafeLink({ href, children }: { href: string; children: ReactNode }) {
  if (!LEADS_SOMEWHERE.test(href)) return <>{children}</>;
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      // The words of a link can say anything; where it leads shows on hover.
      title={href}
      className="font-medium text-accent underline underline-offset-2"
    >
      {children}
    </a>
  );
}

const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  nbsp: '\u00a0',
};

const decoded = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (all, name: string) => entities[name] ?? all);
