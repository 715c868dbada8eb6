/** /settings shows and changes how Ara behaves: time zone, quiet hours, busy mode, heartbeat, name, persona. */
import { isName, LONGEST, type Preferences } from '../preferences.js';
import type { Command } from './command.js';
import { nearest } from './nearest.js';

const HOURS = /^([01]?\d|2[0-3]):([0-5]\d)\s*(?:-|–|to|until)\s*([01]?\d|2[0-3]):([0-5]\d)$/;
const LEAST_HEARTBEAT = 30;
const LONGEST_HEARTBEAT = 24 * 60;

/** What a word after `/settings` takes: a change, or words on what it should be. */
type Setting = (value: string) => Partial<Preferences> | string;

const isOff = (value: string): boolean => /^(off|none|never)$/i.test(value);

const settingsByName: Record<string, Setting> = {
  timezone(value) {
    const zone = zoneOf(value);
    return zone
      ? { timeZone: zone }
      : `I know no time zone “${value}”. Say it like \`/settings timezone Europe/Berlin\`.`;
  },
  quiet(value) {
    if (isOff(value)) return { quietHours: null };
    const [, fromHour, fromMinute, toHour, toMinute] = HOURS.exec(value) ?? [];
    if (!fromHour || !toHour) return 'Say it like `/settings quiet 22:00-07:00` or `/settings quiet off`.';
    const quietHours = {
      from: `${fromHour.padStart(2, '0')}:${fromMinute ?? '00'}`,
      to: `${toHour.padStart(2, '0')}:${toMinute ?? '00'}`,
    };
    if (quietHours.from === quietHours.to) return 'These hours begin and end at the same time.';
    return { quietHours };
  },
  busy(value) {
    if (value === 'steer' || value === 'queue' || value === 'interrupt') return { busy: value };
    return 'When you write while I answer I can **steer** (take it in at the next step), **queue** (answer it next) or **interrupt** (stop and begin with it). Say for example `/settings busy queue`.';
  },
  heartbeat(value) {
    if (isOff(value)) return { heartbeatMinutes: null };
    const minutes = Number(value);
    if (Number.isInteger(minutes) && minutes >= LEAST_HEARTBEAT && minutes <= LONGEST_HEARTBEAT)
      return { heartbeatMinutes: minutes };
    return `Every so many minutes I look at \`HEARTBEAT.md\` in your files and speak up if something needs you; it costs a model call each time. Say a number from ${LEAST_HEARTBEAT} to ${LONGEST_HEARTBEAT}, or \`off\`.`;
  },
  name(value) {
    if (isOff(value)) return { name: null };
    if (isName(value)) return { name: value };
    return `Say in one line of at most ${LONGEST.name} characters what you want to call me, or \`off\`.`;
  },
  persona(value) {
    if (isOff(value)) return { persona: null };
    if (value.length <= LONGEST.persona && value) return { persona: value };
    return `Say in at most ${LONGEST.persona} characters what I should be like, or \`off\`.`;
  },
};

export const settings: Command = {
  name: 'settings',
  run({ args, assistant }) {
    const { preferences } = assistant;
    const [, word = '', value = ''] = /^(\S+)\s*(.*)$/s.exec(args) ?? [];
    if (!word) return view(preferences.current);
    const name = word.toLowerCase().replace('_', '');
    const setting = Object.hasOwn(settingsByName, name) ? settingsByName[name] : undefined;
    if (!setting) {
      const guess = nearest(name, Object.keys(settingsByName));
      return `There is no setting “${word}”.${guess ? ` Did you mean ${guess}?` : ''} /settings lists them.`;
    }
    const change = setting(value.trim());
    if (typeof change === 'string') return change;
    preferences.change(change);
    return `Done.\n${view(preferences.current)}`;
  },
};

function view({ timeZone, quietHours, busy, heartbeatMinutes, name, persona }: Preferences): string {
  return [
    `- timezone: ${timeZone}`,
    `- quiet: ${quietHours ? `${quietHours.from}-${quietHours.to}, I do not speak first then` : 'off'}`,
    `- busy: ${busy}`,
    `- heartbeat: ${heartbeatMinutes === null ? 'off' : `every ${heartbeatMinutes} minutes`}`,
    `- name: ${name ?? 'Ara'}`,
    `- persona: ${persona ?? 'none'}`,
    '',
    'Change one with `/settings NAME VALUE`, for example `/settings timezone Europe/Berlin`. The model is set with /model, money with /budget.',
  ].join('\n');
}

/** By its full name in any capitals, or by its city. */
function zoneOf(value: string): string | null {
  const wanted = value.trim().replaceAll(' ', '_').toLowerCase();
  if (!wanted) return null;
  if (wanted === 'utc' || wanted === 'gmt') return 'UTC';
  const zones = Intl.supportedValuesOf('timeZone');
  const exact = zones.find((zone) => zone.toLowerCase() === wanted);
  const byCity = zones.filter((zone) => zone.toLowerCase().endsWith(`/${wanted}`));
  if (exact ?? byCity.length === 1) return exact ?? byCity[0] ?? null;
  // Names that have moved are still understood, such as Asia/Calcutta.
  try {
    return wanted.includes('/')
      ? new Intl.DateTimeFormat('en', { timeZone: value.trim() }).resolvedOptions().timeZone
      : null;
  } catch {
    return null;
  }
}
