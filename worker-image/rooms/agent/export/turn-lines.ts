/**
 * The conversations as lines of JSON, written and read: a turn a line, numbered from 1 in the order in which they were, and
 * what stands for older turns of a conversation. What a turn's number was on the volume is nobody's business, so the same
 * conversations always give the same lines.
 */
import * as z from 'zod';
import { AraError } from '../../../../contracts/errors.js';
import { channelKind, chatId, provider } from '../../../../contracts/ids.js';
import type { ConversationDatabase } from '../conversation/database.js';

const count = z.int().nonnegative();
const chat = { channel: channelKind, chat: chatId };

const turnLine = z.strictObject({
  type: z.literal('turn'),
  ...chat,
  /** A conversation of the chat; `/new` begins the next. */
  session: count,
  id: z.int().positive(),
  sentAt: count,
  question: z.string(),
  /** Of the workspace: what the question brought. An earlier export does not say. */
  files: z
    .array(z.strictObject({ path: z.string().max(1_000), type: z.string().max(100) }))
    .max(100)
    .default([]),
  answer: z.string(),
  state: z.enum(['answered', 'failed', 'cancelled']),
  reason: z.string().max(100).nullable(),
  provider: provider.nullable(),
  model: z.string().max(100).nullable(),
  inputTokens: count,
  outputTokens: count,
});
/** Which conversation of a chat goes on with its next message. */
const sessionLine = z.strictObject({ type: z.literal('session'), ...chat, session: count });
/** What stands for the turns up to the one of that number. */
const summaryLine = z.strictObject({
  type: z.literal('summary'),
  ...chat,
  session: count,
  upTo: count,
  text: z.string(),
});
const anyLine = z.discriminatedUnion('type', [turnLine, sessionLine, summaryLine]);

export type TurnLine = z.infer<typeof turnLine>;
type AnyLine = z.infer<typeof anyLine>;

/** Longest line that is read, in bytes. */
const LONGEST_LINE = 16_000_000;

/** Turns are read so many at a time: between two times others may write. */
const PAGE = 100;

/** Turns that are over, oldest first; read only as far as they are asked for. */
export function* turnLines(database: ConversationDatabase): Generator<TurnLine> {
  for (let after = 0, more = true; more;) {
    const rows = database.all<Omit<TurnLine, 'files'> & { position: number; files: string }>(
      `SELECT position, 'turn' AS type, channel, chat, session, turn_id AS id, sent_at AS sentAt, question, files, answer, state,
         reason, provider, model, input_tokens AS inputTokens, output_tokens AS outputTokens
       FROM turns WHERE state <> 'running' AND position > ? ORDER BY position LIMIT ${PAGE}`,
      after,
    );
    after = rows.at(-1)?.position ?? after;
    more = rows.length === PAGE;
    for (const { position: _position, files, ...line } of rows)
      yield { ...line, files: JSON.parse(files) as TurnLine['files'] };
  }
}

/** What is to be known beside the turns. */
export function otherLines(database: ConversationDatabase): AnyLine[] {
  return [
    ...database.all<AnyLine>(
      `SELECT 'session' AS type, channel, chat, session FROM sessions ORDER BY channel, chat`,
    ),
    ...database.all<AnyLine>(
      `SELECT 'summary' AS type, channel, chat, session,
         (SELECT count(*) FROM turns WHERE position <= up_to AND state <> 'running') AS "upTo", text
       FROM summaries ORDER BY channel, chat, session`,
    ),
  ];
}

export const asLine = (line: AnyLine): string => `${JSON.stringify(line)}\n`;

/** Lines into a database that has none. Turns must come before what is said of them. */
export class TurnReader {
  turns = 0;
  private readonly seen = new Set<string>();

  constructor(private readonly database: ConversationDatabase) {}

  get conversations(): number {
    return this.seen.size;
  }

  /** @throws AraError `bad-archive` */
  async read(bytes: AsyncIterable<Buffer>): Promise<void> {
    let rest: Buffer = Buffer.alloc(0);
    for await (const piece of bytes) {
      rest = Buffer.concat([rest, piece]);
      let from = 0;
      for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a, from)) {
        this.take(rest.toString('utf8', from, end));
        from = end + 1;
      }
      rest = rest.subarray(from);
      if (rest.length > LONGEST_LINE) throw new AraError('bad-archive', 'a line is too long');
    }
    if (rest.length > 0) throw new AraError('bad-archive', 'a line is cut short');
  }

  private take(text: string): void {
    const line = parsed(text);
    const { database } = this;
    const { channel, chat: of, session } = line;
    try {
      if (line.type === 'turn') {
        database.run(
          `INSERT INTO turns (channel, chat, session, turn_id, sent_at, question, files, answer, state, reason, provider, model,
             input_tokens, output_tokens) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          ...[
            channel,
            of,
            session,
            line.id,
            line.sentAt,
            line.question,
            JSON.stringify(line.files),
            line.answer,
            line.state,
            line.reason,
          ],
          ...[line.provider, line.model, line.inputTokens, line.outputTokens],
        );
        this.turns += 1;
        this.seen.add(JSON.stringify([channel, of, session]));
      } else if (line.type === 'session')
        database.run('INSERT INTO sessions VALUES (?, ?, ?)', channel, of, session);
      else
        database.run(
          'INSERT INTO summaries VALUES (?, ?, ?, ?, ?)',
          channel,
          of,
          session,
          line.upTo,
          line.text,
        );
    } catch (cause) {
      throw new AraError('bad-archive', 'a turn comes twice', { cause });
    }
  }
}

function parsed(text: string): AnyLine {
  try {
    return anyLine.parse(JSON.parse(text));
  } catch (cause) {
    throw new AraError('bad-archive', 'a line of a conversation is not as it should be', { cause });
  }
}
