/** Markdown goes out as it is: the dashboard renders it. Only what is longer than a message is cut. Pure. */
import type { Part } from '../bridge.js';

/** Better a short part than one that ends within a word. */
const LEAST = 0.5;

/** At least one part unless the text is blank. */
export function render(markdown: string, limit: number): Part[] {
  if (!markdown.trim()) return [];
  const parts: Part[] = [];
  for (let rest = markdown; rest.trim();) {
    const end = rest.length <= limit ? rest.length : cutBefore(rest, limit);
    const body = rest.slice(0, end).trim();
    parts.push({ body, plain: body });
    rest = rest.slice(end);
  }
  return parts;
}

/** At a line's end, else at a blank, else between two characters. */
function cutBefore(text: string, limit: number): number {
  const whole = text.slice(0, limit);
  for (const gap of ['\n', ' ']) {
    const at = whole.lastIndexOf(gap);
    if (at >= limit * LEAST) return at;
  }
  const last = whole.charCodeAt(limit - 1);
  return last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit;
}
