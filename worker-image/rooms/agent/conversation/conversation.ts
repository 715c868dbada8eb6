/** Conversations: both sides of every turn, by chat and session. */
import { randomUUID } from 'node:crypto';
import type { ModelChoice } from '../../../../contracts/gateway-door.js';
import type { ChannelKind, ChatId, Provider } from '../../../../contracts/ids.js';
import type { FailureReason, Turn } from '../../../../contracts/rooms-door.js';
import type { KeptFile } from '../inbox/arrival.js';
import type { ReplyEnd } from '../reply-stream.js';
import type { ConversationDatabase } from './database.js';

export type ChatKey = Pick<Turn, 'channel' | 'chat'>;
type TurnKey = ChatKey & Pick<Turn, 'id' | 'sentAt'>;

/** How a turn ended, with the words of the model alone: what we add for the user is not part of the conversation. */
export interface Ended extends Pick<ReplyEnd, 'outcome' | 'reason' | 'model'> {
  answer: string;
}

export interface Entry {
  position: number;
  session: number;
  question: string;
  /** Of the workspace: what the question brought. */
  files: readonly KeptFile[];
  /** Null as long as the turn has not ended. */
  ended: Ended | null;
}

/** A turn that is over, as it is shown to a model, searched and summed up. */
export interface PastTurn {
  position: number;
  question: string;
  answer: string;
  sentAt: number;
}

interface TurnRow extends PastTurn {
  session: number;
  files: string;
  state: 'running' | Ended['outcome'];
  reason: FailureReason | null;
  provider: Provider | null;
  model: string | null;
}

const COLUMNS =
  'position, session, state, question, files, answer, reason, provider, model, sent_at AS sentAt' as const;
const PAST = 'position, question, answer, sent_at AS sentAt' as const;
/** Left out of what a model is shown: turns that never ended, and those whose words a provider refused. */
const SHOWN = `state <> 'running' AND (reason IS NULL OR reason NOT IN ('too-long', 'refused-by-provider', 'crashed'))`;
/** What stands where something was forgotten. */
const FORGOTTEN = '[forgotten]';

type Matcher = (text: string) => boolean;

export class Conversation {
  /** By position: what was forgotten while a turn ran, whose own words are still to come. */
  private readonly forgotten = new Map<number, Matcher[]>();

  constructor(private readonly database: ConversationDatabase) {}

  /** Writes the user's side. A turn that is already here, from a try that a crash ended, comes back with its new words. */
  begin(turn: TurnKey, question: string, files: readonly KeptFile[] = []): Entry {
    const row = this.database.get<TurnRow>(
      `INSERT INTO turns (channel, chat, session, turn_id, sent_at, question, files) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET
         question = CASE state WHEN 'running' THEN excluded.question ELSE question END,
         files = CASE state WHEN 'running' THEN excluded.files ELSE files END
       RETURNING ${COLUMNS}`,
      turn.channel,
      turn.chat,
      this.session(turn),
      turn.id,
      turn.sentAt,
      question,
      JSON.stringify(files),
    );
    if (!row) throw new Error('the turn was not written');
    return entryOf(row);
  }

  /** A turn of an earlier try, or null. */
  find({ channel, chat, id, sentAt }: TurnKey): Entry | null {
    const row = this.database.get<TurnRow>(
      `SELECT ${COLUMNS} FROM turns WHERE channel = ? AND chat = ? AND turn_id = ? AND sent_at = ?`,
      channel,
      chat,
      id,
      sentAt,
    );
    return row ? entryOf(row) : null;
  }

  /** The user has said more while the turn ran. */
  extend(entry: Entry, more: string, files: readonly KeptFile[] = []): void {
    entry.question = `${entry.question}\n\n${more}`;
    entry.files = [...entry.files, ...files];
    this.database.run(
      'UPDATE turns SET question = ?, files = ? WHERE position = ?',
      entry.question,
      JSON.stringify(entry.files),
      entry.position,
    );
  }

  /** Writes the assistant's side. */
  end({ position, question }: Entry, { outcome, answer, reason, model }: Ended): void {
    const matchers = this.forgotten.get(position) ?? [];
    const kept = (text: string): string => matchers.reduce((rest, each) => blotted(rest, each).text, text);
    this.database.transaction(() => {
      this.database.run(
        'UPDATE turns SET state = ?, question = ?, answer = ?, reason = ?, provider = ?, model = ? WHERE position = ?',
        outcome,
        kept(question),
        kept(answer),
        reason,
        model?.provider ?? null,
        model?.model ?? null,
        position,
      );
      this.database.run('DELETE FROM steps WHERE position = ?', position);
    });
    if (this.forgotten.delete(position)) this.database.leaveNoTrace();
  }

  /** Words that Ara said by itself, as a turn that is over. */
  note(turn: TurnKey, occasion: string, answer: string): void {
    this.end(this.begin(turn, occasion), { outcome: 'answered', answer, reason: null, model: null });
  }

  /** The session's turns between two positions, both left out, newest first; read only as far as it is asked for. */
  newestFirst(chat: ChatKey, session: number, after: number, before: number): Iterable<PastTurn> {
    return this.database.iterate<PastTurn>(
      `SELECT ${PAST} FROM turns
       WHERE channel = ? AND chat = ? AND session = ? AND position > ? AND position < ? AND ${SHOWN}
       ORDER BY position DESC`,
      chat.channel,
      chat.chat,
      session,
      after,
      before,
    );
  }

  /** The next message of this chat starts with nothing before it. What was said stays on the volume. */
  startSession({ channel, chat }: ChatKey): void {
    this.database.run(
      `INSERT INTO sessions (channel, chat, session) VALUES (?, ?, 1)
       ON CONFLICT DO UPDATE SET session = session + 1`,
      channel,
      chat,
    );
  }

  /** Takes the last turn of a chat's session out of the conversation; null when there is none that is over. */
  takeBack(chat: ChatKey): PastTurn | null {
    return (
      this.database.get<PastTurn>(
        `DELETE FROM turns WHERE position = (
           SELECT max(position) FROM turns WHERE channel = ? AND chat = ? AND session = ? AND state <> 'running')
         RETURNING ${PAST}`,
        chat.channel,
        chat.chat,
        this.session(chat),
      ) ?? null
    );
  }

  /** Makes the last turn that is over one that runs anew, under the turn that asks for it; null when there is none. */
  retake(turn: TurnKey): Entry | null {
    const row = this.database.get<TurnRow>(
      `UPDATE turns SET turn_id = ?, sent_at = ?, state = 'running', answer = '', reason = NULL, indexed = 0
       WHERE position = (
         SELECT max(position) FROM turns WHERE channel = ? AND chat = ? AND session = ? AND state <> 'running')
       RETURNING ${COLUMNS}`,
      turn.id,
      turn.sentAt,
      turn.channel,
      turn.chat,
      this.session(turn),
    );
    return row ? entryOf(row) : null;
  }

  /** How many turns the current session of a chat has. */
  turnCount(chat: ChatKey): number {
    const row = this.database.get<{ count: number }>(
      'SELECT count(*) AS count FROM turns WHERE channel = ? AND chat = ? AND session = ?',
      chat.channel,
      chat.chat,
      this.session(chat),
    );
    return row?.count ?? 0;
  }

  session({ channel, chat }: ChatKey): number {
    const row = this.database.get<{ session: number }>(
      'SELECT session FROM sessions WHERE channel = ? AND chat = ?',
      channel,
      chat,
    );
    return row?.session ?? 0;
  }

  /** Who gave the latest answer: likely the one who gives the next. */
  lastProvider(): Provider | null {
    const row = this.database.get<{ provider: Provider }>(
      'SELECT provider FROM turns WHERE provider IS NOT NULL ORDER BY position DESC LIMIT 1',
    );
    return row?.provider ?? null;
  }

  /** Where the user wrote last. */
  lastChat(): ChatKey | null {
    return (
      this.database.get<{ channel: ChannelKind; chat: ChatId }>(
        'SELECT channel, chat FROM turns ORDER BY position DESC LIMIT 1',
      ) ?? null
    );
  }

  /** Turns that the search does not know yet, oldest first. */
  notIndexed(limit: number): PastTurn[] {
    return this.database.all(
      `SELECT ${PAST} FROM turns WHERE indexed = 0 AND state <> 'running' ORDER BY position LIMIT ?`,
      limit,
    );
  }

  markIndexed(position: number): void {
    this.database.run('UPDATE turns SET indexed = 1 WHERE position = ?', position);
  }

  /** Every turn is to be indexed anew. */
  markNoneIndexed(): void {
    this.database.run('UPDATE turns SET indexed = 0 WHERE indexed = 1');
  }

  /** A random name for the chat, the same for ever. */
  cacheName({ channel, chat }: ChatKey): string {
    const row = this.database.get<{ name: string }>(
      `INSERT INTO cache_names VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET name = name RETURNING name`,
      channel,
      chat,
      randomUUID(),
    );
    return row?.name ?? '';
  }

  /**
   * Blots out each line that matches, wherever it was said. Returns how many lines. Turns that run, of which one holds the
   * wish itself, are not counted; they are blotted when they end.
   */
  forget(matches: Matcher): number {
    let lines = 0;
    this.database.transaction(() => {
      const rows = this.database.all<PastTurn & { state: string }>(`SELECT ${PAST}, state FROM turns`);
      for (const { position, question, answer, state } of rows) {
        if (state === 'running')
          this.forgotten.set(position, [...(this.forgotten.get(position) ?? []), matches]);
        if (state === 'running' || (!matches(question) && !matches(answer))) continue;
        const [asked, said] = [blotted(question, matches), blotted(answer, matches)];
        lines += asked.lines + said.lines;
        this.database.run(
          'UPDATE turns SET question = ?, answer = ?, indexed = 0 WHERE position = ?',
          asked.text,
          said.text,
          position,
        );
      }
    });
    this.database.leaveNoTrace();
    return lines;
  }
}

/** The text without the lines that match, of which it still shows that there were some. */
function blotted(text: string, matches: Matcher): { text: string; lines: number } {
  const lines = text.split('\n');
  const kept = lines.map((line) => (matches(line) ? FORGOTTEN : line));
  return { text: kept.join('\n'), lines: lines.filter((line, at) => line !== kept[at]).length };
}

function entryOf({
  position,
  session,
  question,
  files,
  state,
  answer,
  reason,
  provider,
  model,
}: TurnRow): Entry {
  const choice: ModelChoice | null = provider && model ? { provider, model } : null;
  const ended = state === 'running' ? null : { outcome: state, answer, reason, model: choice };
  return { position, session, question, files: JSON.parse(files) as KeptFile[], ended };
}
