/** Turns the HTML of a message into Markdown, for the model to read. Pure; what it does not know is left out, its text kept. */
import { decodeEntities } from '../entities.js';

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

type Writer = (closed: Frame, parent: Frame) => string;

const bold: Writer = ({ text }) => around('**', text);
const italic: Writer = ({ text }) => around('*', text);
const struck: Writer = ({ text }) => around('~~', text);
const alone: Writer = ({ text }) => block(text.trim());
const cell: Writer = ({ text }) => `${text.trim().replaceAll('\n', ' ')} | `;

const writers = new Map<string, Writer>([
  ...[...DROPPED].map((tag): [string, Writer] => [tag, () => '']),
  ['b', bold],
  ['strong', bold],
  ['i', italic],
  ['em', italic],
  ['s', struck],
  ['del', struck],
  ['strike', struck],
  ['code', ({ text }, { tag }) => (tag === 'pre' ? text : around(text.includes('`') ? '``' : '`', text))],
  ['pre', ({ text }) => block(`\`\`\`\n${text.replace(/^\n|\n$/g, '')}\n\`\`\``)],
  ['a', ({ text, attributes }) => link(text, attribute(attributes, 'href'))],
  ['blockquote', ({ text }) => block(text.trim().replace(/^/gm, '> '))],
  ['li', item],
  ['tr', ({ text }) => `\n| ${text.trim()}`],
  ['td', cell],
  ['th', cell],
  ...['ul', 'ol', 'p', 'div', 'table'].map((tag): [string, Writer] => [tag, alone]),
]);

function written(closed: Frame, parent: Frame): string {
  const heading = /^h([1-6])$/.exec(closed.tag)?.[1];
  if (heading) return block(`${'#'.repeat(Number(heading))} ${closed.text.trim()}`);
  return writers.get(closed.tag)?.(closed, parent) ?? closed.text;
}

function item({ text }: Frame, parent: Frame): string {
  const mark = parent.tag === 'ol' ? `${parent.next++}.` : '-';
  return `\n${mark} ${text.trim().replaceAll('\n', '\n  ')}`;
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
