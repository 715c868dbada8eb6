/** Every setting in force as an operator may see it: by its dotted name, without passwords. Files are named, not read. */
import type { Settings } from '../../../../config/schema.js';

export interface ShownSetting {
  name: string;
  value: string;
}

const HIDDEN = '(secret)';
/** A setting that is a secret itself, which none should be; `…File` names where one lies. */
const SECRET_NAME = /(secret|password|token|credential|privatekey|apikey)s?$/i;

export function shownSettings({ modelList: _list, ...settings }: Settings): ShownSetting[] {
  return linesOf('', settings);
}

function linesOf(name: string, value: unknown): ShownSetting[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value);
    if (entries.length > 0)
      return entries.flatMap(([key, each]) => linesOf(name ? `${name}.${key}` : key, each));
  }
  return [{ name, value: shown(name, value) }];
}

function shown(name: string, value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (SECRET_NAME.test(name)) return HIDDEN;
  return typeof value === 'string' ? withoutPassword(value) : JSON.stringify(value);
}

/** An address that carries a password shows that there is one. What looks like an address and cannot be read is not shown. */
function withoutPassword(text: string): string {
  if (!text.includes('://')) return text;
  if (!URL.canParse(text)) return HIDDEN;
  const url = new URL(text);
  if (url.password) url.password = '***';
  for (const key of [...url.searchParams.keys()])
    if (/pass|secret|token|key$/i.test(key)) url.searchParams.set(key, '***');
  const safe = url.toString();
  // Untouched addresses are shown as they were written.
  return url.password === '***' || safe.includes('***') ? safe : text;
}
