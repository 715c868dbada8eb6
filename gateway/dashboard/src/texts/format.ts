/** Figures and times as people read them, in the browser's language for numbers and dates. */
const locale = typeof navigator === 'undefined' ? 'en' : navigator.language;

const number = new Intl.NumberFormat(locale);
const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const dollars = (digits: number) =>
  new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  });
const cents = dollars(2);
const fine = dollars(4);
const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
const shortDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

export const formatNumber = (value: number): string => number.format(value);
/** 1.2M */
export const formatCompact = (value: number): string => compact.format(value);

/** Millionths of a dollar; small sums keep four digits, so that a first message does not cost "nothing". */
export const formatMoney = (micros: number): string =>
  (micros > 0 && micros < 10_000 ? fine : cents).format(micros / 1e6);

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

export function formatBytes(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const value = bytes / 1_000 ** power;
  const digits = power > 0 && value < 10 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[power] ?? ''}`;
}

/** The API's ISO time, or milliseconds. */
type Moment = unknown;

const toDate = (moment: Moment): Date => new Date(moment as string | number);

export const formatTime = (moment: Moment): string => dateTime.format(toDate(moment));
export const formatDate = (moment: Moment): string => date.format(toDate(moment));
/** A calendar day such as 2026-11-23, without a time zone. */
export const formatDay = (day: string): string => shortDay.format(new Date(`${day}T00:00:00Z`));

/** A key as people compare it: in groups of four. */
export const inFours = (key: string): string => (key.match(/.{1,4}/g) ?? []).join(' ');

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** "5 minutes ago", "in 2 days". */
export function formatAgo(moment: Moment, now = Date.now()): string {
  const seconds = (toDate(moment).getTime() - now) / 1_000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  }
  return seconds > 0 ? 'in a moment' : 'just now';
}

const waits = (['second', 'minute', 'hour'] as const).map(
  (unit) => new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' }),
);

/** "40 seconds", "15 minutes", "2 hours": never shorter than it is. */
export function formatWait(seconds: number): string {
  const power = seconds <= 90 ? 0 : seconds <= 5_400 ? 1 : 2;
  return waits[power]?.format(Math.ceil(seconds / 60 ** power)) ?? '';
}
