/** Loads Baileys, once and only when it is needed, and keeps it and the Signal library below it quiet. */
import type { WASocket } from '@whiskeysockets/baileys';

export type Socket = WASocket;
export type Library = Awaited<ReturnType<typeof load>>;

let loaded: Promise<Library> | null = null;

export function loadLibrary(): Promise<Library> {
  silenceConsole();
  loaded ??= load();
  return loaded;
}

const load = () => import('@whiskeysockets/baileys');

/**
 * For good: the Signal library writes whole sessions, private keys included, to the console. Whoever shares its process logs
 * otherwise.
 */
function silenceConsole(): void {
  const quiet = (): void => undefined;
  const names = ['debug', 'dir', 'error', 'group', 'info', 'log', 'table', 'trace', 'warn'] as const;
  for (const name of names) Reflect.set(globalThis.console, name, quiet);
}

const nothing = (): void => undefined;

/** A logger that says nothing: what Baileys logs holds addresses, names and keys. */
export const silentLogger = {
  level: 'silent',
  child: () => silentLogger,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};
