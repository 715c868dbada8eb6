/** What `/memory …` answers, Markdown. */
import { forgetText } from './forget-text.js';
import { MemoryError } from './memory-error.js';
import type { Found, Memory } from './memory.js';

const USAGE = `- \`/memory search WORDS\` looks through memory, notes and conversations
- \`/memory add TEXT\` keeps a fact for good, \`/memory note TEXT\` in the notes of today
- \`/memory forget WORDS\` removes every line and message with these words
- \`/memory prompt\` shows what the model is told, \`/memory summary\` the summary of this conversation`;

const CONFIRM = 'To go ahead, send the same with `/memory forget!`.';
const MOST_FOUND = 10;

/** `args` is what stands behind `/memory`. */
export async function memoryCommand(args: string, memory: Memory): Promise<string> {
  const [, word = '', rest = ''] = /^\s*(\S*)\s*(.*)$/s.exec(args) ?? [];
  try {
    return await answer(word.toLowerCase(), rest.trim(), memory);
  } catch (error) {
    if (error instanceof MemoryError) return error.message;
    throw error;
  }
}

function answer(word: string, rest: string, memory: Memory): Promise<string> | string {
  switch (word) {
    case '':
      return overview(memory);
    case 'search':
      return search(rest, memory);
    case 'add':
      return memory.remember(rest, 'always') ? 'I will remember that.' : 'I know that already.';
    case 'note':
      return memory.remember(rest, 'today') ? 'Noted for today.' : 'That is in the notes of today already.';
    case 'forget':
      return forgetText(memory.forget(rest), CONFIRM);
    case 'forget!':
      return forgetText(memory.forget(rest, { confirmed: true }), CONFIRM);
    default:
      return `I do not know \`/memory ${word.slice(0, 30).replaceAll('`', '')}\`. You can say:\n${USAGE}`;
  }
}

function overview(memory: Memory): string {
  const shown = memory.show() || 'I have nothing written down yet. Tell me what I should remember.';
  return `${shown}\n\nYou can also say:\n${USAGE}`;
}

async function search(query: string, memory: Memory): Promise<string> {
  if (!query) return 'Say what to look for: `/memory search WORDS`.';
  const { found, complete } = await memory.recall(query, { limit: MOST_FOUND });
  const lines = found.length > 0 ? found.map(foundLine) : ['I found nothing for that.'];
  if (!complete) lines.push('I am still reading your notes; ask again in a moment for the rest.');
  return lines.join('\n');
}

const foundLine = ({ source, date, text }: Found): string =>
  `- ${date ? `${date}, ${source}` : 'MEMORY.md'}: ${text.replace(/\s+/g, ' ')}`;
