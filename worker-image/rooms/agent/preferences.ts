/** What the user has set for their assistant: one small JSON file in the container that they may read and edit. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ModelChoice } from '../../../contracts/gateway-door.js';
import type { Thinking } from './models/model.js';

/** What a message does that comes while an answer is being written. */
export type BusyMode = 'steer' | 'queue' | 'interrupt';

/** Local times of day, `HH:MM`; the end may lie on the next day. */
export interface QuietHours {
  from: string;
  to: string;
}

export interface Preferences {
  /** IANA name. */
  timeZone: string;
  /** When Ara does not speak first. */
  quietHours: QuietHours | null;
  busy: BusyMode;
  /** Before the account's own order; null follows that. */
  model: ModelChoice | null;
  /** By chat, `channel|chat`: over `model`. */
  chatModels: Record<string, ModelChoice>;
  /** Whether another model may answer when the first cannot. */
  fallback: boolean;
  thinking: Thinking;
  /** Minutes between two looks at `HEARTBEAT.md`; null is never. */
  heartbeatMinutes: number | null;
  /** What the user calls their assistant; null is Ara. */
  name: string | null;
  /** What the user wants their assistant to be like, in their own words. */
  persona: string | null;
}

export const DEFAULT_PREFERENCES: Preferences = {
  timeZone: 'UTC',
  quietHours: null,
  busy: 'steer',
  model: null,
  chatModels: {},
  fallback: true,
  thinking: 'off',
  heartbeatMinutes: null,
  name: null,
  persona: null,
};

/** Most of what a user may say here, in characters. */
export const LONGEST = { name: 40, persona: 2_000 };

export class PreferenceStore {
  private known: Preferences | null = null;

  constructor(private readonly path: string) {}

  /** As they are now; read once. Of a file that somebody has broken, what can be read counts. */
  get current(): Preferences {
    this.known ??= this.read();
    return this.known;
  }

  /** Written whole and then put in place, so that a crash leaves the old or the new. */
  change(change: Partial<Preferences>): void {
    const next = { ...this.current, ...change };
    writeFileSync(`${this.path}.new`, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
    this.known = next;
  }

  private read(): Preferences {
    if (!existsSync(this.path)) return DEFAULT_PREFERENCES;
    try {
      return checked(JSON.parse(readFileSync(this.path, 'utf8')));
    } catch {
      return DEFAULT_PREFERENCES;
    }
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isChoice = (value: unknown): boolean =>
  isRecord(value) && typeof value['provider'] === 'string' && typeof value['model'] === 'string';
/** One line, since it stands within a sentence of the prompt. */
export const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST.name && !/\p{Cc}/u.test(value);
const isMinutes = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 30 && value <= 1_440;
const isTime = (value: unknown): boolean =>
  typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(value);

/** Whether it is the name of a time zone. */
export function isTimeZone(value: unknown): boolean {
  try {
    return typeof value === 'string' && Boolean(new Intl.DateTimeFormat('en', { timeZone: value }));
  } catch {
    return false;
  }
}

/** What each setting may be. By hand: a schema library would cost more than the rest of the start. */
const valid: { [Name in keyof Preferences]: (value: unknown) => boolean } = {
  timeZone: isTimeZone,
  quietHours: (value) => value === null || (isRecord(value) && isTime(value['from']) && isTime(value['to'])),
  busy: (value) => value === 'steer' || value === 'queue' || value === 'interrupt',
  model: (value) => value === null || isChoice(value),
  chatModels: (value) => isRecord(value) && Object.values(value).every(isChoice),
  fallback: (value) => typeof value === 'boolean',
  thinking: (value) => value === 'off' || value === 'low' || value === 'high',
  heartbeatMinutes: (value) => value === null || isMinutes(value),
  name: (value) => value === null || isName(value),
  persona: (value) => value === null || typeof value === 'string',
};

/** Of settings that were written elsewhere, what can be read; null when they are none at all. */
export function readPreferences(json: string): Preferences | null {
  try {
    const stored: unknown = JSON.parse(json);
    return isRecord(stored) ? checked(stored) : null;
  } catch {
    return null;
  }
}

function checked(stored: unknown): Preferences {
  if (!isRecord(stored)) return DEFAULT_PREFERENCES;
  const known = Object.entries(stored).filter(
    ([name, value]) => Object.hasOwn(valid, name) && valid[name as keyof Preferences](value),
  );
  return { ...DEFAULT_PREFERENCES, ...Object.fromEntries(known) };
}
