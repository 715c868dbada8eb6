/**
 * Clearing memory: noted durably first; then the container is started anew, so that nothing lives on in a process, and
 * before anything else each room clears what is its own. The agent room gets its order by a file in the folder of
 * `rooms.sock`, which it can read and not write.
 */
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Removed } from '../../../../contracts/deletion.js';
import { AraError } from '../../../../contracts/errors.js';
import type { AgentControl } from '../agent-control.js';
import type { Journal } from '../journal/journal.js';

/** The facts in the journal: what is to be cleared, and what was. */
const ORDER = 'clearing.order';
const DONE = 'clearing.done';
const WITHIN = 25_000;
const LOOK_AGAIN = 20;
/** The agent room is started again so often: one that was just ending may not have heard. */
const START_AGAIN = 500;

const order = z.object({
  id: z.string(),
  files: z.boolean(),
  removed: z.record(z.string(), z.number()).optional(),
});
type Order = z.infer<typeof order>;
const done = z.object({ id: z.string(), removed: z.record(z.string(), z.number()) });

const WITH_WORDS = `(text <> '' OR attachments IS NOT NULL OR quoted IS NOT NULL)`;
/** What has words in it; a message's row stays, so that the same message never counts twice. */
const WORDS: Record<string, string> = {
  'journal texts': `FROM messages WHERE ${WITH_WORDS} OR state IN ('received', 'queued', 'delivered')`,
  replies: 'FROM replies',
  'reply parts': 'FROM outbox',
  'outgoing files': 'FROM outgoing_files',
};

export class Clearing {
  /** What was ordered before this start is under way; what is ordered now waits for the next one. */
  private begun = false;

  constructor(
    private readonly journal: Journal,
    /** Of the bytes of files that were on their way out. */
    private readonly outgoing: string,
    /** Where the agent room looks for its order. */
    private readonly marker: string,
    private readonly agent: Pick<AgentControl, 'start' | 'kill'>,
  ) {}

  /** From here on a start of the container begins with clearing. */
  note(id: string, files: boolean): void {
    this.journal.durably(() => {
      this.journal.setFact(ORDER, JSON.stringify({ id, files }));
      this.journal.setFact(DONE, null);
    });
    this.begun = false;
  }

  /** At the start of the room, before anything of the journal is taken up. Whether there is something to clear. */
  begin(): boolean {
    this.begun = true;
    const ordered = this.order();
    rmSync(this.marker, { force: true });
    if (!ordered) return false;
    const removed = this.count();
    this.wipe();
    this.journal.setFact(ORDER, JSON.stringify({ ...ordered, removed: ordered.removed ?? removed }));
    writeFileSync(this.marker, JSON.stringify({ id: ordered.id, files: ordered.files }), { mode: 0o644 });
    chmodSync(this.marker, 0o644);
    return true;
  }

  /**
   * An agent room is at the door, and says what it has cleared before it did anything else: `id files bytes`. One that was up
   * before its order lay there is ended, and gets nothing to do. @throws AraError `conflict`
   */
  agentAsks(said: string | string[] | undefined): void {
    const ordered = this.order();
    if (!ordered || !this.begun) return;
    const [id, files, bytes] = typeof said === 'string' ? said.split(' ') : [];
    if (ordered.id !== id) {
      this.agent.kill();
      throw new AraError('conflict', 'clear first');
    }
    rmSync(this.marker, { force: true });
    const removed = { ...ordered.removed, 'files of the agent room': count(files), bytes: count(bytes) };
    this.journal.durably(() => {
      this.journal.setFact(DONE, JSON.stringify({ id, removed }));
      this.journal.setFact(ORDER, null);
    });
  }

  /** Resolves when both rooms have cleared theirs. @throws AraError `conflict` when nobody ordered it, `container-unavailable` */
  async cleared(id: string): Promise<Removed> {
    let startAt = 0;
    for (const end = Date.now() + WITHIN; Date.now() < end; await sleep(LOOK_AGAIN)) {
      const stored = this.journal.fact(DONE);
      const over = stored === null ? null : done.parse(JSON.parse(stored));
      if (over?.id === id) return over.removed;
      if (this.order()?.id !== id) throw new AraError('conflict', 'nothing is to be cleared');
      if (Date.now() < startAt) continue;
      this.agent.start();
      startAt = Date.now() + START_AGAIN;
    }
    throw new AraError('container-unavailable');
  }

  /** What is there, counted anew. */
  count(): Record<string, number> {
    return Object.fromEntries(
      Object.entries(WORDS).map(([name, from]) => [
        name,
        this.journal.get<{ n: number }>(`SELECT count(*) AS n ${from}`)?.n ?? 0,
      ]),
    );
  }

  private wipe(): void {
    const { journal } = this;
    journal.durably(() => {
      for (const table of ['replies', 'outbox', 'outgoing_files']) journal.run(`DELETE FROM ${table}`);
      journal.run(
        `UPDATE messages SET state = 'cancelled', reason = 'cleared', changed_at = ?
         WHERE state IN ('received', 'queued', 'delivered')`,
        Date.now(),
      );
      journal.run(`UPDATE messages SET text = '', attachments = NULL, quoted = NULL WHERE ${WITH_WORDS}`);
    });
    rmSync(this.outgoing, { recursive: true, force: true });
    journal.eraseTraces();
  }

  private order(): Order | null {
    const stored = this.journal.fact(ORDER);
    return stored === null ? null : order.parse(JSON.parse(stored));
  }
}

/** What the agent room says is not trusted: a number, or none. */
const count = (said = ''): number => (/^\d{1,12}$/.test(said) ? Number(said) : 0);
