/** What the agent room does by itself and when: reminders and heartbeats become own turns, and the bridge room knows when next. */
import type { OwnTurnRequest } from '../../../../contracts/rooms-door.js';
import { ReminderDatabase } from './database.js';
import { DueReminders, type Due } from './due-reminders.js';
import { Heartbeat, type HeartbeatWorld } from './heartbeat.js';
import { ownTurnOf, reminderTurn, type OwnTurn } from './own-turns.js';
import { Reminders } from './reminders.js';

const AGAIN_AFTER = 60_000;

/** What is asked of the bridge room. Both reject when it could not be done. */
export interface AgendaBridge {
  /** Taken once for each key, for ever; a repeat is harmless. */
  ownTurn(request: OwnTurnRequest): Promise<{ fresh: boolean }>;
  /** The time of the next errand `wake`, in milliseconds since 1970; null for none. */
  wake(at: number | null): Promise<void>;
}

export interface AgendaParts extends HeartbeatWorld {
  /** Of the SQLite file. */
  path: string;
  bridge: AgendaBridge;
  clock?: () => number;
  /** When something of the user's must be removed, in milliseconds since 1970; null for nothing. */
  expiry?: () => number | null;
  removeExpired?: (now: number) => void;
}

export class Agenda {
  readonly reminders: Reminders;
  private readonly database: ReminderDatabase;
  private readonly due: DueReminders;
  private readonly heartbeat: Heartbeat;
  /** One thing at a time: two at once would give the bridge room an outdated time. */
  private last: Promise<void> = Promise.resolve();
  /** Undefined as long as the bridge room has to be told. */
  private toldWake: number | null | undefined;

  constructor(private readonly parts: AgendaParts) {
    this.database = new ReminderDatabase(parts.path);
    this.reminders = new Reminders(
      this.database,
      () => parts.preferences(),
      parts.clock ?? Date.now,
      () => void this.plan(),
    );
    this.due = new DueReminders(this.reminders);
    this.heartbeat = new Heartbeat(this.reminders, parts);
  }

  /** For the errand `wake`: whatever is due becomes own turns, then the next time is told. Never rejects. */
  fire(): Promise<void> {
    return this.queue(async () => {
      this.toldWake = undefined;
      try {
        this.parts.removeExpired?.(this.reminders.now);
        await this.fireReminders();
        await this.fireHeartbeat();
        await this.tellWake();
      } catch {
        // The disk is full, say. The errand would come again at once, and for ever.
        await this.parts.bridge.wake(this.reminders.now + AGAIN_AFTER);
      }
    });
  }

  /** After what may change when the next thing is due, such as preferences or `HEARTBEAT.md`. Never rejects. */
  plan(): Promise<void> {
    return this.queue(() => this.tellWake());
  }

  /** What to do on an own turn that was asked for here. */
  ownTurnOf(key: string, text: string): Promise<OwnTurn> {
    const { reminders, parts } = this;
    return ownTurnOf(key, text, {
      now: reminders.now,
      timeZone: reminders.timeZone,
      wasCancelled: (id) => reminders.wasCancelled(id),
      heartbeatText: () => parts.heartbeatText(),
    });
  }

  /** Once what runs has ended. */
  async close(): Promise<void> {
    await this.last;
    this.database.close();
  }

  private async fireReminders(): Promise<void> {
    // What a crash left may be due again by now. What fails is not, so this ends.
    for (let due = await this.due.take(); due.length > 0; due = await this.due.take()) {
      for (const each of due) await this.fireOne(each);
    }
  }

  private async fireOne(due: Due): Promise<void> {
    try {
      await this.parts.bridge.ownTurn(reminderTurn(due));
    } catch {
      return this.due.failed(due);
    }
    await this.due.done(due);
  }

  private async fireHeartbeat(): Promise<void> {
    const request = await this.heartbeat.take();
    if (!request) return;
    await this.parts.bridge.ownTurn(request).catch(() => undefined);
    await this.heartbeat.done();
  }

  private async tellWake(): Promise<void> {
    const planned = [await this.due.next(), await this.heartbeat.next(), this.parts.expiry?.() ?? null];
    const times = planned.filter((at) => at !== null);
    const at = times.length > 0 ? Math.min(...times) : null;
    if (at === this.toldWake) return;
    await this.parts.bridge.wake(at);
    this.toldWake = at;
  }

  /** What fails is done again with the next call: nothing was noted as done. */
  private queue(work: () => Promise<void>): Promise<void> {
    this.last = this.last.then(work).catch(() => undefined);
    return this.last;
  }
}
