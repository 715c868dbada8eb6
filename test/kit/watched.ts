/** What the run of all tests watches: processes of Ara, and where they may connect to. Nothing while a test runs alone. */
import { appendFileSync } from 'node:fs';
import { within } from './connection-watch.mjs';

/** The command line for a process of Ara, whose connections are to be noted. */
export function watched(command: string, args: readonly string[]): [string, readonly string[]] {
  const groups = process.env['ARA_WATCH'];
  return groups ? within(groups, 'ara', command, args) : [command, args];
}

/** Says where Ara's processes may connect to: `address:port` of the hosts that are declared, as the test has placed them. */
export function declare(places: readonly string[]): void {
  const file = process.env['ARA_WATCH_DECLARED'];
  if (file) appendFileSync(file, places.map((place) => `${place}\n`).join(''));
}
