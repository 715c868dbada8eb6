/** Types of connection-watch.mjs, which is plain JavaScript as the run of the tests is. */
/** The command line that runs another one within a group of the watch. */
export function within(
  groups: string,
  group: 'ara' | 'tests',
  command: string,
  args: readonly string[],
): [string, string[]];
