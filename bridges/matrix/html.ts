/** Turns the HTML of a message into Markdown, for the model to read. Pure; what it does not know is left out, its text kept. */
import { decodeEntities } from './entities.js';

interface Frame {
  tag: string;
  text: string;
  attributes: string;
  /** The number of the next item, in an ordered list. */
  next: number;
}

/** Deeper than this nobody nests in earnest. */
const DEEPEST = 100;
const TOKEN = /<!--[\s\S]*?-->|<(\/?)([a-z][a-z0-9-]*)([^<>]*)>|[^<]+|</gi;
const VOID = new Set(['br', 'hr', 'img']);
const DROPPED = new Set(['mx-reply', 'script', 'style', 'head']);

export function htmlToMarkdown(html: string): string {
  const root = frame('', '');
  const stack: Stack = [root];
  for (const [token, slash, name, attributes] of html.matchAll(TOKEN)) {
    if (name === undefined) topOf(stack).text += token.startsWith('<!--') ? '' : textOf(token, stack);
    else if (slash) closeTag(stack, name.toLowerCase());
    else openTag(stack, name.toLowerCase(), attributes ?? '');
  }
  while (stack.length > 1) close(stack);
  const lines = root.text.split('\n').map((line) => line.trimEnd());
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** What is open, the message itself first. */
type Stack = [Frame, ...Frame[]];

const topOf = (stack: Stack): Frame => stack.at(-1) ?? stack[0];

const frame = (tag: string, attributes: string): Frame => ({
  tag,
  attributes,
  text: '',
  next: startOf(attributes),
});

function textOf(token: string, stack: Stack): string {
  const text = decodeEntities(token);
  return stack.some(({ tag }) => tag === 'pre') ? text : text.replace(/\s+/g, ' ');
}

function openTag(stack: Stack, tag: string, attributes: string): void {
  if (VOID.has(tag)) return void (topOf(stack).text += standing(tag, attributes));
  if (stack.length < DEEPEST) stack.push(frame(tag, attributes));
}

function standing(tag: string, attributes: string): string {
  if (tag === 'br') return '\n';
  return tag === 'hr' ? '\n\n---\n\n' : attribute(attributes, 'alt');
}

/** Closes what was left open inside; a tag that was never opened closes nothing. */
function closeTag(stack: Stack, tag: string): void {
  const at = stack.findLastIndex((open) => open.tag === tag);
  while (at > 0 && stack.length > at) close(stack);
}

function close(stack: Stack): void {
  const closed = stack.pop();
  const parent = topOf(stack);
  if (closed) parent.text += written(closed, parent);
}

function written({ tag, text, attributes }: Frame, parent: Frame): string {
  if (DROPPED.has(tag)) return '';
  const inner = text.trim();
  const heading = /^h([1-6])$/.exec(tag)?.[1];
  if (heading) return block(`${'#'.repeat(Number(heading))} ${inner}`);
  switch (tag) {
    case 'b':
    case 'strong':
      return around('**', text);
    case 'i':
    case 'em':
      return around('*', text);
    case 's':
    case 'del':
    case 'strike':
      return around('~~', text);
    case 'code':
      return parent.tag === 'pre' ? text : around(text.includes('`') ? '``' : '`', text);
    case 'pre':
      return block(`\`\`\`\n${text.replace(/^\n|\n$/g, '')}\n\`\`\``);
    case 'a':
      return link(text, attribute(attributes, 'href'));
    case 'blockquote':
      return block(inner.replace(/^/gm, '> '));
    case 'li':
      return `\n${parent.tag === 'ol' ? `${parent.next++}.` : '-'} ${inner.replaceAll('\n', '\n  ')}`;
    case 'tr':
      return `\n| ${inner}`;
    case 'td':
    case 'th':
      return `${inner.replaceAll('\n', ' ')} | `;
    case 'ul':
    case 'ol':
    case 'p':
    case 'div':
    case 'table':
      return block(inner);
    default:
      return text;
  }
}

const block = (text: string): string => `\n\n${text}\n\n`;

/** Spaces inside marks would make them no marks. */
function around(mark: string, text: string): string {
  const inner = text.trim();
  const at = text.length - text.trimStart().length;
  return inner ? text.slice(0, at) + mark + inner + mark + text.slice(at + inner.length) : text;
}

/** A mention of somebody is their name; a link that shows itself is itself. */
function link(text: string, href: string): string {
  const leads = /^(?:https?|mailto|matrix|ftp|magnet):/i.test(href);
  const isMention = /^https:\/\/matrix\.to\/#\/(?:@|%40)/i.test(href);
  return !leads || isMention || text.trim() === href ? text : `[${text}](${href})`;
}

function attribute(attributes: string, name: string): string {
  const found = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(attributes);
  return decodeEntities(found?.[1] ?? found?.[2] ?? found?.[3] ?? '');
}

const startOf = (attributes: string): number => {
  const start = Number(attribute(attributes, 'start') || 1);
  return Number.isSafeInteger(start) ? start : 1;
};
