/** Days as the user's calendar has them, `YYYY-MM-DD`. */

const formats = new Map<string, Intl.DateTimeFormat>();

/** `time` in milliseconds since 1970; a time zone that nobody knows counts as UTC. */
export function dayOf(time: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (!format) formats.set(timeZone, (format = formatOf(timeZone)));
  return format.format(time);
}

/** By the calendar, because a day may last 23 or 25 hours. */
export function dayBefore(day: string): string {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone, ...parts });
  } catch {
    return new Intl.DateTimeFormat('en-CA', { timeZone: 'UTC', ...parts });
  }
}
