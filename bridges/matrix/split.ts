/** Cuts Markdown into pieces of a length, each Markdown of its own: between blocks, or else lines, or else words. Pure. */
import { Lexer, type Token, type Tokens } from 'marked';

export function split(markdown: string, limit: number): string[] {
  const parts: string[] = [];
  let current = '';
  for (const piece of blocksOf(markdown).flatMap((block) => cutBlock(block, limit))) {
    if (current !== '' && (current + piece).trimEnd().length > limit) {
      parts.push(current);
      current = '';
    }
    current += piece;
  }
  parts.push(current);
  return parts.map((part) => trimmed(part)).filter((part) => part.trim() !== '');
}

/** Code keeps its indentation. */
const trimmed = (part: string): string => part.replace(/^(?:[ \t]*\n)+/, '').trimEnd();

function blocksOf(markdown: string): Token[] {
  try {
    // Blocks only: what is within them is read when a piece is written.
    return new Lexer().blockTokens(markdown);
  } catch {
    return [{ type: 'text', raw: markdown, text: markdown }];
  }
}

function cutBlock(block: Token, limit: number): string[] {
  if (block.raw.trimEnd().length <= limit) return [block.raw];
  if (block.type !== 'code') return cutText(block.raw, limit);
  const { text, lang = '' } = block as Tokens.Code;
  const fence = '`'.repeat(Math.max(3, longestFence(text) + 1));
  const open = `${fence}${lang.slice(0, 100)}\n`;
  const inside = cutText(text, limit - open.length - fence.length - 1);
  return inside.map((code) => `${open}${code.replace(/\n$/, '')}\n${fence}\n\n`);
}

const longestFence = (text: string): number =>
  Math.max(0, ...(text.match(/`{3,100}/g) ?? []).map((fence) => fence.length));

function cutText(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  while (text.length - start > limit) {
    const end = cutAt(text, start, start + limit);
    pieces.push(text.slice(start, end));
    start = end;
  }
  pieces.push(text.slice(start));
  return pieces;
}

/** Behind a line's end in the second half, else behind a blank, else between two characters. */
function cutAt(text: string, start: number, end: number): number {
  const least = start + (end - start) / 2;
  for (const sign of ['\n', ' ']) {
    const at = text.lastIndexOf(sign, end - 1) + 1;
    if (at > least) return at;
  }
  return /[\ud800-\udbff]/.test(text.charAt(end - 1)) ? end - 1 : end;
}
