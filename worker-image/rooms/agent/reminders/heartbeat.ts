/** The heartbeat: every so often, when the user wants it, the model looks whether something needs them. */
import type { OwnTurnRequest } from '../../../../contracts/rooms-door.js';
import type { Preferences } from '../preferences.js';
import { heartbeatTurn } from './own-turns.js';
import type { Reminders } from './reminders.js';
import type { Chat } from './row.js';
import { heartbeatMinutesOf } from './settings.js';

const MINUTE = 60_000;
const MOST_A_DAY = 24;

/** The facts in the database: when the last one was, and how many there were on its day. */
const LAST = 'heartbeat.last';
const DAY = 'heartbeat.day';
const COUNT = 'heartbeat.count';

export interface HeartbeatWorld {
  preferences(): Preferences;
  /** The chat in which the user wrote last. */
  lastChat(): Chat | null;
  /** What `HEARTBEAT.md` holds; null when it is missing or blank. */
  heartbeatText(): string | null;
}

export class Heartbeat {
  constructor(
    private readonly reminders: Reminders,
    private readonly world: HeartbeatWorld,
  ) {}

  /** When the next one is due; null when there is nothing to look at, nobody to tell, or it is switched off. */
  async next(): Promise<number | null> {
    const { database, now } = this.reminders;
    const minutes = heartbeatMinutesOf(this.world.preferences());
    if (minutes === null || this.world.heartbeatText() === null || !this.world.lastChat()) {
      // Counted anew from when there is a reason again.
      if (database.fact(LAST) !== null) database.deleteFact(LAST);
      return null;
    }
    const last = database.fact(LAST);
    if (last === null) database.setFact(LAST, String(now));
    const due = Number(last ?? now) + minutes * MINUTE;
    return this.allowedFrom(Math.max(due, now));
  }

  /** The own turn to ask for now, if any. Given again until `done`, by the same name. */
  async take(): Promise<OwnTurnRequest | null> {
    const at = await this.next();
    const chat = this.world.lastChat();
    const last = this.reminders.database.fact(LAST);
    if (at === null || at > this.reminders.now || !chat || last === null) return null;
    return heartbeatTurn(chat, Number(last));
  }

  /** Also when the bridge room did not take it: the next one comes soon enough. */
  async done(): Promise<void> {
    const { localOf } = await import('./zoned-time.js');
    const { database, now, timeZone } = this.reminders;
    const day = localOf(now, timeZone).toPlainDate().toString();
    const before = database.fact(DAY) === day ? Number(database.fact(COUNT)) : 0;
    database.transaction(() => {
      database.setFact(LAST, String(now));
      database.setFact(DAY, day);
      database.setFact(COUNT, String(before + 1));
    });
  }

  /** This time or the first after it that is neither quiet nor on a day that has had enough. */
  private async allowedFrom(at: number): Promise<number> {
    const { quietHours, timeZone, database } = this.reminders;
    const { instantOf, localOf } = await import('./zoned-time.js');
    const today = localOf(at, timeZone).toPlainDate();
    const full = database.fact(DAY) === today.toString() && Number(database.fact(COUNT)) >= MOST_A_DAY;
    const allowed = full ? instantOf(today.add({ days: 1 }).toPlainDateTime(), timeZone) : at;
    if (!quietHours) return allowed;
    const { quietEnd } = await import('./quiet-hours.js');
    return quietEnd(quietHours, timeZone, allowed) ?? allowed;
  }
}
