/** The rounds of tools of a running turn, on disk as they are done: a turn that a crash cut short does none of them twice. */
import type { AssistantContent, ToolResult } from '../models/model.js';
import type { ConversationDatabase } from './database.js';
import type { Entry } from './conversation.js';

/** One thing that has happened in a turn. */
export type Step =
  /** The model's message with its calls. */
  { type: 'calls'; content: readonly AssistantContent[] } | { type: 'result'; result: ToolResult };

export class Steps {
  constructor(private readonly database: ConversationDatabase) {}

  add({ position }: Entry, step: Step): void {
    this.database.run(
      `INSERT INTO steps SELECT ?, 1 + coalesce(max(number), 0), ? FROM steps WHERE position = ?`,
      position,
      JSON.stringify(step),
      position,
    );
  }

  of({ position }: Entry): Step[] {
    return this.database
      .all<{ step: string }>('SELECT step FROM steps WHERE position = ? ORDER BY number', position)
      .map(({ step }) => JSON.parse(step) as Step);
  }
}
