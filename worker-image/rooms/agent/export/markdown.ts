/** A conversation to read: Markdown, both sides of each turn. */
import type { SessionKey } from '../conversation/archive.js';
import type { ConversationDatabase } from '../conversation/database.js';

const PAGE = 100;

interface Row {
  position: number;
  sentAt: number;
  question: string;
  answer: string;
  state: string;
}

/** Every conversation, in the order in which they began. */
export function conversationsOf(database: ConversationDatabase): (SessionKey & { beganAt: number })[] {
  return database.all(
    `SELECT channel, chat, session, min(sent_at) AS beganAt FROM turns WHERE state <> 'running'
     GROUP BY channel, chat, session ORDER BY min(position)`,
  );
}

/** Piece by piece, so that a long conversation is never in memory as a whole. */
export function* markdownOf(database: ConversationDatabase, key: SessionKey): Generator<string> {
  yield `# A conversation on ${key.channel}\n`;
  for (let after = 0, more = true; more;) {
    const rows = database.all<Row>(
      `SELECT position, sent_at AS sentAt, question, answer, state FROM turns
       WHERE channel = ? AND chat = ? AND session = ? AND state <> 'running' AND position > ?
       ORDER BY position LIMIT ${PAGE}`,
      ...[key.channel, key.chat, key.session, after],
    );
    after = rows.at(-1)?.position ?? after;
    more = rows.length === PAGE;
    for (const { sentAt, question, answer, state } of rows) {
      const time = new Date(sentAt).toISOString().replace('T', ' ').slice(0, 16);
      const ended = state === 'answered' ? '' : `\n*(${state})*\n`;
      yield `\n## ${time} UTC\n\n**You**\n\n${quoted(question)}\n\n**Ara**\n\n${answer.trim()}\n${ended}`;
    }
  }
}

const quoted = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
