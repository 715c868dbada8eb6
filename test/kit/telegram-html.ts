/** Parses Telegram's HTML as its server does: the same tags, the same entities and the same complaints. */
import type { MessageEntity } from '@grammyjs/types';

export interface FormattedText {
  text: string;
  entities: MessageEntity[];
}

/** Its message is the description that the Bot API gives after "Bad Request: can't parse entities: ". */
export class FormatError extends Error {}

const SIMPLE_TAGS = new Map<string, MessageEntity.CommonMessageEntity['type']>([
  ['b', 'bold'],
  ['strong', 'bold'],
  ['i', 'italic'],
  ['em', 'italic'],
  ['u', 'underline'],
  ['ins', 'underline'],
  ['s', 'strikethrough'],
  ['strike', 'strikethrough'],
  ['del', 'strikethrough'],
  ['tg-spoiler', 'spoiler'],
  ['code', 'code'],
  ['blockquote', 'blockquote'],
]);
const OTHER_TAGS = new Set(['a', 'pre', 'span']);
const CHARACTER = /&(?:#x([0-9a-f]+)|#([0-9]+)|(lt|gt|amp|quot));?/iy;
const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const TAG_NAME = /<([^\s>]*)/y;
const START_TAG = /<([^\s>]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/y;
const END_TAG = /<\/([^\s>]*)\s*>/y;
const ATTRIBUTE = /\s*([^\s=>/"']*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([a-z0-9.-]+)))?/iy;

interface OpenTag {
  name: string;
  attributes: Map<string, string>;
  offset: number;
}

/** Throws a `FormatError` for what Telegram would refuse. */
export function parseHtml(html: string): FormattedText {
  const open: OpenTag[] = [];
  const entities: MessageEntity[] = [];
  let text = '';
  let position = 0;
  // Telegram counts in bytes of UTF-8; that is only worked out when there is something to complain about.
  const refuse = (what: string, rest = ''): never => {
    throw new FormatError(`${what} at byte offset ${Buffer.byteLength(html.slice(0, position))}${rest}`);
  };
  while (position < html.length) {
    const special = nextSpecial(html, position);
    text += html.slice(position, special);
    position = special;
    if (position >= html.length) break;
    if (html[position] === '&') {
      const found = matchAt(CHARACTER, html, position);
      const character = found && decode(found);
      text += character ?? '&';
      position += character === undefined || !found ? 1 : found[0].length;
    } else if (html[position + 1] === '/') {
      const tag = open.pop();
      if (!tag) return refuse('Unexpected end tag');
      const found = matchAt(END_TAG, html, position);
      if (!found) return refuse('Unclosed end tag');
      const name = (found[1] ?? '').toLowerCase();
      if (name && name !== tag.name) {
        refuse('Unmatched end tag', `, expected "</${tag.name}>", found "</${name}>"`);
      }
      const entity = toEntity(tag, text.slice(tag.offset), entities, open.at(-1)?.name);
      if (entity) entities.push(entity);
      position += found[0].length;
    } else {
      const name = (matchAt(TAG_NAME, html, position)?.[1] ?? '').toLowerCase();
      const found = matchAt(START_TAG, html, position);
      if (!found && !html.slice(position).includes('>')) return refuse('Unclosed start tag');
      if (!found || !(SIMPLE_TAGS.has(name) || OTHER_TAGS.has(name))) {
        return refuse(`Unsupported start tag "${name}"`);
      }
      const attributes = readAttributes(found[2] ?? '', (what) => refuse(`${what} the tag "${name}"`));
      if (name === 'span' && attributes.get('class') !== 'tg-spoiler') {
        return refuse('Tag "span" must have class "tg-spoiler"');
      }
      open.push({ name, attributes, offset: text.length });
      position += found[0].length;
    }
  }
  const last = open.at(-1);
  if (last) throw new FormatError(`Can't find end tag corresponding to start tag "${last.name}"`);
  return trimmed(text, entities);
}

function nextSpecial(html: string, from: number): number {
  for (let at = from; at < html.length; at++) {
    const code = html.charCodeAt(at);
    if (code === 60 || code === 38) return at;
  }
  return html.length;
}

function matchAt(pattern: RegExp, html: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(html);
}

function decode(found: RegExpExecArray): string | undefined {
  if (found[3] !== undefined) return NAMED[found[3]];
  const code = found[1] === undefined ? Number(found[2]) : Number.parseInt(found[1], 16);
  return code > 0 && code < 0x10_ffff ? String.fromCodePoint(code) : undefined;
}

function readAttributes(source: string, refuse: (what: string) => never): Map<string, string> {
  const attributes = new Map<string, string>();
  let rest = source.trim();
  while (rest !== '') {
    const found = matchAt(ATTRIBUTE, rest, 0);
    const name = found?.[1]?.toLowerCase();
    if (!found || !name) return refuse('Empty attribute name in');
    const value = found[2] ?? found[3] ?? found[4];
    if (value === undefined && name !== 'expandable') {
      return refuse('Expected equal sign in declaration of an attribute of');
    }
    attributes.set(name, (value ?? '').replaceAll(new RegExp(CHARACTER, 'gi'), decodeWhole));
    rest = rest.slice(found[0].length).trimStart();
  }
  return attributes;
}

function decodeWhole(whole: string): string {
  const found = matchAt(CHARACTER, whole, 0);
  return (found && decode(found)) ?? whole;
}

function toEntity(
  tag: OpenTag,
  content: string,
  before: MessageEntity[],
  parent: string | undefined,
): MessageEntity | undefined {
  const place = { offset: tag.offset, length: content.length };
  if (place.length === 0) return undefined;
  const simple = SIMPLE_TAGS.get(tag.name);
  if (tag.name === 'blockquote' && tag.attributes.has('expandable')) {
    return { type: 'expandable_blockquote', ...place };
  }
  if (tag.name === 'span') return { type: 'spoiler', ...place };
  if (tag.name === 'a') {
    const url = tag.attributes.get('href') ?? content;
    // Telegram drops a link it cannot follow and keeps its text.
    return URL.canParse(url) || URL.canParse(`http://${url}`)
      ? { type: 'text_link', ...place, url }
      : undefined;
  }
  const language = /^language-(.+)$/.exec(tag.attributes.get('class') ?? '')?.[1];
  if (tag.name === 'pre') {
    const inner = before.at(-1);
    if (inner?.type !== 'pre' || inner.offset !== place.offset) return { type: 'pre', ...place };
    before.pop();
    return { ...inner, ...place };
  }
  // <pre><code class="language-x"> becomes one block: the inner tag hands its language out as a `pre`.
  if (tag.name === 'code' && parent === 'pre' && language) return { type: 'pre', ...place, language };
  return simple && { type: simple, ...place };
}

/** Telegram cuts white space at both ends of a message, and the entities with it. */
function trimmed(text: string, entities: MessageEntity[]): FormattedText {
  const start = text.length - text.trimStart().length;
  const clean = text.trim();
  const moved = outsideCode(entities).flatMap((entity) => {
    const offset = Math.max(0, entity.offset - start);
    const end = Math.min(clean.length, entity.offset + entity.length - start);
    return end > offset ? [{ ...entity, offset, length: end - offset }] : [];
  });
  return { text: clean, entities: moved.sort((a, b) => a.offset - b.offset || b.length - a.length) };
}

/** Code stands alone: what it holds or what holds exactly it is not shown as anything else. */
function outsideCode(entities: MessageEntity[]): MessageEntity[] {
  const isCode = ({ type }: MessageEntity): boolean => type === 'code' || type === 'pre';
  const within = (inner: MessageEntity, outer: MessageEntity): boolean =>
    inner.offset >= outer.offset && inner.offset + inner.length <= outer.offset + outer.length;
  const blocks = entities.filter(isCode);
  if (blocks.length === 0) return entities;
  // Entities come inner first, so that of two equal ranges the later one is the outer.
  return entities.filter(
    (entity, index) =>
      !blocks.some(
        (block) =>
          block !== entity &&
          within(entity, block) &&
          !(within(block, entity) && entities.indexOf(block) < index && isCode(entity)),
      ),
  );
}
