/** What the reminders' tests share: a clock that is set by hand, a bridge room that takes each key once, a file on disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chatId } from '../../../../../contracts/ids.js';
import { ownTurnRequest, type OwnTurnRequest } from '../../../../../contracts/rooms-door.js';
import { DEFAULT_PREFERENCES, type Preferences } from '../../preferences.js';
import { Agenda } from '../agenda.js';
import type { Chat, NewReminder } from '../row.js';

export const HERE: Chat = { channel: 'telegram', chat: chatId.parse('1') };
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Where a process may die: before or after the bridge room has done what it was asked. */
export type CrashPoint = 'before' | 'after';

/** Remembers what it took over all restarts of the agent room. */
export class FakeBridge {
  readonly turns: OwnTurnRequest[] = [];
  wakeAt: number | null = null;
  refuses = false;
  /** Asked at each call; what it names happens. */
  crash: () => CrashPoint | null = () => null;
  private onCrash: () => void = () => undefined;

  /** Resolves when a call dies, which then never answers. */
  crashed(): Promise<'crashed'> {
    return new Promise((resolve) => (this.onCrash = () => resolve('crashed')));
  }

  async ownTurn(request: OwnTurnRequest): Promise<{ fresh: boolean }> {
    return this.call(() => {
      if (this.refuses) throw new Error('refused');
      ownTurnRequest.parse(request);
      const fresh = !this.turns.some(({ key }) => key === request.key);
      if (fresh) this.turns.push(request);
      return { fresh };
    });
  }

  async wake(at: number | null): Promise<void> {
    await this.call(() => (this.wakeAt = at));
  }

  private async call<T>(work: () => T): Promise<T> {
    const crash = this.crash();
    if (crash === 'before') return this.die();
    const result = work();
    return crash === 'after' ? this.die() : result;
  }

  private die(): Promise<never> {
    this.onCrash();
    return new Promise(() => undefined);
  }
}

export class ReminderWorld {
  readonly bridge = new FakeBridge();
  preferences: Preferences = { ...DEFAULT_PREFERENCES, timeZone: 'Europe/Berlin' };
  heartbeatText: string | null = null;
  lastChat: Chat | null = HERE;
  agenda: Agenda;
  readonly folder = mkdtempSync(join(tmpdir(), 'ara-reminders-'));

  constructor(public now: number) {
    this.agenda = this.start();
  }

  /** Another agent room, which knows only what is on the disk. */
  restart(): void {
    this.agenda = this.start();
  }

  get reminders(): Agenda['reminders'] {
    return this.agenda.reminders;
  }

  /** The own turns by key, as they were taken. */
  get keys(): string[] {
    return this.bridge.turns.map(({ key }) => key);
  }

  async add(when: NewReminder['when'], other: Partial<NewReminder> = {}): Promise<number> {
    const { id } = await this.reminders.add({ ...HERE, kind: 'tell', text: 'call mum', when, ...other });
    return id;
  }

  async fireAt(now: number): Promise<void> {
    this.now = now;
    await this.agenda.fire();
  }

  async end(): Promise<void> {
    await this.agenda.close();
    this.remove();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private start(): Agenda {
    return new Agenda({
      path: join(this.folder, 'reminders.sqlite'),
      bridge: this.bridge,
      preferences: () => this.preferences,
      lastChat: () => this.lastChat,
      heartbeatText: () => this.heartbeatText,
      clock: () => this.now,
    });
  }
}

export const at = (text: string): number => Date.parse(text);
