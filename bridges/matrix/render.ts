/** Turns a model's Markdown into messages of Matrix. Pure. */
import type { Part } from '../bridge.js';
import { escapeHtml, toHtml } from './markdown.js';
import { split } from './split.js';

/** At least one part unless the text is blank. `plain` is the Markdown itself, which clients without HTML show. */
export function render(markdown: string, limit: number): Part[] {
  const whole = clean(markdown);
  if (isBlank(whole)) return [];
  const parts = split(whole, limit).map((plain) => ({
    plain,
    body: isTangle(plain) ? escapeHtml(plain) : toHtml(plain),
  }));
  return parts.map(({ plain, body }) => ({
    plain,
    body: isBlank(body.replace(/<[^>]*>/g, '')) ? escapeHtml(plain) : body,
  }));
}

const clean = (text: string): string => text.toWellFormed().replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '');

/** The reader's time grows with the square of the marks in one paragraph; nobody writes this many in earnest. */
const MOST_MARKS = 3_000;

const isTangle = (markdown: string): boolean => (markdown.match(/[*_[\]]/g)?.length ?? 0) > MOST_MARKS;

const isBlank = (text: string): boolean => !/[^\s\p{Cc}\p{Cf}\u115f\u1160\u2800\u3164\uffa0]/u.test(text);
