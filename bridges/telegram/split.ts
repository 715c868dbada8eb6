/** Writes pieces as messages of Telegram: each within the limit as its reader sees it, and each valid HTML alone. Pure. */
import type { Part } from '../bridge.js';
import { cutText, type Range } from './cut.js';
import { escapeHtml, type Piece, type Tag } from './markdown.js';

export function split(pieces: readonly Piece[], limit: number): Part[] {
  const placed = place(pieces);
  const text = pieces.map((piece) => piece.text).join('');
  const codeBlocks = placed.filter(({ tags }) => tags.some(({ name }) => name === 'pre'));
  const parts: Part[] = [];
  let next = 0;
  for (const range of cutText(text, codeBlocks, limit)) {
    while (placed[next] && (placed[next]?.end ?? 0) <= range.start) next++;
    parts.push(write(placed, next, range, limit));
  }
  return parts;
}

interface PlacedPiece extends Piece, Range {}

function place(pieces: readonly Piece[]): PlacedPiece[] {
  let end = 0;
  return pieces.map(({ text, tags }) => {
    const start = end;
    end += text.length;
    return { text, tags, start, end };
  });
}

function write(placed: readonly PlacedPiece[], first: number, range: Range, limit: number): Part {
  const writer = new PartWriter();
  for (let index = first; index < placed.length; index++) {
    const piece = placed[index];
    if (!piece || piece.start >= range.end) break;
    const from = Math.max(0, range.start - piece.start);
    writer.add(piece.text.slice(from, range.end - piece.start), piece.tags);
  }
  return writer.finish(limit);
}

/** Opens and closes tags as the pieces need them. */
class PartWriter {
  private body = '';
  private visible = '';
  /** As `visible`, with the address behind each link. */
  private plain = '';
  private linkStart = 0;
  private open: readonly Tag[] = [];

  add(text: string, tags: readonly Tag[]): void {
    if (tags !== this.open) this.change(tags);
    this.body += escapeHtml(text);
    this.visible += text;
    this.plain += text;
  }

  finish(limit: number): Part {
    this.change([]);
    return { body: this.body, plain: this.plain.length <= limit ? this.plain : this.visible };
  }

  private change(tags: readonly Tag[]): void {
    let shared = 0;
    while (shared < tags.length && tags[shared] === this.open[shared]) shared++;
    for (const tag of this.open.slice(shared).reverse()) this.close(tag);
    for (const tag of tags.slice(shared)) {
      this.body += tag.open;
      if (tag.href !== undefined) this.linkStart = this.plain.length;
    }
    this.open = tags;
  }

  private close(tag: Tag): void {
    this.body += tag.close;
    if (tag.href === undefined) return;
    const shown = this.plain.slice(this.linkStart);
    if (shown !== tag.href && shown !== tag.href.replace(/^(?:https?:\/\/|mailto:)/i, '')) {
      this.plain += ` (${tag.href})`;
    }
  }
}
