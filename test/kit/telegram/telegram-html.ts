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

interface Place {
  offset: number;
  length: number;
}

interface OpenTag {
  name: string;
  attributes: Map<string, string>;
  offset: number;
}

/** Throws a `FormatError` for what Telegram would refuse. */
export function parseHtml(html: string): FormattedText {
  return new HtmlReader(html).read();
}

class HtmlReader {
  readonly #open: OpenTag[] = [];
  readonly #entities: MessageEntity[] = [];
  #text = '';
  #position = 0;

  constructor(private readonly html: string) {}

  read(): FormattedText {
    while (this.#position < this.html.length) {
      const special = nextSpecial(this.html, this.#position);
      this.#text += this.html.slice(this.#position, special);
      this.#position = special;
      if (this.html[special] === '&') this.#readCharacter();
      else if (this.html[special + 1] === '/') this.#readEndTag();
      else if (special < this.html.length) this.#readStartTag();
    }
    const last = this.#open.at(-1);
    if (last) throw new FormatError(`Can't find end tag corresponding to start tag "${last.name}"`);
    return trimmed(this.#text, this.#entities);
  }

  #readCharacter(): void {
    const found = this.#match(CHARACTER);
    const character = found && decode(found);
    this.#text += character ?? '&';
    this.#position += found && character !== undefined ? found[0].length : 1;
  }

  #readEndTag(): void {
    const tag = this.#open.pop();
    if (!tag) return this.#refuse('Unexpected end tag');
    const found = this.#match(END_TAG);
    if (!found) return this.#refuse('Unclosed end tag');
    const name = (found[1] ?? '').toLowerCase();
    if (name && name !== tag.name) {
      this.#refuse('Unmatched end tag', `, expected "</${tag.name}>", found "</${name}>"`);
    }
    const content = this.#text.slice(tag.offset);
    const entity = content && toEntity(tag, content, this.#entities, this.#open.at(-1)?.name);
    if (entity) this.#entities.push(entity);
    this.#position += found[0].length;
  }

  #readStartTag(): void {
    const name = (this.#match(TAG_NAME)?.[1] ?? '').toLowerCase();
    const found = this.#match(START_TAG);
    if (!found && !this.html.includes('>', this.#position)) return this.#refuse('Unclosed start tag');
    if (!found || !(SIMPLE_TAGS.has(name) || OTHER_TAGS.has(name))) {
      return this.#refuse(`Unsupported start tag "${name}"`);
    }
    const attributes = readAttributes(found[2] ?? '', (what) => this.#refuse(`${what} the tag "${name}"`));
    if (name === 'span' && attributes.get('class') !== 'tg-spoiler') {
      return this.#refuse('Tag "span" must have class "tg-spoiler"');
    }
    this.#open.push({ name, attributes, offset: this.#text.length });
    this.#position += found[0].length;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    return matchAt(pattern, this.html, this.#position);
  }

  /** Telegram counts in bytes of UTF-8; that is only worked out when there is something to complain about. */
  #refuse(what: string, rest = ''): never {
    const offset = Buffer.byteLength(this.html.slice(0, this.#position));
    throw new FormatError(`${what} at byte offset ${offset}${rest}`);
  }
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
  switch (tag.name) {
    case 'span':
      return { type: 'spoiler', ...place };
    case 'blockquote':
      return { type: tag.attributes.has('expandable') ? 'expandable_blockquote' : 'blockquote', ...place };
    case 'a':
      return toLink(tag.attributes.get('href') ?? content, place);
    case 'pre':
      return toBlock(place, before);
    case 'code':
      return toCode(place, parent === 'pre' ? tag.attributes.get('class') : undefined);
    default: {
      const type = SIMPLE_TAGS.get(tag.name);
      return type && { type, ...place };
    }
  }
}

/** <pre><code class="language-x"> becomes one block: the inner tag hands its language out as a `pre`. */
function toCode(place: Place, classInBlock: string | undefined): MessageEntity {
  const language = /^language-(.+)$/.exec(classInBlock ?? '')?.[1];
  return language ? { type: 'pre', ...place, language } : { type: 'code', ...place };
}

/** Telegram drops a link that it cannot follow and keeps its text. */
function toLink(url: string, place: Place): MessageEntity | undefined {
  const fits = URL.canParse(url) || URL.canParse(`http://${url}`);
  return fits ? { type: 'text_link', ...place, url } : undefined;
}

function toBlock(place: Place, before: MessageEntity[]): MessageEntity {
  const inner = before.at(-1);
  if (inner?.type !== 'pre' || inner.offset !== place.offset) return { type: 'pre', ...place };
  before.pop();
  return { ...inner, ...place };
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
