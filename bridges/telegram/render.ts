/** Turns a model's Markdown into messages of Telegram. Pure. */
import type { Part } from '../bridge.js';
import { asWritten, toPieces } from './markdown.js';
import { split } from './split.js';

/** At least one part unless the text is blank; Telegram refuses a part in which there is nothing to see. */
export function render(markdown: string, limit: number): Part[] {
  if (isBlank(markdown)) return [];
  const parts = visibleParts(split(toPieces(markdown), limit));
  // Markup around nothing, such as an image without an address, is shown as it was written.
  return parts.length > 0 ? parts : visibleParts(split(asWritten(markdown), limit));
}

const visibleParts = (parts: Part[]): Part[] => parts.filter((part) => !isBlank(part.plain));

const isBlank = (text: string): boolean => !/[^\s\p{Cc}\p{Cf}\u115f\u1160\u2800\u3164\uffa0]/u.test(text);
